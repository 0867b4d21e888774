//go:build linux

package tour

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// restTime is how long the program is watched while nothing happens.
const restTime = 20 * time.Second

// others are more conversations than anyone has open; the first six are the correspondents.
var others = []string{
	"Sophie", "Julien", "Moussa", "Astreinte", "Soins Tournefeuille", "nuit",
	"Paul", "Laurent", "Nadia", "Dr H", "Girard", "Petit", "Moreau", "Fournier", "Mercier", "Blanc", "Karim", "Manon", "Pierre", "Diallo",
}

// benchmarkRest is what the program takes while nothing happens: with its list, with the cursor in the box of one conversation,
// of five, with all windows minimised, locked.
func (d *desk) benchmarkRest(b *testing.B) {
	d.relaunch()
	d.atRest(b, "list in view", "list")
	d.restWith(b, 1)
	d.restWith(b, 5)
	for _, window := range append([]string{d.main}, d.allWindows()...) {
		d.run("xdotool", "windowminimize", window)
	}
	d.atRest(b, "all of them minimised", "minimised")
	d.focus(d.main)
	mark := d.p.mark()
	d.press(b, "ctrl+l")
	d.p.next(mark, "screen", "name", "code")
	d.atRest(b, "locked", "locked")
	d.open = 0
}

// benchmarkTwentyWindows is the same with twenty conversations, then the time from a key to its letter in one of them.
func (d *desk) benchmarkTwentyWindows(b *testing.B) {
	d.relaunch()
	d.restWith(b, 20)
	d.memory(b, "one account and twenty conversation windows")
	d.typeLetters(b, "key → letter drawn, twenty windows open", 100)
}

// restWith opens the first n conversations, and reports what the program takes with the cursor in the box of one.
func (d *desk) restWith(b *testing.B, n int) {
	b.Helper()
	for i, name := range others[:n] {
		d.place(d.conversation(name), 440+30*i, 20+20*i)
	}
	d.focus(d.conversation(others[0]))
	d.atRest(b, fmt.Sprintf("%d conversation windows, cursor in the box", n), fmt.Sprintf("windows%d", n))
}

func (d *desk) allWindows() (all []string) {
	for _, window := range d.windows {
		all = append(all, window)
	}
	return all
}

// atRest reports what the program takes while nothing happens.
func (d *desk) atRest(b *testing.B, name, unit string) {
	d.settle()
	idle, wakeups := d.p.idle(b, restTime)
	report(b, "at rest, "+name+": CPU", unit+"-cpu-s/min", idle/100*60, "%.3f s/min", "")
	report(b, "  wake-ups", unit+"-wakeups/s", wakeups, "%.1f /s", "")
}

// benchmarkTyping is the time from a key to the frame that shows it.
func (d *desk) benchmarkTyping(b *testing.B) {
	d.ready(1)
	d.focus(d.conversation("Moussa"))
	d.typeLetters(b, "key → letter drawn", 300)
}

// typeLetters reports how long letters took to be drawn in the box with the focus, and empties it.
func (d *desk) typeLetters(b *testing.B, name string, n int) {
	drawn := series{name: name, unit: "key"}
	for i := range n {
		time.Sleep(40*time.Millisecond + phase(i))
		drawn.add(d.typed(b))
	}
	drawn.report(b)
	d.keys("ctrl+a", "BackSpace")
}

// typed types a letter into the box with the focus, and returns how long it took to be drawn.
func (d *desk) typed(b *testing.B) time.Duration {
	b.Helper()
	mark := d.p.mark()
	pressed := d.press(b, "e")
	line, _ := d.p.next(mark, "typing drawn")
	return line.at(b).Sub(pressed)
}

// benchmarkOpen is the time from Enter in the list until the window of a conversation is drawn.
func (d *desk) benchmarkOpen(b *testing.B) {
	opened := series{name: "Enter in the list → conversation drawn", unit: "open"}
	for range 3 {
		d.relaunch()
		for _, name := range others[:6] {
			d.focus(d.main)
			d.keys("ctrl+k")
			d.write(name)
			time.Sleep(150 * time.Millisecond) // the search is painted
			mark := d.p.mark()
			pressed := d.press(b, "Return")
			line, _ := d.p.next(mark, "conversation drawn")
			opened.add(line.at(b).Sub(pressed))
			d.window(name)
		}
	}
	opened.report(b)
}

// flood is how many messages come at once.
const flood = 1000

// benchmarkFlood is what the user feels while messages come into six windows at once, and what a message costs.
func (d *desk) benchmarkFlood(b *testing.B) {
	d.ready(1)
	for i, name := range correspondents {
		d.place(d.conversation(name), 440+100*i, 40)
	}
	d.focus(d.conversation("Moussa"))
	d.settle()
	claire := d.org.Claire().JID
	sender := func(from, to string) func(n int) {
		return func(n int) {
			for i := range n {
				d.say(b, from, to, fmt.Sprintf("Message %d", i))
			}
		}
	}
	sophie, julien, moussa, paul := d.org.Sophie().JID, d.org.Julien().JID, d.org.Person("Moussa Keïta").JID, d.org.Paul().JID
	senders := []func(n int){
		sender(sophie, claire), sender(julien, claire), sender(moussa, claire),
		sender(sophie, d.org.Group("Astreinte cardiologie").JID), sender(paul, d.org.Group("Soins Tournefeuille").JID), sender(sophie, d.org.Group("Équipe de nuit").JID),
	}
	before := d.p.cpu(b)
	var wait sync.WaitGroup
	for _, send := range senders {
		wait.Go(func() { send(flood / len(senders)) })
	}
	done := make(chan struct{})
	go func() { wait.Wait(); close(done) }()
	key := series{name: fmt.Sprintf("key → letter drawn, while %d messages come into six windows", flood), unit: "key"}
	for sent := false; !sent; {
		key.add(d.typed(b))
		select {
		case <-done:
			sent = true
		case <-time.After(30 * time.Millisecond):
		}
	}
	for last := 0; ; last = d.p.mark() { // until nothing more is drawn
		time.Sleep(time.Second)
		if d.p.mark() == last {
			break
		}
	}
	key.report(b)
	report(b, "  CPU of each message", "cpu-ms/message", milliseconds(d.p.cpu(b)-before)/flood, "%.2f ms", "")
	d.keys("ctrl+a", "BackSpace")
}
