//go:build linux

package tour

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait of the robot: far above what anything takes, so that a loaded machine is no failure.
const patience = 30 * time.Second

// A logLine is one line of the program's log.
type logLine map[string]any

// A program is the running executable, its log and its profile.
type program struct {
	t       testing.TB
	command *exec.Cmd
	started time.Time
	opened  chan string // the addresses that the program asked its browser, or the desktop, to open
	home    string      // the user's own folder

	seen map[string]int // message → lines before this one were awaited already; the robot's own

	mu    sync.Mutex
	lines []logLine
	more  chan struct{} // closed and renewed with each line
	ended chan struct{}
}

// buildFolder is where the program was built; "": it was not.
var buildFolder string

// build compiles the program once for all tests of this package.
var build = sync.OnceValues(func() (path string, err error) {
	if buildFolder, err = os.MkdirTemp("", "discussions-tour"); err != nil {
		return "", err
	}
	path = filepath.Join(buildFolder, "discussions")
	// -w: links in half the time. -trimpath: what was compiled for make build or, with the race detector, for the tests serves here.
	arguments := []string{"-o", path, "-ldflags=-w", "-trimpath"}
	if raceDetector {
		arguments = append(arguments, "-race")
	}
	output, err := exec.Command("../dev/build.sh", append(arguments, "discussions/cmd/discussions")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, output)
	}
	return path, nil
})

// start runs the program on a profile folder. What it logs as a warning about data races fails the test at its end.
func start(t testing.TB, config, profile string, flags ...string) *program {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	p := &program{t: t, home: t.TempDir(), opened: make(chan string, 8), seen: map[string]int{}, more: make(chan struct{}), ended: make(chan struct{})}
	opener, pipe := filepath.Join(folder, "xdg-open"), filepath.Join(folder, "opened") // before the desktop's own in PATH
	if err := os.WriteFile(opener, fmt.Appendf(nil, "#!/bin/sh\nprintf '%%s\\n' \"$1\" >'%s'\n", pipe), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	// Opened for writing too, so that it never comes to an end between two addresses.
	addresses, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = addresses.Close() })
	go func() {
		for scanner := bufio.NewScanner(addresses); scanner.Scan(); {
			p.opened <- scanner.Text()
		}
	}()
	p.command = exec.Command(path, append([]string{"--config", config, "--data", profile, "--log-level", "debug"}, flags...)...)
	p.command.Env = append([]string{"FYNE_THEME=light"}, append(os.Environ(), "HOME="+p.home, "BROWSER="+opener, "PATH="+folder+":"+os.Getenv("PATH"), "GORACE=halt_on_error=0 atexit_sleep_ms=50")...)
	if *wayland {
		p.command.Env = append(p.command.Env, "DISPLAY=") // no X11 to fall back to
	}
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stderr, err := p.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.started = time.Now()
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go p.read(stderr)
	t.Cleanup(p.stop)
	return p
}

// read keeps the log, and sees the end of the program.
func (p *program) read(log io.Reader) {
	defer close(p.ended)
	scanner := bufio.NewScanner(log)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		line := logLine{}
		if json.Unmarshal(scanner.Bytes(), &line) != nil {
			line = logLine{"raw": scanner.Text()}
		}
		p.mu.Lock()
		p.lines = append(p.lines, line)
		close(p.more)
		p.more = make(chan struct{})
		p.mu.Unlock()
	}
	_ = p.command.Wait()
}

// await returns the next line of the log whose message is msg and whose attributes are those given as key and value in
// turn: the next after the line that was awaited last with the same message.
func (p *program) await(msg string, attributes ...any) logLine {
	p.t.Helper()
	line, i := p.next(p.seen[msg], msg, attributes...)
	p.seen[msg] = i + 1
	return line
}

// mark is the number of lines so far, from which [program.next] can go on.
func (p *program) mark() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.lines)
}

// line is a line by its number.
func (p *program) line(number int) (logLine, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if number >= len(p.lines) {
		return nil, false
	}
	return p.lines[number], true
}

// next is the first such line from a number of lines on, and its own number.
func (p *program) next(from int, msg string, attributes ...any) (logLine, int) {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		p.mu.Lock()
		for ; from < len(p.lines); from++ {
			if p.lines[from].matches(msg, attributes) {
				line := p.lines[from]
				p.mu.Unlock()
				return line, from
			}
		}
		more := p.more
		p.mu.Unlock()
		select {
		case <-more:
		case <-p.ended:
			p.t.Fatalf("the program ended while %q %v was awaited; its log ends\n%s", msg, attributes, p.tail())
		case <-deadline:
			p.t.Fatalf("no log line %q %v; the log ends\n%s", msg, attributes, p.tail())
		}
	}
}

// screen waits until the program shows the screen of that name.
func (p *program) screen(name string) logLine {
	p.t.Helper()
	return p.await("screen", "name", name)
}

// everybody is whom the list shows at first: eight colleagues and three groups.
const everybody = 11

// listed waits until the list shows everybody: the first drawing may come before the first answer of the server.
func (p *program) listed() {
	p.t.Helper()
	for shown := 0.0; shown < everybody; {
		shown, _ = p.await("list drawn")["shown"].(float64)
	}
}

func (l logLine) matches(msg string, attributes []any) bool {
	if l["msg"] != msg {
		return false
	}
	for i := 0; i+1 < len(attributes); i += 2 {
		if fmt.Sprint(l[attributes[i].(string)]) != fmt.Sprint(attributes[i+1]) {
			return false
		}
	}
	return true
}

// at is the time of a line.
func (l logLine) at(t testing.TB) time.Time {
	t.Helper()
	text, _ := l["time"].(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatalf("a log line without a time: %v", l)
	}
	return at
}

// text is the whole log.
func (p *program) text() string { return p.last(math.MaxInt) }

// tail is the end of the log.
func (p *program) tail() string { return p.last(30) }

func (p *program) last(lines int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var b strings.Builder
	for _, line := range p.lines[max(0, len(p.lines)-lines):] {
		text, _ := json.Marshal(line)
		fmt.Fprintf(&b, "  %s\n", text)
	}
	return b.String()
}

// address waits for the next address that the program opens.
func (p *program) address() string {
	p.t.Helper()
	select {
	case address := <-p.opened:
		return address
	case <-time.After(patience):
		p.t.Fatalf("the program opened nothing; its log ends\n%s", p.tail())
		return ""
	}
}

// stop asks the program to end, and waits for it.
func (p *program) stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Errorf("the program did not end when asked; its log ends\n%s", p.tail())
		_ = p.command.Process.Signal(syscall.SIGQUIT) // it reports where each goroutine stands, and ends
		select {
		case <-p.ended:
		case <-time.After(patience):
			_ = p.command.Process.Kill()
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, line := range p.lines {
		raw, _ := line["raw"].(string)
		if strings.Contains(raw, "DATA RACE") || strings.HasPrefix(raw, "panic:") || strings.HasPrefix(raw, "SIGQUIT:") {
			var b strings.Builder
			for _, l := range p.lines[i:min(i+200, len(p.lines))] {
				fmt.Fprintln(&b, l["raw"])
			}
			p.t.Errorf("the program reported:\n%s", b.String())
			break
		}
	}
}
