package conversation

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"discussions/internal/picture"
	"discussions/internal/picture/picturetest"
	"discussions/messaging"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
)

// photographs is a conversation of n pictures that are here.
func photographs(n int) *fakeClient {
	list := make([]messaging.Message, n)
	for i := range list {
		list[i] = said("")
		list[i].Time = noon.Add(-time.Duration(n-i) * time.Minute)
		list[i].Content = messaging.File{
			Name: "plaie.jpg", MediaType: "image/jpeg", Size: 40_000, Width: [...]int{1600, 1200, 900}[i%3], Height: [...]int{1200, 1600, 900}[i%3], Access: fmt.Sprint(i),
		}
	}
	return newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard"}, list...)
}

// stepThrough scrolls from the end to the beginning by wheel, and calls each after every step.
func (s *stage) stepThrough(step float32, each func()) {
	s.t.Helper()
	for range 100_000 {
		if first, _ := s.timeline.InView(); s.thread.start && first == 0 {
			return
		}
		s.timeline.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, step)})
		each()
	}
	s.t.Fatal("it does not come to the beginning")
}

// Nothing jumps while pictures are loaded, and those out of view are evicted.
func TestTwoHundredPicturesAreScrolled(t *testing.T) {
	const pictures = 200
	c := photographs(pictures)
	data := picturetest.JPEG(picturetest.Wound(160, 120))
	for _, m := range c.messages() {
		c.PutFile(m, data, here())
	}
	s := newStage(t, c, 560, 640).open()
	seen := map[messaging.MessageID]bool{}
	most := 0
	s.stepThrough(180, func() {
		first, last := s.timeline.InView()
		key, top := s.thread.rows[last], float32(0)
		top, _ = s.timeline.Top(last)
		s.finish() // the pictures come, older messages are read
		if at := s.thread.rowIndex(key); at >= 0 {
			if now, in := s.timeline.Top(at); !in || now != top {
				t.Fatalf("row %d moved from %v to %v while pictures came", last, top, now)
			}
		}
		for ; first <= last; first++ {
			if r := s.thread.rows[min(first, len(s.thread.rows)-1)]; r.kind == messageRow {
				seen[r.e.ID] = true
			}
		}
		decoded := 0
		for _, f := range s.files.byID {
			if f.picture != nil {
				decoded++
			}
		}
		most = max(most, decoded)
	})
	if most > keptPictures || most < 2 {
		t.Errorf("%d pictures were held decoded", most)
	}
	if len(seen) < pictures-2 {
		t.Errorf("%d pictures came into view", len(seen))
	}
	for id := range seen {
		if f := s.files.byID[id]; f != nil && f.broken {
			t.Fatal("a picture could not be decoded")
		}
	}
}

// BenchmarkScrollPictures is a step of the wheel over 500 pictures and the work of Fyne's goroutine for what it brings into view, while
// pictures are decoded beside it; without what the graphics card does. Aim: p95 16 ms.
func BenchmarkScrollPictures(b *testing.B) {
	c := photographs(500)
	data := picturetest.JPEG(picturetest.Wound(1600, 1200))
	for _, m := range c.messages() {
		c.PutFile(m, data, here())
	}
	todo := make(chan func(), 10_000)
	v := New(Options{Client: c, ID: sophie, do: func(f func()) { todo <- f }})
	w := test.NewTempWindow(b, v.Content())
	w.SetPadded(false)
	w.Resize(fyne.NewSize(560, 640))
	b.Cleanup(func() { v.Close()() })
	for !v.history.opened {
		(<-todo)()
	}
	var took []time.Duration
	drawn := map[messaging.MessageID]bool{}
	for b.Loop() { // from the newest to the oldest
		v.toNewest()
		for first := -1; first != 0 || !v.thread.start; first, _ = v.timeline.InView() {
			began := time.Now()
			v.timeline.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 120)})
			for len(todo) > 0 {
				(<-todo)()
			}
			took = append(took, time.Since(began))
			for id, f := range v.files.byID {
				if f.picture != nil {
					drawn[id] = true
				}
			}
			time.Sleep(3 * time.Millisecond) // a wheel turns more slowly than that; pictures come meanwhile
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(len(drawn)), "pictures")
}

// BenchmarkChoosePicture is a photograph of 12 megapixels from the choice to its thumbnail in the tray.
func BenchmarkChoosePicture(b *testing.B) {
	path := filepath.Join(b.TempDir(), "plaie.jpg")
	if err := os.WriteFile(path, picturetest.JPEG(picturetest.Wound(4000, 3000)), 0o600); err != nil {
		b.Fatal(err)
	}
	todo := make(chan func(), 100)
	v := New(Options{Client: person(3), ID: sophie, do: func(f func()) { todo <- f }})
	b.Cleanup(func() { v.Close()() })
	for b.Loop() {
		v.Attach([]fyne.URI{storage.NewFileURI(path)})
		for len(v.composer.tray.list) == 0 {
			(<-todo)()
		}
		v.composer.tray.take()
	}
}

// BenchmarkDecode is what decoding a photograph takes of memory at most, and of time.
func BenchmarkDecode(b *testing.B) {
	for _, size := range []image.Point{{4000, 3000}, {6000, 4000}, {8000, 6000}} {
		b.Run(fmt.Sprintf("%d MP", size.X*size.Y/1_000_000), func(b *testing.B) {
			data := picturetest.JPEG(picturetest.Wound(size.X, size.Y))
			d := picture.NewDecoder()
			peak := uint64(0)
			for b.Loop() {
				peak = max(peak, peakOf(func() {
					if _, err := d.Decode(b.Context(), data, picture.SentSide); err != nil {
						b.Fatal(err)
					}
				}))
			}
			b.ReportMetric(float64(peak)/1e6, "peak-MB")
		})
	}
}

// peakOf is by how much the heap is larger at most while f runs.
func peakOf(f func()) uint64 {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	done := make(chan struct{})
	peak := make(chan uint64)
	go func() {
		most := uint64(0)
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			select {
			case <-tick.C:
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapInuse)
			case <-done:
				tick.Stop()
				peak <- most
				return
			}
		}
	}()
	f()
	close(done)
	return max(<-peak, before.HeapInuse) - before.HeapInuse
}
