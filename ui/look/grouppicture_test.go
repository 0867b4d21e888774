package look

import (
	"bytes"
	"image/png"
	"testing"

	"discussions/internal/picture"
)

func TestThePictureOfAGroupHasItsInitials(t *testing.T) {
	teal := picture.AvatarColours()[3]
	lit := func(name string) (n, left, right int) {
		data, err := GroupPicture(name, teal)
		if err != nil || len(data) > 4<<10 { // other programs expect 8 KB at most (XEP-0153)
			t.Fatalf("%d bytes, %v", len(data), err)
		}
		if a, err := picture.NewDecoder().ReadAvatar(t.Context(), data); err != nil || a.Colour != teal {
			t.Fatalf("%+v, %v", a, err)
		}
		m, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		left = pictureSide
		for y := range pictureSide {
			for x := range pictureSide {
				if r, _, _, _ := m.At(x, y).RGBA(); r > 0xe000 {
					n, left, right = n+1, min(left, x), max(right, pictureSide-1-x)
				}
			}
		}
		return n, left, pictureSide - 1 - right
	}
	for _, name := range []string{"Équipe de nuit", "Staff"} {
		n, left, last := lit(name)
		if n < 100 || max(left-(pictureSide-1-last), pictureSide-1-last-left) > pictureSide/2 {
			t.Errorf("%s: %d white pixels from %d to %d", name, n, left, last)
		}
	}
	if n, _, _ := lit("夜勤 チーム"); n != 0 {
		t.Errorf("letters that the font does not have: %d white pixels", n)
	}
}
