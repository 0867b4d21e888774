package assets

import (
	"bytes"
	"encoding/xml"
	"image"
	"image/png"
	"io"
	"io/fs"
	"os"
	"testing"

	"golang.org/x/image/draw"
)

// TestTheAppIconIsThatOfThePackages compares it with the large icon, of which packages make theirs.
func TestTheAppIconIsThatOfThePackages(t *testing.T) {
	icon, err := png.Decode(bytes.NewReader(AppIcon))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("discussions.png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	large, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if large.Bounds() != image.Rect(0, 0, 512, 512) || icon.Bounds() != image.Rect(0, 0, 128, 128) {
		t.Fatalf("they are %v and %v", large.Bounds(), icon.Bounds())
	}
	want := image.NewRGBA(icon.Bounds())
	draw.BiLinear.Scale(want, want.Bounds(), large, large.Bounds(), draw.Src, nil)
	off := 0
	for y := range 128 {
		for x := range 128 {
			r, g, b, a := icon.At(x, y).RGBA()
			w := want.RGBAAt(x, y)
			for _, d := range []int{int(r>>8) - int(w.R), int(g>>8) - int(w.G), int(b>>8) - int(w.B), int(a>>8) - int(w.A)} {
				off = max(off, d, -d)
			}
		}
	}
	if off > 64 { // how the edges are smoothed
		t.Errorf("they differ by %d of 255", off)
	}
}

func TestIconsAreStrokesInTheCurrentColour(t *testing.T) {
	files, err := fs.Glob(Icons, "icons/*.svg")
	if err != nil || len(files) == 0 {
		t.Fatal("no icons", err)
	}
	for _, file := range files {
		data, err := Icons.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(data, []byte(`stroke="currentColor"`)) {
			t.Errorf("%s has no stroke in currentColor", file)
		}
		for d := xml.NewDecoder(bytes.NewReader(data)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%s: %v", file, err)
				break
			}
		}
	}
}
