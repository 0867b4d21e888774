package list

import (
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/search"

	"fyne.io/fyne/v2"
)

// searchPage finds messages in all conversations of an account.
type searchPage struct {
	h     screen.Host
	id    string // of the account
	text  string // what was searched at first
	panel *search.Panel
}

// ShowSearch shows the search in all messages of an account. If it is not open, it asks for the code.
func ShowSearch(h screen.Host, id, text string) {
	if _, ok := h.Manager().Client(id); !ok {
		h.ShowAccount(id)
		return
	}
	h.Show(&searchPage{h: h, id: id, text: text})
}

func (s *searchPage) Name() string  { return "search" }
func (s *searchPage) Owner() string { return s.id }
func (s *searchPage) Find()         { s.panel.FocusIn(s.h.Canvas()) }
func (s *searchPage) back()         { s.h.ShowList(s.id) }

// Focus implements [screen.Focuser].
func (s *searchPage) Focus() fyne.Focusable { return s.panel.Field() }

func (s *searchPage) Content() fyne.CanvasObject {
	c, _ := s.h.Manager().Client(s.id)
	s.panel = search.New(search.Options{
		Client: c, Touched: s.h.Touch, Now: time.Now, Do: s.h.Do, Escape: s.back,
		Board: screen.Board(s.h, s.id),
		Drawn: func(letters, hits int) {
			s.h.AfterPaint(func() { s.h.Log().Debug("hits drawn", "letters", letters, "hits", hits) })
		},
		Open: func(m messaging.Message) {
			s.h.OpenMessage(s.id, m.Conversation, s.panel.NameOf(m.Conversation), m.Cursor)
		},
	})
	s.panel.Set(s.text)
	return screen.Page(screen.BackBar(i18n.T("search.title"), s.back), s.panel.Content, look.Blank(0, 0))
}

func (s *searchPage) Leave() {
	s.panel.Close()
}

func (s *searchPage) TypedKey(name fyne.KeyName) { s.panel.TypedKey(name) }
func (s *searchPage) TypedRune(r rune)           { s.panel.Type(r) }
