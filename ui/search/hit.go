package search

import (
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/messaging/model"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// hit is one message that was found.
type hit struct {
	widget.BaseWidget
	onTapped func()

	background *look.Block
	avatar     *fyne.Container
	avatarOf   string
	title      *look.Label
	time       *look.Label
	line       *markedLine
	content    fyne.CanvasObject
	chosen     bool
	hovered    bool
}

var (
	_ fyne.Tappable     = (*hit)(nil)
	_ desktop.Hoverable = (*hit)(nil)
)

func newHit() *hit {
	h := &hit{
		background: look.NewBlock("", "", 0),
		avatar:     container.NewStack(look.Blank(36, 36)),
		title:      look.NewLabel("", look.Style{Bold: true, Cut: true}),
		time:       look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft}),
		line:       newMarkedLine(),
	}
	texts := look.Column(2, look.Line(8, h.title, h.title, h.time), h.line)
	h.content = container.NewStack(h.background, look.Pad(look.Line(12, texts, h.avatar, texts), 7, look.Space, 7, look.Space))
	h.ExtendBaseWidget(h)
	return h
}

// CreateRenderer implements [fyne.Widget].
func (h *hit) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(h.content) }

func (h *hit) Tapped(*fyne.PointEvent) {
	if h.onTapped != nil {
		h.onTapped()
	}
}

func (h *hit) MouseIn(*desktop.MouseEvent)    { h.hovered = true; h.paint() }
func (h *hit) MouseMoved(*desktop.MouseEvent) {}
func (h *hit) MouseOut()                      { h.hovered = false; h.paint() }

func (h *hit) paint() {
	h.background.Fill = look.RowFill(h.chosen, h.hovered)
	h.background.Refresh()
}

// set shows a message. conversation is the name of its conversation, "" where all hits are of one.
func (h *hit) set(m messaging.Message, conversation, wanted string, now time.Time, chosen bool) {
	h.chosen = chosen
	author := wording.Name(m.Author)
	if m.Own {
		author = i18n.T("search.me")
	}
	name, found := author, newSnippet(textOf(m.Content), wanted)
	if conversation != "" {
		if name = wording.Name(conversation); name != author && author != "" {
			found = found.after(i18n.T("search.by", "Name", author))
		}
	}
	if h.avatarOf != name {
		h.avatarOf = name
		h.avatar.Objects = []fyne.CanvasObject{look.Avatar(name, 36)}
		h.avatar.Refresh()
	}
	h.title.SetText(name)
	h.time.SetText(wording.When(m.Time, now))
	h.line.set(found)
	h.paint()
	h.content.Refresh()
}

// textOf is where the words that were searched stand: of files in their names, and in what was written beside them.
func textOf(c messaging.Content) string {
	f, ok := c.(messaging.File)
	if !ok {
		return model.PlainText(c)
	}
	words := ""
	for _, file := range f.Files() {
		words = wording.Join(", ", words, wording.FileNameOf(file).String())
	}
	return wording.Join(" — ", words, f.Description)
}
