package conversation

import (
	"fmt"
	"testing"
	"time"

	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// Aims for the work on Fyne's goroutine, on two cores: open 360 ms, scroll step 0.44 ms, append 0.06 ms, 50 older 4.9 ms, another
// width 7.7 ms.

const benchMessages = 100_000

func benchPage(n int, end time.Time) messaging.Page {
	page := messaging.Page{Messages: make([]messaging.Message, n)}
	for i := range page.Messages {
		at := end.Add(-time.Duration(n-i) * time.Minute)
		author := [...]string{"Dr Julien Roux", "Sophie Bernard", "Dr Claire Martin"}[i/2%3]
		page.Messages[i] = messaging.Message{
			ID: messaging.MessageID(fmt.Sprint(at.Unix())), Conversation: group, Cursor: messaging.Cursor{Time: at.UnixMicro()}, Time: at, Author: author, AuthorJID: author,
			Own: i/2%3 == 2, State: messaging.Read, Content: messaging.Text{Body: fmt.Sprintf("%s (%d)", sentences[i*7%len(sentences)], i)},
		}
	}
	return page
}

// benchView is a view with that many messages in a window.
func benchView(b *testing.B, page messaging.Page) *View {
	c := onCall()
	c.setMessages()
	todo := make(chan func(), 10)
	v := New(Options{Client: c, ID: group, do: func(f func()) { todo <- f }})
	w := test.NewTempWindow(b, v.Content())
	w.SetPadded(false)
	w.Resize(fyne.NewSize(560, 640))
	(<-todo)()
	(<-todo)()
	v.opened(page)
	b.Cleanup(func() { v.Close()() })
	return v
}

func BenchmarkOpen100000(b *testing.B) {
	page := benchPage(benchMessages, noon)
	page.Start = true
	b.ResetTimer()
	for range b.N {
		benchView(b, page)
	}
}

func BenchmarkScroll100000(b *testing.B) {
	v := benchView(b, full())
	v.timeline.ToRow(benchMessages/2, 0)
	b.ResetTimer()
	for range b.N {
		v.timeline.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 50)})
	}
}

func BenchmarkAppend100000(b *testing.B) {
	v := benchView(b, full())
	next := benchPage(b.N, noon.Add(time.Duration(b.N+1)*time.Minute)).Messages
	b.ResetTimer()
	for i := range b.N {
		v.update(func() { v.messageAdded(next[i]) })
	}
}

func BenchmarkPrepend50(b *testing.B) {
	v := benchView(b, full())
	v.timeline.ToRow(3, 0)
	end := v.thread.entries[0].Time
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		page := benchPage(50, end)
		end = page.Messages[0].Time
		b.StartTimer()
		v.update(func() { v.takePage(page, true) })
	}
}

func BenchmarkResize100000(b *testing.B) {
	v := benchView(b, full())
	b.ResetTimer()
	for i := range b.N {
		v.body.Resize(fyne.NewSize(500+float32(i%200), 640))
	}
}

func BenchmarkTheme100000(b *testing.B) {
	v := benchView(b, full())
	b.ResetTimer()
	for i := range b.N {
		fyne.CurrentApp().Settings().SetTheme(look.New([]look.Variant{look.Light, look.Dark}[i%2], 1))
		v.restyle()
	}
}

func full() messaging.Page {
	page := benchPage(benchMessages, noon)
	page.Start = true
	return page
}
