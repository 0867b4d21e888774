package ui

import (
	"image/png"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"discussions/account"
	"discussions/messaging/messagingtest"
	"discussions/notify"
	"discussions/settings"
	"discussions/ui/conversation"
	"discussions/ui/look"
	"discussions/ui/look/looktest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// rig is the interface on a screen without a display. It lives in a synctest
// bubble: settle waits until every goroutine has done its work.
type rig struct {
	t        *testing.T
	ui       *UI
	manager  *fakeManager
	notifier *fakeNotifier
	screens  *screenLog
	tray     *fakeTray
	windows  *fakeWindows
	views    []*fakeView // in the order of opening
	ended    int         // how often the program was to end

	mu     sync.Mutex
	queued []func() // for Fyne's goroutine, which is the test's
}

// newRig starts the interface on a workstation with those accounts.
func newRig(t *testing.T, with func(*Options, *fakeManager), accounts ...account.Account) *rig {
	t.Helper()
	app := test.NewTempApp(t)
	user, err := settings.OpenUser(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, tray: &fakeTray{}, windows: &fakeWindows{map[fyne.Window]bool{}, map[fyne.Window]Rect{}, map[fyne.Window]bool{}, []Rect{{0, 0, 1600, 1000}}}, notifier: &fakeNotifier{shown: map[string]notify.Notification{}}, screens: &screenLog{}}
	r.manager = &fakeManager{accounts: accounts, codes: map[string]string{}, clients: map[string]*messagingtest.Client{}, unsent: map[string]int{}}
	for _, a := range accounts {
		r.manager.codes[a.ID] = "4071"
		r.manager.clients[a.ID] = newClient()
	}
	o := Options{
		User: user, Notifier: r.notifier, Tray: r.tray, Windows: r.windows, End: func() { r.ended++ }, Version: "1.0", Language: "fr",
		Log: slog.New(slog.NewTextHandler(r.screens, nil)),
		Deployment: settings.Deployment{
			Organisation: settings.Organisation{Name: "SPICO"},
			Login:        settings.Login{Methods: []settings.Method{{Name: "Pro Santé Connect"}, {Name: "Mail, mot de passe et code"}}},
			Policy:       settings.Policy{LockAfter: 5 * time.Minute, NotificationContent: settings.ContentName},
		},
	}
	if with != nil {
		with(&o, r.manager)
	}
	r.manager.policy = func() settings.Policy {
		if r.ui == nil {
			return o.Deployment.Policy
		}
		return r.ui.options.Deployment.Policy
	}
	r.ui = newUI(app, o, r.manager, r.do, func(o conversation.Options) view {
		r.views = append(r.views, &fakeView{id: string(o.ID), box: widget.NewEntry(), copied: o.Board.Copied, logIn: o.LogIn, changed: o.Changed, menu: o.Menu})
		return r.views[len(r.views)-1]
	})
	t.Cleanup(func() {
		r.ui.Close()
		synctest.Wait()
		for _, code := range r.manager.seen {
			if !code.IsZero() {
				t.Error("a code that was handed over is not wiped")
			}
		}
	})
	r.ui.Start()
	r.settle()
	return r
}

// do keeps f for the test's goroutine: Fyne's test driver would run it at once,
// concurrently with the test.
func (r *rig) do(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queued = append(r.queued, f)
}

// settle waits until nothing runs any more, as when nobody uses the program for
// a moment.
func (r *rig) settle() {
	r.drain()
	c := r.canvas()
	// Twice: what wraps knows its height only after it got its width.
	for range 2 {
		c.Content().Refresh()
		r.ui.window.win.Resize(fyne.NewSize(420, 640))
	}
}

// drain is settle without laying the window out anew.
func (r *rig) drain() {
	for {
		synctest.Wait()
		r.mu.Lock()
		queued := r.queued
		r.queued = nil
		r.mu.Unlock()
		if len(queued) == 0 {
			break
		}
		for _, f := range queued {
			f()
		}
	}
}

func (r *rig) canvas() fyne.Canvas { return r.ui.window.win.Canvas() }

// expectScreen fails unless the main window shows the screen of that name.
func (r *rig) expectScreen(name string) {
	r.t.Helper()
	r.drain()
	if got := r.ui.window.shown.Name(); got != name {
		r.t.Fatalf("the screen is %q, want %q", got, name)
	}
}

// typeText sends characters as the keyboard does.
func (r *rig) typeText(text string) {
	r.t.Helper()
	for _, c := range text {
		if f := r.canvas().Focused(); f != nil {
			f.TypedRune(c)
		} else {
			r.canvas().OnTypedRune()(c)
		}
		r.drain()
	}
	r.settle()
}

// pressKey sends a key as the keyboard does.
func (r *rig) pressKey(name fyne.KeyName) {
	r.t.Helper()
	if name == fyne.KeyTab {
		r.canvas().FocusNext()
		return
	}
	if f := r.canvas().Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: name})
	} else {
		r.canvas().OnTypedKey()(&fyne.KeyEvent{Name: name})
	}
	r.settle()
}

// roots are what is on the screen: what lies above, or else the content.
func (r *rig) roots() []fyne.CanvasObject {
	if top := r.canvas().Overlays().Top(); top != nil {
		return []fyne.CanvasObject{top}
	}
	return []fyne.CanvasObject{r.canvas().Content()}
}

// press taps what bears that label.
func (r *rig) press(label string) {
	r.t.Helper()
	r.pressable(label).(fyne.Tappable).Tapped(&fyne.PointEvent{})
	r.settle()
}

// pressable is what can be tapped and bears that label.
func (r *rig) pressable(label string) fyne.CanvasObject {
	r.t.Helper()
	for _, root := range r.roots() {
		if o := looktest.Find(root, func(o fyne.CanvasObject) bool {
			a, ok := o.(fyne.Accessible)
			_, taps := o.(fyne.Tappable)
			return ok && taps && plainSpaces(a.AccessibilityLabel()) == label
		}); o != nil {
			return o
		}
	}
	r.t.Fatalf("nothing to press is labelled %q; there is\n%s", label, strings.Join(r.texts(), "\n"))
	return nil
}

// texts are the visible texts.
func (r *rig) texts() []string {
	var texts []string
	for _, root := range r.roots() {
		looktest.Find(root, func(o fyne.CanvasObject) bool {
			if l, ok := o.(*look.Label); ok && l.Text != "" {
				texts = append(texts, l.Text)
			}
			return false
		})
	}
	return texts
}

// expectText fails unless some visible text contains that.
func (r *rig) expectText(text string) {
	r.t.Helper()
	if !slices.ContainsFunc(r.texts(), func(s string) bool { return strings.Contains(plainSpaces(s), plainSpaces(text)) }) {
		r.t.Fatalf("nothing says %q; there is\n%s", text, strings.Join(r.texts(), "\n"))
	}
}

// picker is the picker of that label.
func (r *rig) picker(label string) *look.Picker {
	r.t.Helper()
	for _, root := range r.roots() {
		if o := looktest.Find(root, func(o fyne.CanvasObject) bool { p, ok := o.(*look.Picker); return ok && p.Label == label }); o != nil {
			return o.(*look.Picker)
		}
	}
	r.t.Fatalf("nothing is picked by %q", label)
	return nil
}

// position is where a text stands in the window.
func (r *rig) position(text string) fyne.Position {
	r.t.Helper()
	for _, root := range r.roots() {
		if o := looktest.Find(root, func(o fyne.CanvasObject) bool { l, ok := o.(*look.Label); return ok && l.Text == text }); o != nil {
			return fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		}
	}
	r.t.Fatalf("nothing says %q", text)
	return fyne.Position{}
}

// savePicture draws the window, and keeps the picture where DISCUSSIONS_PICTURES names a folder.
func (r *rig) savePicture(name string) {
	r.t.Helper()
	picture := r.canvas().Capture()
	dir := os.Getenv("DISCUSSIONS_PICTURES")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, picture); err != nil {
		r.t.Fatal(err)
	}
}

// screenLog keeps what is logged.
type screenLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *screenLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, string(p))
	return len(p), nil
}

// windowTitles are those of all windows.
func (r *rig) windowTitles() []string {
	r.settle()
	var titles []string
	for _, w := range r.ui.app.Driver().AllWindows() {
		switch {
		case w == r.ui.window.win: // without the number, which TestTitlesTellTheNameAndWhatIsUnread is about
			titles = append(titles, "Discussions")
		case w.Title() != "": // Fyne's test driver has one of its own
			titles = append(titles, w.Title())
		}
	}
	return titles
}

// notified are the desktop notifications.
func (r *rig) notified() map[string]notify.Notification {
	r.notifier.mu.Lock()
	defer r.notifier.mu.Unlock()
	return maps.Clone(r.notifier.shown)
}

// letPass lets time pass, a second at a time, as the program sees it.
func (r *rig) letPass(d time.Duration) {
	for ; d > 0; d -= time.Second {
		time.Sleep(min(d, time.Second))
		r.drain()
	}
	r.settle()
}

// plainSpaces is a text with ordinary spaces only, so that tests can be typed.
func plainSpaces(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
}

// scroll moves what scrolls to a place.
func (r *rig) scroll(y float32) {
	r.settle()
	for _, root := range r.roots() {
		if o := looktest.Find(root, func(o fyne.CanvasObject) bool { _, ok := o.(*container.Scroll); return ok }); o != nil {
			o.(*container.Scroll).ScrollToOffset(fyne.NewPos(0, y))
		}
	}
}
