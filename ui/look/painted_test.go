package look

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

func TestPaintedTellsOfEachFrameThatWasAskedFor(t *testing.T) {
	test.NewTempApp(t)
	var queue []func()
	p := NewPainted(func(f func()) { queue = append(queue, f) })
	told := 0
	run := func() {
		for _, f := range queue {
			f()
		}
		queue = nil
	}
	p.Then(func() { told++ })
	w := test.NewTempWindow(t, container.NewStack(p.Pixel))
	w.Resize(fyne.NewSize(40, 40))
	run()
	if told != 0 {
		t.Error("told before anything was painted")
	}
	w.Canvas().Capture()
	if told != 0 {
		t.Error("told in the middle of the frame")
	}
	run()
	w.Canvas().Capture()
	run()
	if told != 1 {
		t.Errorf("told %d times, not once", told)
	}
	p.Then(func() { told++ })
	w.Canvas().Capture()
	run()
	if told != 2 {
		t.Errorf("told %d times of two frames", told)
	}
}
