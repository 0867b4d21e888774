package instance

import (
	"crypto/rand"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Microsoft/go-winio"
)

// squat is a pipe that this user did not make, under the name that a run left in dir. Its owner is the group of administrators,
// as there is no other user here; Windows allows that to a process of an administrator. What it receives arrives in heard.
func squat(t *testing.T, dir string) (heard chan string) {
	t.Helper()
	id := rand.Text()
	if err := os.WriteFile(filepath.Join(dir, pipeFile), []byte(id), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := winio.ListenPipe(pipePrefix+id, &winio.PipeConfig{SecurityDescriptor: "O:BAD:P(A;;GA;;;WD)"})
	if err != nil {
		t.Fatal(err)
	}
	heard = make(chan string, 1000)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			word := make([]byte, len(wordRaise))
			n, _ := c.Read(word)
			c.Write([]byte(answer))
			c.Close()
			heard <- string(word[:n])
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return heard
}

func TestAPipeOfSomeoneElseIsNotSpokenTo(t *testing.T) {
	dir := t.TempDir()
	claim, err := lock(filepath.Join(dir, "instance.lock")) // a run that has just started does not listen yet
	if err != nil {
		t.Fatal(err)
	}
	defer claim.Close()
	heard := squat(t, dir)
	if err := send(dir, Message{}, time.Now().Add(5*time.Second)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if said := <-heard; said != "" {
		t.Errorf("the stranger was told %q", said)
	}
}

func TestAPipeOfSomeoneElseDoesNotKeepTheProgramFromStarting(t *testing.T) {
	dir := t.TempDir()
	squat(t, dir) // under the name of the last run
	_, got := claim(t, dir)
	if _, err := Acquire(dir, nil); !errors.Is(err, ErrRunning) {
		t.Fatalf("the second start: %v, want ErrRunning", err)
	}
	receive(t, got)
}

func TestOnlyTheNameOfAPipeIsDialled(t *testing.T) {
	dir := t.TempDir()
	claim(t, dir)
	path := filepath.Join(dir, pipeFile)
	name, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dialled := func(name string) error {
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		var c net.Conn
		c, err := dial(dir, time.Now().Add(5*time.Second))
		if err == nil {
			c.Close()
		}
		return err
	}
	for _, other := range []string{"", `\..\..\x`, string(name) + "x", string(name[1:]), strings.ToLower(string(name)), strings.Repeat("A", 1<<20)} {
		if dialled(other) == nil {
			t.Errorf("%.30q was dialled", other)
		}
	}
	if err := dialled(string(name)); err != nil {
		t.Error(err)
	}
}
