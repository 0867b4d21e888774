package look

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// TestTheTrayIconTellsItsStatesApart: at the size of a panel, where only a few pixels differ.
func TestTheTrayIconTellsItsStatesApart(t *testing.T) {
	icon, err := NewTrayIcon()
	if err != nil {
		t.Fatal(err)
	}
	red := func(m image.Image) (n int) {
		for y := range m.Bounds().Dy() {
			for x := range m.Bounds().Dx() {
				if c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA); c.R > 150 && c.G < 70 {
					n++
				}
			}
		}
		return n
	}
	var shown []image.Image
	for _, state := range []struct {
		unread int
		locked bool
	}{{0, false}, {1, false}, {8, false}, {1234, false}, {0, true}, {3, true}} {
		pictures := icon.Draw(state.unread, state.locked)
		shown = append(shown, pictures...)
		for _, m := range pictures {
			if has := red(m) > m.Bounds().Dx(); has != (state.unread > 0) {
				t.Errorf("%+v at %d: %d red pixels", state, m.Bounds().Dx(), red(m))
			}
			top := color.NRGBAModel.Convert(m.At(m.Bounds().Dx()/2, m.Bounds().Dy()/8)).(color.NRGBA)
			if grey := top.R == top.G && top.G == top.B; grey != state.locked {
				t.Errorf("%+v at %d: the colour is %v", state, m.Bounds().Dx(), top)
			}
		}
	}
	if again := icon.Draw(5000, false); again[0] != icon.Draw(10, false)[0] {
		t.Error("the same picture is drawn twice")
	}
	shown = append(shown, icon.Badge(32, 5), icon.Badge(16, 12))
	if dir := os.Getenv("DISCUSSIONS_PICTURES"); dir != "" {
		sheet, x := image.NewNRGBA(image.Rect(0, 0, 8*72, 72)), 0
		draw.Draw(sheet, sheet.Bounds(), image.NewUniform(hex(0xcfd8dc)), image.Point{}, draw.Src)
		for _, m := range shown {
			draw.Draw(sheet, m.Bounds().Add(image.Pt(x, 2)), m, image.Point{}, draw.Over)
			x += m.Bounds().Dx() + 4
		}
		f, err := os.Create(filepath.Join(dir, "tray.png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, sheet); err != nil {
			t.Fatal(err)
		}
	}
}
