//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
)

// What a program does that is killed: the environment of a process of this test.
const (
	killedWork    = "MESSAGING_TEST_KILLED"
	killedSandbox = "MESSAGING_TEST_KILLED_SANDBOX"
	killedDir     = "MESSAGING_TEST_KILLED_DIR"
	inTheMiddle   = "in the middle of it"
)

// fileOf is large enough for a connection that stands still in the middle.
var fileOf = bytes.Repeat([]byte("CANARI"), 50_000)

// workUntilKilled begins to send a file, or to fetch one, over a connection that stands still in the middle, says so and waits.
func workUntilKilled(t *testing.T) {
	s := &sandboxtest.Sandbox{}
	check(t, json.Unmarshal([]byte(os.Getenv(killedSandbox)), s))
	l := newLame(t, s)
	cfg := messaging.Config{Dir: os.Getenv(killedDir), Transport: l.transport}
	l.stuck = func() { fmt.Println(inTheMiddle) }
	if os.Getenv(killedWork) == "send" {
		d := startWith(t, s, s.Claire(), cfg)
		l.limit(150_000)
		_, err := d.Send(s.Sophie().JID, "avant le coup")
		check(t, err)
		_, err = d.SendFile(messaging.ConversationID(s.Sophie().JID), messaging.NewFile{Name: "a.pdf", MediaType: "application/pdf", Caption: "tué", Content: bytes.NewReader(fileOf)})
		check(t, err)
		_, err = d.Send(s.Sophie().JID, "après le coup")
		check(t, err)
	} else {
		d := startWith(t, s, s.Sophie(), cfg)
		l.limit(150_000)
		d.FetchFile(d.fileCalled(t, s.Claire().JID, "tué"), messaging.Asked)
	}
	<-time.After(2 * patience) // unless nobody kills it
}

// killedTransfers: a program that is killed in the middle of an upload sends the file once, in order, at its next start; one that is killed in
// the middle of a download has nothing of it on disk, and fetches it.
func killedTransfers(t *testing.T, s *sandboxtest.Sandbox) {
	kill := func(work, dir string) {
		t.Helper()
		sandbox, err := json.Marshal(s)
		check(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestFilesWithProsody$", "-test.count=1")
		cmd.Env = append(os.Environ(), killedWork+"="+work, killedDir+"="+dir, killedSandbox+"="+string(sandbox))
		out, err := cmd.StdoutPipe()
		check(t, err)
		check(t, cmd.Start())
		lines := bufio.NewScanner(out)
		var said []string
		for lines.Scan() && lines.Text() != inTheMiddle {
			said = append(said, lines.Text())
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if lines.Text() != inTheMiddle {
			t.Fatalf("it ended before: %s", strings.Join(said, "\n"))
		}
	}
	from, to := t.TempDir(), t.TempDir()
	sophie := startWith(t, s, s.Sophie(), messaging.Config{Dir: to})
	kill("send", from)
	claire := startWith(t, s, s.Claire(), messaging.Config{Dir: from})
	sophie.until(t, "what follows the file", func() bool { return sophie.has(s.Claire().JID, "après le coup") })
	same(t, "once, in order", sophie.lastOf(t, s.Claire().JID, 3), []string{"avant le coup", "tué", "après le coup"})
	claire.until(t, "an empty outbox", func() bool { return claire.Unsent() == 0 })
	check(t, sophie.Close())

	kill("fetch", to)
	sophie = startWith(t, s, s.Sophie(), messaging.Config{Dir: to})
	m := sophie.fileCalled(t, s.Claire().JID, "tué")
	same(t, "state", sophie.FileState(m), messaging.FileState{})
	left, err := os.ReadDir(filepath.Join(to, "files"))
	check(t, err)
	same(t, "files on disk", len(left), 0)
	sophie.FetchFile(m, messaging.Asked)
	sophie.holdsFile(t, m, fileOf)
}

// lastOf are the last n messages of somebody, without the answers that the sandbox has Sophie give.
func (d *device) lastOf(t *testing.T, id string, n int) (list []string) {
	t.Helper()
	p, err := d.History(t.Context(), id, messaging.Cursor{}, 20)
	check(t, err)
	for _, m := range p.Messages {
		if !m.Own {
			list = append(list, body(m))
		}
	}
	return list[max(0, len(list)-n):]
}

// fileCalled is the message of a conversation with a file of that caption.
func (d *device) fileCalled(t *testing.T, id, caption string) messaging.Message {
	t.Helper()
	p, err := d.History(t.Context(), id, messaging.Cursor{}, 10)
	check(t, err)
	for _, m := range p.Messages {
		if body(m) == caption {
			return m
		}
	}
	t.Fatalf("no file called %s", caption)
	return messaging.Message{}
}
