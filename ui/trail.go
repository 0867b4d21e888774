package ui

import (
	"slices"

	"discussions/ui/look"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
)

// trail remembers where the keyboard was on the screens that lead to the one that is shown. A screen is often made anew when the user
// comes back to it, so a place is that of a control among the others.
type trail []place

type place struct {
	screen, owner string
	control       int // in the order of Tab; negative: none
	label         string
}

// mostSteps is more than the screens that one leads through.
const mostSteps = 16

func placeOn(s screen.Screen, content fyne.CanvasObject, focused fyne.Focusable) place {
	p := place{screen: s.Name(), control: -1}
	if o, ok := s.(screen.Owned); ok {
		p.owner = o.Owner()
	}
	if focused != nil && content != nil {
		p.control, p.label = slices.Index(look.Controls(content), focused), label(focused)
	}
	return p
}

func label(f fyne.Focusable) string {
	if a, ok := f.(fyne.Accessible); ok {
		return a.AccessibilityLabel()
	}
	return ""
}

// goes is called when the place left is left for a screen. It returns the place where the keyboard was there, if the user comes back.
func (t *trail) goes(left, to place) (back place, ok bool) {
	for i, p := range slices.Backward(*t) {
		if p.screen == to.screen && p.owner == to.owner {
			*t = (*t)[:i]
			return p, true
		}
	}
	if to.screen == "list" { // what an account shows begins here: nobody comes back from it to where it was chosen
		*t = nil
		return place{}, false
	}
	if left.screen != "" && (left.screen != to.screen || left.owner != to.owner) {
		*t = append(*t, left)
		*t = (*t)[max(0, len(*t)-mostSteps):]
	}
	return place{}, false
}

// find is the control of that place among those of content, which may have changed; nil: it has gone.
func (p place) find(content fyne.CanvasObject) fyne.Focusable {
	if p.control < 0 {
		return nil
	}
	all := look.Controls(content)
	if p.control < len(all) && label(all[p.control]) == p.label {
		return all[p.control]
	}
	if i := slices.IndexFunc(all, func(f fyne.Focusable) bool { return p.label != "" && label(f) == p.label }); i >= 0 {
		return all[i]
	}
	return nil
}
