package conversation

import (
	"discussions/messaging"
	"discussions/ui/search"

	"fyne.io/fyne/v2"
)

// Find shows the search in this conversation. It lies over the messages until a hit is opened, or Escape; opened again, it is as it was.
func (v *View) Find() {
	if v.closed {
		return
	}
	if v.browsing() {
		v.gallery.content.Hide()
	}
	if v.search == nil {
		v.search = search.New(search.Options{
			Client: v.o.Client, Conversation: v.o.ID, Touched: v.o.Touched, Now: v.now, Do: v.o.do, Escape: v.endFind, Board: v.board(),
			Drawn: func(letters, hits int) { v.logDrawn("hits drawn", "letters", letters, "hits", hits) },
			Open: func(m messaging.Message) {
				v.endFind()
				v.Show(m.Cursor)
			},
		})
		v.body.Add(v.search.Content)
	}
	v.search.Content.Show()
	v.arrange()
	v.search.FocusIn(v.canvas())
}

func (v *View) endFind() {
	v.search.Content.Hide()
	v.Focus()
}

// finding reports whether the search is in view.
func (v *View) finding() bool { return v.search != nil && v.search.Content.Visible() }

// placeFind lays the search out below y.
func (v *View) placeFind(y float32, size fyne.Size) {
	if v.search != nil {
		v.search.Content.Move(fyne.NewPos(0, y))
		v.search.Content.Resize(fyne.NewSize(size.Width, size.Height-y))
	}
}
