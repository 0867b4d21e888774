package assets

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"io/fs"
	"testing"
)

func TestTheAppIconIsAPicture(t *testing.T) {
	icon, err := png.Decode(bytes.NewReader(AppIcon))
	if err != nil {
		t.Fatal(err)
	}
	if b := icon.Bounds(); b.Dx() != 512 || b.Dy() != 512 {
		t.Errorf("it is %v", b)
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
