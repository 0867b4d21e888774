package conversation

import (
	"context"
	"errors"
	"image/color"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"time"

	"discussions/internal/clipboard"
	"discussions/internal/dispatch"
	"discussions/internal/i18n"
	"discussions/internal/picture"
	"discussions/messaging"
	"discussions/ui/conversation/timeline"
	"discussions/ui/look"
	"discussions/ui/search"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
)

// Options is what a [View] shows and where.
type Options struct {
	Client        Client
	ID            messaging.ConversationID
	AccountName   string      // whose window it is
	AccountColour color.Color // the same
	Window        fyne.Window // gets the shortcuts that the view does not use, and what is typed outside of the input; may be nil
	Log           *slog.Logger
	Now           func() time.Time               // nil: time.Now
	Board         look.Board                     // the clipboard; what is copied out of the window is told there
	LogIn         func()                         // starts the full login that the account needs; may be nil
	Menu          func(look.Place)               // shows the menu of the window; nil: it has none
	Person        func(messaging.ConversationID) // shows somebody's card; nil: it cannot be done
	Changed       func(messaging.Conversation)   // its name, or the number of unread messages, may have changed; may be nil
	Touched       func()                         // somebody types or turns the wheel; may be nil
	EditWithin    time.Duration                  // for so long an own message can be corrected

	Files     messaging.FilePolicy // limits what is attached
	SaveFiles bool                 // files may leave the program
	Folders   *look.Folders        // where files were last looked for; may be nil
	// OpenFile hands a file of that name to the program that the desktop has for it; write gives its content. nil: it cannot be done.
	OpenFile func(name string, write func(io.Writer) error) error
	Pictures *picture.Decoder // the program's; nil: one for the view
	// Paste reads from the clipboard what is no text, a picture of so many bytes at most. nil: it cannot be read.
	Paste func(ctx context.Context, most int) (clipboard.Content, error)

	do   func(func())         // fyne.Do, but for tests
	open func(*url.URL) error // [fyne.App.OpenURL], but for tests
}

// View is one conversation on the screen. All its methods belong to Fyne's goroutine.
type View struct {
	o   Options
	now func() time.Time

	conversation messaging.Conversation
	thread       thread
	metrics      metrics
	style        int       // counts what makes all rows stale: theme, text size, kind of conversation, the day
	today        time.Time // the day that rows were drawn on
	selection    selection
	history      history
	reading      reading
	files        *fileViews
	task         task          // what is written answers a message, or corrects it
	chosen       *entry        // by keyboard; nil: none
	menuAt       fyne.Position // where the menu of a message was opened last
	highlighted  *entry        // nil: none
	fading       *time.Timer
	again        *time.Timer // until the banner's words change; nil: they never did

	content  *fyne.Container
	header   *header
	banner   *look.Banner
	pins     *pinBar
	timeline *timeline.Timeline
	jump     *jumpButton
	bar      *actionBar
	tip      *tip
	empty    *empty
	status   *statusLine
	composer *composer
	body     *fyne.Container
	search   *search.Panel // nil: not opened yet
	gallery  *gallery      // the same
	viewer   *viewer       // nil: no picture is shown over the window
	members  *membersPanel // nil: not open
	painted  *look.Painted

	work   dispatch.Tasks
	queued string // the last text that the outbox took: of work's goroutine
	inbox  *dispatch.Batch[messaging.Event]
	ctx    context.Context
	cancel func()
	closed bool
	drawn  int // messages of others, for the log
}

// New makes the view of a conversation and starts to read it.
func New(o Options) *View {
	v := &View{o: o, now: o.Now}
	if v.now == nil {
		v.now = time.Now
	}
	if v.o.do == nil {
		v.o.do = fyne.Do
	}
	if v.o.open == nil {
		v.o.open = fyne.CurrentApp().OpenURL
	}
	if v.o.Log == nil {
		v.o.Log = slog.New(slog.DiscardHandler)
	}
	if v.o.Touched == nil {
		v.o.Touched = func() {}
	}
	v.inbox = dispatch.NewBatch(v.later, v.show)
	v.ctx, v.cancel = context.WithCancel(context.Background())
	v.metrics, v.today = newMetrics(v), v.now()
	v.files = newFileViews(v, o.Pictures)
	v.build()

	unsubscribe := o.Client.Subscribe(v.receive)
	stop := v.cancel
	v.cancel = func() { unsubscribe(); stop() }
	v.showConnection(o.Client.Connection())
	v.open()
	return v
}

func (v *View) build() {
	v.header = newHeader(v.o.AccountColour)
	v.header.menu = v.o.Menu
	v.banner = look.NewBanner()
	v.pins = newPinBar(v)
	v.timeline = timeline.New(rows{v})
	v.timeline.OnMoved = v.viewMoved
	v.timeline.OnTouched = v.o.Touched
	v.timeline.OnTyped = v.typed
	v.timeline.OnShortcut = v.shortcut
	v.timeline.OnEnd = v.toNewest
	v.timeline.OnKey = v.chosenKey
	v.jump = newJumpButton(v.toNewest)
	v.bar, v.tip = newActionBar(v), newTip()
	v.empty = newEmpty()
	v.status = newStatusLine()
	v.composer = newComposer(v.later)
	v.composer.about.onCross = v.endTask
	v.composer.input.onEscape = v.escape
	v.composer.input.mention.people = v.mentionable
	v.composer.input.mention.changed = func() {
		v.arrange()
		if v.composer.input.mention.Visible() {
			v.logDrawn("names drawn")
		}
	}
	v.composer.input.mention.later = v.later
	v.composer.input.onUp = v.correctLast
	v.composer.input.onMenu = v.header.showMenu
	v.composer.onSend = v.send
	v.composer.attach.OnTapped = v.chooseFile
	v.composer.tray.plain = v.o.Files.Plain
	v.composer.onDraft = v.keepDraft
	v.composer.onTyping = v.tellTyping
	v.composer.onGrow = v.arrange
	v.composer.input.onPage = v.timeline.TypedKey
	v.composer.input.onKey = v.o.Touched
	v.composer.input.onShortcut = v.moveOrForward
	v.composer.input.board = v.board()
	v.composer.input.onNoPaste = v.notRead
	if v.o.Paste != nil {
		v.composer.input.onPaste = v.paste
	}
	v.composer.input.onTooLong = func() { v.status.setTrouble(i18n.T("conversation.trouble.paste")) }
	v.body = container.New(frame{v}, v.header, v.banner, v.pins, v.timeline, v.empty, v.jump, v.status, v.composer, v.bar, v.tip, v.composer.input.mention)
	v.painted = look.NewPainted(v.later)
	v.content = container.NewStack(newThemed(v.restyle), v.body, v.painted.Pixel)
	if v.o.Window != nil {
		v.o.Window.Canvas().SetOnTypedRune(v.typed)
	}
}

// Content is what goes into the window.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus puts the cursor into the input.
func (v *View) Focus() {
	if c := v.canvas(); c != nil {
		c.Focus(v.composer.input)
	}
}

// canvas is that of the window, also before its first frame: until then Fyne does not know to which one an object belongs.
func (v *View) canvas() fyne.Canvas {
	if v.o.Window != nil {
		return v.o.Window.Canvas()
	}
	return fyne.CurrentApp().Driver().CanvasForObject(v.body)
}

// InFront says whether the window is in front: only then what is in view counts as read.
func (v *View) InFront(front bool) {
	v.reading.front = front
	v.markSeen()
}

// Close stops the view. saved waits until the draft and what was sent are on the disk; do not call it on Fyne's goroutine.
func (v *View) Close() (saved func()) {
	if v.closed {
		return v.work.Close
	}
	v.composer.close()
	v.closed = true
	v.history.stop()
	if v.fading != nil {
		v.fading.Stop()
	}
	if v.again != nil {
		v.again.Stop()
	}
	v.cancel()
	v.work.Stop()
	v.files.work.Stop()
	if v.gallery != nil {
		v.gallery.files.work.Stop()
	}
	if v.search != nil {
		v.search.Close()
	}
	return func() {
		if v.search != nil {
			v.search.Saved()
		}
		if v.gallery != nil {
			v.gallery.files.work.Close()
		}
		v.files.work.Close()
		v.work.Close()
	}
}

// later runs f on Fyne's goroutine, unless the view is closed by then.
func (v *View) later(f func()) {
	v.o.do(func() {
		if !v.closed {
			f()
		}
	})
}

// typed takes what is typed while the input does not have the focus.
func (v *View) typed(r rune) {
	switch {
	case v.finding():
		v.search.Type(r)
		return
	case v.browsing():
		return
	}
	v.Focus()
	v.composer.input.TypedRune(r)
}

// shortcut takes the shortcuts of the timeline.
func (v *View) shortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); ok {
		v.copy(v.selection.text())
		return
	}
	if _, ok := s.(*fyne.ShortcutPaste); ok {
		v.Focus()
		v.composer.input.TypedShortcut(s)
		return
	}
	v.moveOrForward(s)
}

// forward gives a shortcut to the window. Fyne gives it only to the widget that has the focus.
func (v *View) forward(s fyne.Shortcut) {
	if _, ok := s.(*desktop.CustomShortcut); !ok || v.o.Window == nil {
		return
	}
	if c, ok := v.o.Window.Canvas().(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// update changes the thread and brings the timeline into line: what is in view stays where it is.
func (v *View) update(change func()) {
	first, last := v.timeline.InView()
	var inView []row
	var places []messaging.Cursor
	if first >= 0 {
		inView = slices.Clone(v.thread.rows[first : last+1])
	}
	for _, r := range inView {
		places = append(places, r.cursor())
	}
	change()
	if !wording.SameDay(v.today, v.now()) {
		v.today = v.now()
		v.style++
	}
	v.timeline.MoreBelow(!v.thread.end && len(v.thread.entries) > 0)
	now := make([]int, len(inView)) // -1 for what is gone, or has another place in the conversation
	for i, r := range inView {
		if now[i] = -1; r.cursor() == places[i] {
			now[i] = v.thread.rowIndex(r)
		}
	}
	from := longestRun(now)
	v.timeline.Renumber(func(at int) (int, bool) {
		i := at - first
		return now[i], now[i] >= 0 && i >= from
	})
	v.showEmpty()
}

// longestRun is where most rows begin that follow one another still, of the present numbers of rows that did; those below 0 are gone.
func longestRun(now []int) (from int) {
	most := 0
	for i := 0; i < len(now); {
		n := 1
		for now[i] >= 0 && i+n < len(now) && now[i+n] == now[i]+n {
			n++
		}
		if now[i] >= 0 && n > most {
			from, most = i, n
		}
		i += n
	}
	return from
}

// redraw draws one message again.
func (v *View) redraw(e *entry) { v.update(func() { e.layouts = nil }) }

// mark selects a part of a message's text.
func (v *View) mark(e *entry, start, end int) {
	old := v.selection
	if old.e == nil && e == nil {
		return
	}
	v.selection = selection{e, start, end}
	v.update(func() {
		for _, e := range []*entry{old.e, e} {
			if e != nil {
				e.layouts = nil
			}
		}
	})
}

// expand shows all of a long text. Its first line stays where it is.
func (v *View) expand(e *entry) {
	i := v.thread.index(e)
	if i < 0 {
		return
	}
	top, seen := v.timeline.Top(v.thread.rowIndex(row{kind: messageRow, e: e}))
	v.update(func() {
		v.thread.splice(i, 1)
		e.expand()
		v.thread.splice(i, 0, e)
	})
	if seen { // it grows at its foot
		v.timeline.ToRow(v.thread.rowIndex(row{kind: messageRow, e: e}), top)
	}
}

// restyle follows a change of the theme.
func (v *View) restyle() {
	v.style++
	v.metrics = newMetrics(v)
	v.showHeader()
	v.showBanner()
	v.timeline.Refresh()
	v.arrange()
}

// arrange lays the parts out again: one of them has another height now.
func (v *View) arrange() { v.body.Layout.Layout(v.body.Objects, v.body.Size()) }

func (v *View) showHeader() {
	c := v.conversation
	var open func()
	if c.Group {
		open = v.openMembers
	}
	v.header.set(wording.Name(c.Name), detailWords(c, v.o.AccountName, v.now()), c.Avatar, open)
	v.status.setTyping(wording.Typing(c.Typing))
}

func (v *View) showEmpty() {
	words := ""
	switch {
	case len(v.thread.entries) > 0 || v.history.loading:
	case v.history.failed != nil && !errors.Is(v.history.failed, messaging.ErrOffline):
	case v.history.failed != nil:
		words = i18n.T("conversation.empty.offline")
	case v.conversation.Group:
		words = i18n.T("conversation.empty.group")
	default:
		words = i18n.T("conversation.empty.person", "Name", wording.Name(v.conversation.Name))
	}
	if v.empty.set(words) {
		v.arrange()
	}
}
