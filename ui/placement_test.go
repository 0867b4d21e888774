package ui

import (
	"fmt"
	"math"
	"testing"

	"discussions/messaging"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAWindowComesBackOnAScreenThatExists(t *testing.T) {
	laptop, beamer := Rect{0, 0, 1920, 1080}, Rect{1920, 0, 1280, 720}
	at := func(x, y int) placement { return placement{X: x, Y: y, Placed: true, Width: 560, Height: 640} }
	for name, c := range map[string]struct {
		place   placement
		screens []Rect
		want    bool
	}{
		"where it was":                    {at(100, 100), []Rect{laptop}, true},
		"on the second screen":            {at(2000, 50), []Rect{laptop, beamer}, true},
		"the second screen is gone":       {at(2000, 50), []Rect{laptop}, false},
		"partly out to the left":          {at(-200, 50), []Rect{laptop}, false},
		"a little out to the left":        {at(-30, 50), []Rect{laptop}, true},
		"below the screen":                {at(100, 1075), []Rect{laptop}, false},
		"its title is above the screen":   {at(100, -60), []Rect{laptop}, false},
		"never placed":                    {placement{Width: 560, Height: 640}, []Rect{laptop}, false},
		"no screen is known (on Wayland)": {at(100, 100), nil, false},
	} {
		if got := c.place.inView(c.screens); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestTheSizeOfAWindowHasReason(t *testing.T) {
	for _, c := range []struct{ width, height, wantWidth, wantHeight float32 }{
		{700, 500, 700, 500}, {0, 0, 560, 640}, {10, 10, minWidth, minHeight}, {1e9, -5, 560, 640}, {float32(math.NaN()), 500, 560, 500},
	} {
		if got := (placement{Width: c.width, Height: c.height}).size(); got.Width != c.wantWidth || got.Height != c.wantHeight {
			t.Errorf("%v × %v became %v", c.width, c.height, got)
		}
	}
}

func TestPlacesAreKept(t *testing.T) {
	var p placements
	if _, changed := p.take(); changed {
		t.Error("nothing was to be kept")
	}
	place := placement{X: 10, Y: 20, Placed: true, Width: 600, Height: 500, OnTop: true}
	p.put("sophie", place)
	data, changed := p.take()
	if !changed {
		t.Fatal("not kept")
	}
	p.put("sophie", place)
	if _, changed := p.take(); changed {
		t.Error("kept although it is the same")
	}
	var again placements
	newer := place
	newer.X = 99
	again.put("julien", place)
	again.load(data)
	if d := cmp.Diff(place, again.get("sophie")); d != "" {
		t.Error(d)
	}
	again.put("sophie", newer)
	again.load(data) // read late: what was set meanwhile stays
	if d := cmp.Diff(newer, again.get("sophie")); d != "" {
		t.Error(d)
	}
	for _, damaged := range []string{"", "{", `{"windows":3}`, "null"} {
		again.load([]byte(damaged))
	}
	for i := range mostPlaces {
		again.put(messaging.ConversationID(fmt.Sprint(i)), place)
	}
	if len(again.places) != mostPlaces || again.get("sophie") != (placement{}) {
		t.Errorf("%d places are kept", len(again.places))
	}
}

// TestTilesFillTheAreaAndDoNotOverlap for any number of windows on any screen, as long as there is room for all; then the first places are
// taken again.
func TestTilesFillTheAreaAndDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		area := Rect{rapid.IntRange(-3000, 3000).Draw(t, "x"), rapid.IntRange(-500, 500).Draw(t, "y"), rapid.IntRange(300, 5000).Draw(t, "width"), rapid.IntRange(300, 3000).Draw(t, "height")}
		count, leastWidth, leastHeight := rapid.IntRange(1, 30).Draw(t, "count"), rapid.IntRange(200, 600).Draw(t, "least width"), rapid.IntRange(200, 600).Draw(t, "least height")
		tiles := tile(area, count, leastWidth, leastHeight)
		if len(tiles) != count {
			t.Fatalf("%d tiles", len(tiles))
		}
		room := max(1, area.Width/leastWidth) * max(1, area.Height/leastHeight)
		for i := room; i < count; i++ {
			if tiles[i] != tiles[i-room] {
				t.Fatalf("tile %d is %v, not %v", i, tiles[i], tiles[i-room])
			}
		}
		total := 0
		for i, a := range tiles[:min(count, room)] {
			if a.Width < min(leastWidth, area.Width) || a.Height < min(leastHeight, area.Height) {
				t.Fatalf("%v is smaller than %d × %d", a, leastWidth, leastHeight)
			}
			total += a.Width * a.Height
			if a.X < area.X || a.Y < area.Y || a.X+a.Width > area.X+area.Width || a.Y+a.Height > area.Y+area.Height {
				t.Fatalf("%v is outside %v", a, area)
			}
			for _, b := range tiles[:i] {
				if a.X < b.X+b.Width && b.X < a.X+a.Width && a.Y < b.Y+b.Height && b.Y < a.Y+a.Height {
					t.Fatalf("%v and %v overlap", a, b)
				}
			}
		}
		if total != area.Width*area.Height {
			t.Fatalf("%d of %d are covered", total, area.Width*area.Height)
		}
	})
	if d := cmp.Diff([]Rect{{0, 0, 500, 800}, {500, 0, 500, 800}}, tile(Rect{0, 0, 1000, 800}, 2, minWidth, minHeight)); d != "" {
		t.Errorf("two: %s", d)
	}
}
