//go:build linux

package tour

import (
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"discussions/internal/needs"
	"discussions/internal/sandboxtest"
)

// A desk is where the program is measured: a person at the keyboard, an organisation, and a profile whose first account is
// Claire's. Logins go by plain HTTP, as no browser is what is measured.
type desk struct {
	*screen
	typist
	parent  *testing.B
	org     *sandboxtest.Sandbox
	control *http.Client
	profile string

	p       *program // nil: it does not run
	main    string   // its main window
	open    int      // accounts
	windows map[string]string

	idleOne, memoryOne float64 // of this run, with one account
}

// newDesk starts an organisation with flags of the sandbox. Where ready is not nil, it sees the organisation before the program does.
func newDesk(b *testing.B, ready func(*sandboxtest.Sandbox), flags ...string) *desk {
	needs.Session(b)
	b.Helper()
	d := &desk{
		screen: newScreen(b, ""), typist: newTypist(b), parent: b,
		org:     sandboxtest.Start(b, flags...),
		control: &http.Client{Timeout: 2 * patience},
		profile: filepath.Join(b.TempDir(), "profile"),
	}
	b.Cleanup(d.control.CloseIdleConnections)
	if ready != nil {
		ready(d.org)
	}
	d.start()
	d.p.screen("browser")
	d.findMain()
	d.logIn(d.org.Claire())
	return d
}

// by says which benchmark fails from now on.
func (d *desk) by(b *testing.B) {
	d.screen.t = b
	if d.p != nil {
		d.p.t = b
	}
}

func (d *desk) start() {
	d.t.Helper()
	if d.p != nil {
		d.p.stop()
	}
	d.p = start(d.parent, d.org.Config, d.profile, "--lang", "fr")
	d.p.t = d.t
	d.open, d.windows = 0, map[string]string{}
}

func (d *desk) findMain() {
	d.t.Helper()
	d.main = d.window("Discussions")
	d.place(d.main, 20, 60)
	d.focus(d.main)
}

// launch starts the program anew; it shows the accounts.
func (d *desk) launch() {
	d.t.Helper()
	d.start()
	d.p.screen("accounts")
	d.findMain()
}

// opening is how long it took to open an account, from the last digit.
type opening struct{ list, online, derived time.Duration }

// unlock opens Claire's account, the first, with its code.
func (d *desk) unlock(then string) opening {
	d.t.Helper()
	d.keys("Tab", "Return")
	d.p.screen("code")
	o := d.typeCode(then)
	d.open = 1
	return o
}

// typeCode types the code that is asked for. Where an account comes online by it, online is what the log says then.
func (d *desk) typeCode(online string) (o opening) {
	d.t.Helper()
	last := len(claireCode) - 1
	for _, digit := range claireCode[:last] {
		d.press(d.t, string(digit))
	}
	time.Sleep(150 * time.Millisecond) // these digits are painted
	mark := d.p.mark()
	pressed := d.press(d.t, claireCode[last:])
	line, _ := d.p.next(mark, "key derived")
	took, _ := line["took"].(float64)
	o.derived = time.Duration(took)
	line, _ = d.p.next(mark, "list drawn")
	o.list = line.at(d.t).Sub(pressed)
	if online != "" {
		line, _ = d.p.next(mark, online)
		o.online = line.at(d.t).Sub(pressed)
	}
	return o
}

// ready makes the program run with that many accounts open, at least, and the list of one in view.
func (d *desk) ready(accounts int) {
	d.t.Helper()
	if d.open == 0 {
		d.launch()
		d.unlock("connected")
	}
	for d.open < accounts {
		d.addAccount()
	}
}

// relaunch makes a new run of the program, with one account open.
func (d *desk) relaunch() {
	d.t.Helper()
	d.launch()
	d.unlock("connected")
	d.settle()
}

// addAccount is "Associer un nouveau compte" for the next of the organisation's people.
func (d *desk) addAccount() {
	d.t.Helper()
	d.menu()
	d.keys(append(slices.Repeat([]string{"Tab"}, d.open), "Return")...) // after the accounts
	d.p.screen("methods")
	d.keys("Tab", "Return")
	d.p.screen("browser")
	d.logIn(d.org.People[d.open])
}

// logIn takes the address that the program opens in its browser, and chooses the code.
func (d *desk) logIn(who sandboxtest.Person) {
	d.t.Helper()
	mark := d.p.mark()
	address := d.p.address()
	d.org.Login(d.t, address, who, "psc")
	d.chooseCode(d.p, d.main, claireCode)
	d.p.screen("list")
	d.p.next(mark, "connected")
	d.p.next(mark, "list drawn")
	d.open++
}

// menu opens the menu of the accounts.
func (d *desk) menu() {
	d.t.Helper()
	d.focus(d.main)
	d.click(d.main, 120, 30)
	d.p.screen("menu")
}

// conversation is the window of a conversation, opened by the keyboard where it is not open yet. The name is a part of its own,
// in letters that a keyboard has.
func (d *desk) conversation(name string) string {
	d.t.Helper()
	if window, ok := d.windows[name]; ok {
		return window
	}
	d.focus(d.main)
	d.keys("ctrl+k")
	d.write(name)
	d.keys("Return")
	d.p.await("history shown")
	d.windows[name] = d.window(name)
	return d.windows[name]
}

// correspondents are six conversations: two people with a long history, one with a short one, three groups.
var correspondents = []string{"Sophie", "Julien", "Moussa", "Astreinte", "Soins Tournefeuille", "nuit"}

// settle waits until the program has had time to do what it does after a start: read archives, give memory back.
func (d *desk) settle() { time.Sleep(5 * time.Second) }
