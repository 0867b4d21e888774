package instance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

const holderEnv = "DISCUSSIONS_TEST_HOLD"

// TestMain is also the other program: with holderEnv it claims that folder and stays until it is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(holderEnv); dir != "" {
		if _, err := Acquire(dir, func(m Message) { fmt.Printf("open %s\n", m.Open) }); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("holding")
		select {}
	}
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/Microsoft/go-winio.ioCompletionProcessor")) // as long as the process
}

// hold claims dir in another process.
func hold(t *testing.T, dir string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), holderEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	r := bufio.NewReader(out)
	if line, err := r.ReadString('\n'); line != "holding\n" {
		t.Fatalf("the holder says %q, %v", line, err)
	}
	return cmd, r
}

// claim claims a folder, and collects what later starts ask.
func claim(t *testing.T, dir string) (*Instance, chan Message) {
	t.Helper()
	return claimWithLimit(t, dir, talkLimit)
}

func claimWithLimit(t *testing.T, dir string, limit time.Duration) (*Instance, chan Message) {
	t.Helper()
	got := make(chan Message, 16)
	i, err := acquire(dir, Message{}, &Instance{onMessage: func(m Message) { got <- m }, limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i, got
}

func receive(t *testing.T, got chan Message) Message {
	t.Helper()
	select {
	case m := <-got:
		return m
	case <-time.After(5 * time.Second):
		t.Fatal("no message came")
		return Message{}
	}
}

func TestASecondStartRaisesTheFirst(t *testing.T) {
	dir := t.TempDir()
	_, got := claim(t, dir)
	if _, err := Acquire(dir, nil); !errors.Is(err, ErrRunning) {
		t.Fatalf("the second start: %v, want ErrRunning", err)
	}
	if m := receive(t, got); m != (Message{}) {
		t.Errorf("got %+v, want to come to the front", m)
	}
	want := Message{Open: "compte 1/sophie.bernard@chat.example.org/é\u00a0%2f"}
	if _, err := AcquireOrAsk(dir, want, nil); !errors.Is(err, ErrRunning) {
		t.Fatalf("the third start: %v, want ErrRunning", err)
	}
	if m := receive(t, got); m != want {
		t.Errorf("got %+v, want %+v", m, want)
	}
}

func TestTwoProfilesRunSideBySide(t *testing.T) {
	claim(t, t.TempDir())
	claim(t, t.TempDir())
}

func TestCloseGivesTheProfileBack(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		i, err := Acquire(dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := i.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAStartWhileTheFirstEndsWaitsForItsEnd(t *testing.T) {
	dir := t.TempDir()
	first, _ := claim(t, dir)
	first.Leave()
	result := make(chan error)
	go func() {
		second, err := Acquire(dir, nil)
		if err == nil {
			err = second.Close()
		}
		result <- err
	}()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-result; err != nil {
		t.Fatal(err)
	}
}

func TestOnlyOneOfManyStartsWins(t *testing.T) {
	dir := t.TempDir()
	type result struct {
		i   *Instance
		err error
	}
	const starts = 12
	results := make(chan result, starts)
	for range starts {
		go func() {
			i, err := Acquire(dir, func(Message) {})
			results <- result{i, err}
		}()
	}
	won := 0
	for range starts {
		r := <-results
		switch {
		case r.err == nil:
			won++
			defer r.i.Close()
		case !errors.Is(r.err, ErrRunning):
			t.Error(r.err)
		}
	}
	if won != 1 {
		t.Errorf("%d starts have the profile", won)
	}
}

func TestTheProfileOfAKilledRunIsFree(t *testing.T) {
	dir := t.TempDir()
	cmd, out := hold(t, dir)
	if _, err := Acquire(dir, nil); !errors.Is(err, ErrRunning) {
		t.Fatalf("while the other process runs: %v, want ErrRunning", err)
	}
	if line, _ := out.ReadString('\n'); line != "open \n" {
		t.Errorf("the other process was told %q", line)
	}
	if err := cmd.Process.Kill(); err != nil { // SIGKILL
		t.Fatal(err)
	}
	cmd.Wait()
	i, got := claim(t, dir)
	if _, err := Acquire(dir, nil); !errors.Is(err, ErrRunning) {
		t.Fatalf("after the recovery: %v, want ErrRunning", err)
	}
	receive(t, got)
	i.Close()
}

// connect reaches the socket of a run as any program of the user can.
func connect(t *testing.T, dir string) net.Conn {
	t.Helper()
	real, err := prepare(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := dial(real, time.Now().Add(5*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second))
	return c
}

func TestGarbageOnTheSocketDoesNothing(t *testing.T) {
	dir := t.TempDir()
	_, got := claim(t, dir)
	for _, garbage := range []string{
		"\n", "RAISE\n", "raise \n", "raise\r\n", "open \n", "open %zz\n", "open a b\n", "open %00\n", "open %0a\n", "open %ff\n", "quit\n", "GET / HTTP/1.1\r\n\r\n",
		"open " + strings.Repeat("a", maxOpen+1) + "\n", strings.Repeat("x", 1<<20), strings.Repeat("\x00", 100) + "\n",
	} {
		c := connect(t, dir)
		go io.WriteString(c, garbage) // may fail: the other side may disconnect early
		if answer, err := io.ReadAll(c); len(answer) > 0 {
			t.Errorf("%.20q was answered by %q (%v)", garbage, answer, err)
		}
		c.Close()
	}
	select {
	case m := <-got:
		t.Errorf("garbage came through as %+v", m)
	default:
	}
	if _, err := Acquire(dir, nil); !errors.Is(err, ErrRunning) {
		t.Errorf("after the garbage: %v, want ErrRunning", err)
	}
}

func TestSlowClientsAreHungUpOn(t *testing.T) {
	dir := t.TempDir()
	i, got := claimWithLimit(t, dir, 200*time.Millisecond)
	slow := make([]net.Conn, maxClients)
	for n := range slow {
		slow[n] = connect(t, dir)
		io.WriteString(slow[n], "rai")
	}
	// All connections are in use; a start tries again, and succeeds once the slow clients have been disconnected.
	if _, err := Acquire(dir, nil); !errors.Is(err, ErrRunning) {
		t.Errorf("behind slow clients: %v, want ErrRunning", err)
	}
	receive(t, got)
	for _, c := range slow {
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a slow client was not hung up on: %v", err)
		}
	}
	connect(t, dir) // and a silent client does not delay the end
	begin := time.Now()
	i.Close()
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("closing took %v", took)
	}
}

func TestMoreClientsThanThereCanBeAreHungUpOn(t *testing.T) {
	i, _ := claim(t, t.TempDir())
	for n := range maxClients + 1 {
		c, other := net.Pipe()
		t.Cleanup(func() { c.Close(); other.Close() })
		if admitted := i.admit(c); admitted != (n < maxClients) {
			t.Errorf("client %d of %d is admitted: %v", n+1, maxClients, admitted)
		}
	}
}

func TestAFolderThatCannotBeUsedIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(filepath.Join(file, "profile"), nil); err == nil || errors.Is(err, ErrRunning) || errors.Is(err, ErrBusy) {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"raise\n", "open a\n", "open %C3%A9+b\n", "open \n", "open %", "", "\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if m, ok := parse(line); ok && m.line() != string(line) {
			t.Errorf("%q means %+v, which is written %q", line, m, m.line())
		}
	})
}
