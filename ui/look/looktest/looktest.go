// Package looktest has what tests of several screens ask of a window.
package looktest

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// NotReached are the controls in view that Tab does not reach.
func NotReached(c fyne.Canvas) (list []fyne.Focusable) {
	all := map[fyne.Focusable]bool{}
	var note func(o fyne.CanvasObject)
	note = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		d, _ := o.(fyne.Disableable)
		if f, ok := o.(fyne.Focusable); ok && (d == nil || !d.Disabled()) {
			all[f] = false
		}
		switch o := o.(type) {
		case *fyne.Container:
			for _, inner := range o.Objects {
				note(inner)
			}
		case fyne.Widget:
			for _, inner := range test.WidgetRenderer(o).Objects() {
				note(inner)
			}
		}
	}
	if top := c.Overlays().Top(); top != nil {
		note(top)
	} else {
		note(c.Content())
	}
	for range len(all) + 1 { // the first may be left before it is entered
		c.FocusNext()
		all[c.Focused()] = true
	}
	for f, reached := range all {
		if f != nil && !reached {
			list = append(list, f)
		}
	}
	return list
}
