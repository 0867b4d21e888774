package conversation

import (
	"strings"
	"time"

	"discussions/internal/i18n"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

const (
	inputRows    = 6                      // the input grows to so many lines, then scrolls
	countedBytes = 2000                   // bytes from which on the input is taken to be that high, without counting
	draftDelay   = 500 * time.Millisecond // after the last key
)

// composer is the input to write in with its button. Its callbacks handle the text; it keeps the text until sent is called for a
// part of it.
type composer struct {
	widget.BaseWidget

	onSend   func(text string) // one at a time, until sent or failed is called
	onDraft  func(text string) // the text has not changed for a moment
	onTyping func(on bool)     // true at each change of the text, false once when the user leaves it or has sent it
	onGrow   func()            // MinSize changed
	later    func(f func())    // runs f on Fyne's goroutine

	about      *aboutLine // what the text is about: an answer, a correction
	tray       *tray      // the files that go with it
	attach     *look.Pressable
	input      *input
	button     *sendButton
	background *canvas.Rectangle
	border     *canvas.Rectangle
	ruler      *widget.RichText // tells how many lines a text takes
	rows       int
	one, each  float32 // the heights of one line of the input and of each further one
	most       float32 // how high it may become, but for a line; 0: nobody has said
	sending    string  // what is on its way to the outbox, at the front of the input
	alone      bool    // files without a text are on their way there
	sendNext   bool    // Enter was pressed meanwhile
	typing     bool
	draft      *time.Timer // nil: the draft is kept
}

func newComposer(later func(func())) *composer {
	c := &composer{later: later, about: newAboutLine(), input: newInput(), rows: 1}
	c.background, c.border = canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	c.button = newSendButton(c.enter)
	c.tray = newTray(c.trayChanged)
	c.attach = look.IconButton(look.IconAttach, i18n.T("attach.choose"), nil)
	c.ruler = widget.NewRichText(&widget.TextSegment{Style: widget.RichTextStyleInline})
	c.ruler.Wrapping = fyne.TextWrapWord
	c.input.SetPlaceHolder(i18n.T("conversation.write"))
	c.input.OnChanged = c.changed
	c.input.onEnter = c.enter
	c.input.onLeave = c.paused
	c.input.mention = newMentionBox(c.input)
	c.ExtendBaseWidget(c)
	return c
}

// restore puts back a draft, unless the user has written something since.
func (c *composer) restore(draft string) {
	if draft == "" || c.input.Text != "" {
		return
	}
	c.input.OnChanged = nil // it has not changed: neither the disk nor the other side needs it
	c.write(draft)
	c.input.OnChanged = c.changed
	c.button.enable(true)
	c.grow()
}

// sent says that the outbox has the text given to onSend: only now it leaves the input. What was written behind it stays.
func (c *composer) sent() {
	rest, next := strings.TrimPrefix(c.input.Text, c.sending), c.sendNext
	c.sending, c.sendNext, c.alone = "", false, false
	c.write(rest)
	c.flush()
	if next {
		c.enter()
	}
}

// write puts a text into the input, with the cursor behind it.
func (c *composer) write(text string) {
	c.input.SetText(text)
	c.input.CursorRow = len(text) // the entry brings it back to the end
	c.input.Refresh()
}

// failed says that it could not be kept: it stays in the input.
func (c *composer) failed() { c.sending, c.sendNext, c.alone = "", false, false }

// enter sends what is written.
func (c *composer) enter() {
	if c.input.paste.Holds(c.enter) || c.input.paste.Failed { // not without what was to be in it
		return
	}
	if c.sending != "" || c.alone {
		c.sendNext = true
		return
	}
	if !c.sendable() {
		return
	}
	c.alone = strings.TrimSpace(c.input.Text) == ""
	c.sending = c.input.Text
	c.stopDraft()
	c.paused()
	c.onSend(c.sending)
}

// sendable reports whether there is something to send.
func (c *composer) sendable() bool {
	return strings.TrimSpace(c.input.Text) != "" || len(c.tray.list) > 0
}

// trayChanged follows the tray.
func (c *composer) trayChanged() {
	c.button.enable(c.sendable())
	c.onGrow()
}

func (c *composer) changed(text string) {
	c.button.enable(c.sendable())
	c.grow()
	c.stopDraft()
	c.draft = time.AfterFunc(draftDelay, func() { c.later(c.flush) })
	if text == "" || text == c.sending {
		c.paused()
		return
	}
	c.typing = true
	c.onTyping(true)
}

// flush keeps the draft now.
func (c *composer) flush() {
	if c.draft != nil {
		c.stopDraft()
		c.onDraft(c.input.Text)
	}
}

func (c *composer) stopDraft() {
	if c.draft != nil {
		c.draft.Stop()
		c.draft = nil
	}
}

func (c *composer) paused() {
	if c.typing {
		c.typing = false
		c.onTyping(false)
	}
}

// close keeps the draft and stops the clocks. What is being sent is still in the input, and an older draft may hold it too.
func (c *composer) close() {
	if c.sending != "" {
		c.stopDraft()
		c.onDraft(c.input.Text)
	} else {
		c.flush()
	}
	c.paused()
}

// grow fits the height to the text.
func (c *composer) grow() {
	rows := c.lines()
	if rows == c.rows {
		return
	}
	c.rows = rows
	c.input.SetMinRowsVisible(rows)
	c.onGrow()
}

// limit says how high it may become, but for a line.
func (c *composer) limit(most float32) {
	if c.most != most {
		c.most = most
		c.grow()
	}
}

// least is the height with one line.
func (c *composer) least() float32 {
	return c.about.height() + c.tray.height() + max(inputMin, ceil(c.one)) + 2*composerPad
}

// lines is how many lines the input should show.
func (c *composer) lines() int {
	text := c.input.Text
	segment := c.ruler.Segments[0].(*widget.TextSegment)
	height := func(text string) float32 {
		segment.Text = text
		c.ruler.Refresh()
		return c.ruler.MinSize().Height
	}
	if width := c.input.Size().Width; width > 0 {
		c.ruler.Resize(fyne.NewSize(width, 10))
	}
	c.one = height("x")
	c.each = height("x\nx") - c.one
	most := inputRows
	if c.most > 0 {
		most = max(1, min(most, 1+int((c.most-c.least())/c.each)))
	}
	if len(text) > countedBytes {
		return most
	}
	return max(1, min(most, 1+int(round((height(text)-c.one)/c.each))))
}

// Refresh implements [fyne.Widget].
func (c *composer) Refresh() {
	c.input.SetPlaceHolder(i18n.T("conversation.write"))
	c.BaseWidget.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (c *composer) CreateRenderer() fyne.WidgetRenderer {
	r := composerRenderer{c}
	r.colours()
	return r
}

type composerRenderer struct{ c *composer }

const (
	composerPad = 12
	inputMin    = 40
)

func (r composerRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.c.background, r.c.border, r.c.about, r.c.tray, r.c.attach, r.c.input, r.c.button}
}

func (r composerRenderer) MinSize() fyne.Size {
	return fyne.NewSize(160, r.c.about.height()+r.c.tray.height()+max(inputMin, ceil(r.c.input.MinSize().Height))+2*composerPad)
}

func (r composerRenderer) Layout(size fyne.Size) {
	c := r.c
	c.background.Resize(size)
	c.border.Resize(fyne.NewSize(size.Width, 1))
	about := c.about.height()
	c.about.Move(fyne.NewPos(look.Space, composerPad/2))
	c.about.Resize(fyne.NewSize(size.Width-2*look.Space, about))
	c.tray.Move(fyne.NewPos(look.Space, about+composerPad/2))
	c.tray.Resize(fyne.NewSize(size.Width-2*look.Space, c.tray.height()))
	about += c.tray.height()
	height := size.Height - 2*composerPad - about
	foot := about + composerPad + height - inputMin
	c.attach.Move(fyne.NewPos(look.Space-8, foot+2))
	c.attach.Resize(c.attach.MinSize())
	left := look.Space - 8 + c.attach.MinSize().Width + 4
	c.input.Move(fyne.NewPos(left, about+composerPad))
	c.input.Resize(fyne.NewSize(size.Width-left-look.Space-inputMin-8, height))
	c.button.Move(fyne.NewPos(size.Width-look.Space-inputMin, foot))
	c.button.Resize(fyne.NewSquareSize(inputMin))
	c.grow()
}

func (r composerRenderer) Refresh() {
	r.colours()
	r.c.about.Refresh()
	r.c.tray.show()
	r.c.attach.Refresh()
	r.c.input.Refresh()
	r.c.button.Refresh()
	r.c.rows = 0 // the size of text may be another
	r.c.grow()
	canvas.Refresh(r.c)
}

func (r composerRenderer) colours() {
	r.c.background.FillColor = look.Colour(look.ColorSurface)
	r.c.border.FillColor = look.Colour(look.ColorLine)
}

func (r composerRenderer) Destroy() {}
