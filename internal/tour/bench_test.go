//go:build linux

package tour

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"
)

// mostAccounts is how many accounts are open at once at the end.
const mostAccounts = 16

// BenchmarkProgram gives the figures of the whole program, on the screen and the servers that it finds. Each part brings the
// program to where it begins, so each can run alone; in this order they share one organisation, one profile and, where they
// can, one run.
func BenchmarkProgram(b *testing.B) {
	d := newDesk(b, nil, "--people", strconv.Itoa(mostAccounts+2), "--history", "5000")
	for _, part := range []struct {
		name string
		run  func(d *desk, b *testing.B)
	}{
		{"Start", (*desk).benchmarkStart},
		{"Code", (*desk).benchmarkCode},
		{"Memory", (*desk).benchmarkMemory},
		{"Lock", (*desk).benchmarkLock},
		{"6Windows", (*desk).benchmarkSixWindows},
		{"Send", (*desk).benchmarkSend},
		{"Receive", (*desk).benchmarkReceive},
		{"Picture", (*desk).benchmarkPicture},
		{"Typing", (*desk).benchmarkTyping},
		{"Open", (*desk).benchmarkOpen},
		{"Flood", (*desk).benchmarkFlood},
		{"Rest", (*desk).benchmarkRest},
		{"20Windows", (*desk).benchmarkTwentyWindows},
		// Last, since the accounts of others come before Claire's after them.
		{"4Accounts", func(d *desk, b *testing.B) { d.benchmarkAccounts(b, 4) }},
		{"Switch", (*desk).benchmarkSwitch},
		{"16Accounts", func(d *desk, b *testing.B) { d.benchmarkAccounts(b, mostAccounts) }},
	} {
		if !b.Run(part.name, func(b *testing.B) {
			d.by(b)
			part.run(d, b)
			b.ReportMetric(0, "ns/op") // a part is many things
		}) {
			break
		}
	}
	d.by(b)
	figures.print(os.Stdout, "What a user waits for")
}

// benchmarkStart is the time from the start of the process to its first frame, with one account in the profile.
func (d *desk) benchmarkStart(b *testing.B) {
	frame := series{name: "start → first frame", unit: "frame"}
	for range 7 {
		d.launch()
		line, _ := d.p.next(0, "first frame")
		frame.add(line.at(b).Sub(d.p.started))
	}
	frame.report(b)
}

// benchmarkCode is the time from the last digit of the code, at the start of the program.
func (d *desk) benchmarkCode(b *testing.B) {
	list := series{name: "code, last digit → list drawn", unit: "list"}
	online := series{name: "code, last digit → account online", unit: "online"}
	derived := series{name: "  of both: Argon2", unit: "argon2"}
	for range 5 {
		d.launch()
		o := d.unlock("connected")
		list.add(o.list)
		online.add(o.online)
		derived.add(o.derived)
	}
	list.report(b)
	online.report(b)
	derived.report(b)
}

// benchmarkMemory is what one account takes with its list in view.
func (d *desk) benchmarkMemory(b *testing.B) {
	d.ready(1)
	d.settle()
	d.memory(b, "one account")
}

// memory reports what the program takes, and what of it is the graphics library's.
func (d *desk) memory(b *testing.B, name string) float64 {
	b.Helper()
	memory := d.p.memory(b)
	report(b, "memory, "+name, "MB", memory/1e6, "%.0f MB", "")
	if s, ok := d.p.shares(b); ok {
		report(b, "  of it the graphics library (Mesa, LLVM), other libraries, C's heap", "graphics-MB", s.graphics/1e6, "%.0f MB", "")
		report(b, "  of it the program's file", "file-MB", s.file/1e6, "%.0f MB", "")
		report(b, "  of it Go's heap and the rest", "go-MB", s.rest/1e6, "%.0f MB", "")
	}
	return memory
}

// benchmarkLock is the time from Ctrl+L until the code is asked for, and from the last digit until the list is back.
func (d *desk) benchmarkLock(b *testing.B) {
	d.ready(1)
	locked := series{name: "Ctrl+L → code asked for, nothing of the account in view", unit: "lock"}
	opened := series{name: "code, last digit → list of a locked account drawn", unit: "reopen"}
	for range 10 {
		mark := d.p.mark()
		pressed := d.press(b, "ctrl+l")
		line, _ := d.p.next(mark, "screen", "name", "code")
		locked.add(line.at(b).Sub(pressed))
		opened.add(d.typeCode("").list)
	}
	locked.report(b)
	opened.report(b)
}

// benchmarkAccounts is what each further open account costs.
func (d *desk) benchmarkAccounts(b *testing.B, n int) {
	if d.open <= 1 {
		d.relaunch()
		d.idleOne, _ = d.p.idle(b, 20*time.Second)
		d.memoryOne = d.p.memory(b)
	}
	d.ready(n)
	d.settle()
	idle, _ := d.p.idle(b, 20*time.Second)
	memory := d.p.memory(b)
	report(b, fmt.Sprintf("memory, %d accounts open", n), "MB", memory/1e6, "%.0f MB", "")
	report(b, "  each further one", "MB/account", (memory-d.memoryOne)/1e6/float64(n-1), "%.1f MB", "")
	report(b, fmt.Sprintf("idle CPU over 20 s, %d accounts open", n), "idle-%", idle, "%.2f %%", "of one core")
	report(b, "  each further one", "idle-%/account", (idle-d.idleOne)/float64(n-1), "%.3f %%", "of one core")
}

// benchmarkSwitch is the time from Enter in the menu of accounts until the list of another open account is drawn.
func (d *desk) benchmarkSwitch(b *testing.B) {
	d.ready(max(d.open, 2))
	list := series{name: "switch to another open account → list drawn", unit: "switch"}
	for i := range 20 {
		d.menu()
		if i%2 == 0 { // the second of the accounts, then the first again
			d.keys("Tab")
		}
		time.Sleep(100 * time.Millisecond) // the menu is painted by then
		mark := d.p.mark()
		pressed := d.press(b, "Return")
		_, shown := d.p.next(mark, "screen", "name", "list")
		line, _ := d.p.next(shown, "list drawn")
		list.add(line.at(b).Sub(pressed))
	}
	list.report(b)
}

// benchmarkSixWindows is the memory with six conversations in view, two of them with a long history.
func (d *desk) benchmarkSixWindows(b *testing.B) {
	d.relaunch()
	before := d.p.memory(b)
	first, ok := d.p.shares(b)
	for i, name := range correspondents {
		d.conversation(name)
		d.place(d.window(name), 440+100*i, 40)
	}
	d.settle()
	memory := d.memory(b, "one account and six conversation windows")
	report(b, "  each window", "MB/window", (memory-before)/1e6/6, "%.1f MB", "")
	if then, _ := d.p.shares(b); ok {
		graphics := then.graphics - first.graphics
		report(b, "    of it the graphics library", "graphics-MB/window", graphics/1e6/6, "%.1f MB", "")
		report(b, "    of it ours", "ours-MB/window", (memory-before-graphics)/1e6/6, "%.1f MB", "")
	}
}
