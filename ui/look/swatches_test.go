package look

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

func TestAColourIsChosenByMouseAndByKeyboard(t *testing.T) {
	themed(t, Light, 1)
	s := NewSwatches([]Swatch{{color.Black, "noir"}, {color.White, "blanc"}, {color.Gray{0x80}, "gris"}}, 1)
	changes := 0
	s.OnChanged = func() { changes++ }
	w := test.NewTempWindow(t, s)
	w.Resize(fyne.NewSize(300, 100))
	r := test.WidgetRenderer(s).(*swatchesRenderer)
	shows := func(chosen int, name string) {
		t.Helper()
		if s.Chosen() != chosen || r.name.Text != name || r.mark.Position().X != r.discs[chosen].Position().X+(swatchDisc-swatchMark)/2 {
			t.Errorf("%d is chosen, %q named, the mark at %v", s.Chosen(), r.name.Text, r.mark.Position())
		}
	}
	shows(1, "blanc")
	w.Canvas().Focus(s)
	for _, key := range []fyne.KeyName{fyne.KeyRight, fyne.KeyRight} { // the last one stays
		s.TypedKey(&fyne.KeyEvent{Name: key})
	}
	shows(2, "gris")
	if !r.ring.Visible() || s.AccessibilityLabel() != "gris" {
		t.Errorf("the focus is seen: %t, named %q", r.ring.Visible(), s.AccessibilityLabel())
	}
	test.TapAt(s, fyne.NewPos(10, 10))
	shows(0, "noir")
	s.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(swatchStep+5, 5)}})
	shows(0, "blanc") // the one under the pointer has its name shown
	s.MouseOut()
	shows(0, "noir")
	test.TapAt(s, fyne.NewPos(10, swatchStep+2)) // the line under them, and beside them
	test.TapAt(s, fyne.NewPos(5*swatchStep, 10))
	if shows(0, "noir"); changes != 2 {
		t.Errorf("%d changes", changes)
	}
}
