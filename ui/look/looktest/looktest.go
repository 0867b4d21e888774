// Package looktest has what tests of several screens ask of a window.
package looktest

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// Find gives the first object of those in view that f wants, from the outside in; nil where there is none.
func Find(o fyne.CanvasObject, f func(fyne.CanvasObject) bool) fyne.CanvasObject {
	if !o.Visible() {
		return nil
	}
	if f(o) {
		return o
	}
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		children = o.Objects
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	}
	for _, c := range children {
		if got := Find(c, f); got != nil {
			return got
		}
	}
	return nil
}

// Each looks at all objects in view, from the outside in.
func Each(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	Find(o, func(o fyne.CanvasObject) bool { f(o); return false })
}

// NotReached are the controls in view that Tab does not reach.
func NotReached(c fyne.Canvas) (list []fyne.Focusable) {
	top := c.Overlays().Top()
	if top == nil {
		top = c.Content()
	}
	all := map[fyne.Focusable]bool{}
	Each(top, func(o fyne.CanvasObject) {
		d, _ := o.(fyne.Disableable)
		if f, ok := o.(fyne.Focusable); ok && (d == nil || !d.Disabled()) {
			all[f] = false
		}
	})
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
