package messaging

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// fullDisk are tests with a full disk: the kernel refuses to write into files. This needs no privileges but affects the whole process,
// so they run in a process of their own.
var fullDisk = map[string]func(t *testing.T){
	"what comes in live waits, unacknowledged":   liveWithoutRoom,
	"what was missed is fetched":                 missedWithoutRoom,
	"a locked account keeps what no archive has": lockedWithoutRoom,
	"what is written is refused":                 writtenWithoutRoom,
	"what was on its way is settled":             settledWithoutRoom,
	"what was sent again goes":                   sentAgainWithoutRoom,
	"what a group gave back goes again":          gaveBackWithoutRoom,
	"the program ends":                           closedWithoutRoom,
	"a file that is sent is refused":             sentFileWithoutRoom,
	"a file that is uploaded goes once":          uploadedWithoutRoom,
	"nothing is kept of a file that is fetched":  fetchedWithoutRoom,
}

func TestAFullDisk(t *testing.T) {
	child := os.Getenv("MESSAGING_TEST_DISK") != ""
	if !child {
		c := exec.Command(os.Args[0], "-test.run=^TestAFullDisk$", "-test.count=1")
		c.Env = append(os.Environ(), "MESSAGING_TEST_DISK=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	for name, f := range fullDisk {
		t.Run(name, func(t *testing.T) {
			defer disk(t, true)
			synctest.Test(t, f)
		})
	}
}

// disk sets whether the disk has room.
func disk(t *testing.T, room bool) {
	t.Helper()
	if room {
		longest(t, math.MaxUint64)
	} else {
		longest(t, 0)
	}
}

// longest sets how long a file may be.
func longest(t *testing.T, n uint64) {
	t.Helper()
	var limit syscall.Rlimit
	check(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	limit.Cur = min(n, limit.Max)
	check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
}

// handled runs f, and says whether it has returned.
func handled(f func()) func() bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	synctest.Wait()
	return func() bool {
		synctest.Wait()
		select {
		case <-done:
			return true
		default:
			return false
		}
	}
}

func receipts(w *wiretest.Server) int {
	return w.Count(func(m xmpp.Message) bool { return m.Received != "" })
}

func liveWithoutRoom(t *testing.T) {
	w := wiretest.New()
	c := newTest(t, t.TempDir(), w)
	w.Connect(false)
	time.Sleep(time.Minute)
	w.Live(w.Says(sophie, "avant"))
	synctest.Wait()
	before := receipts(w)
	var told []bool
	c.Subscribe(func(ev Event) {
		if e, ok := ev.(ConnectionChanged); ok {
			told = append(told, e.Connection.DiskFull)
		}
	})
	disk(t, false)
	done := handled(func() {
		for i := range 3 {
			w.Live(w.Says(sophie, fmt.Sprint("pendant ", i)))
		}
	})
	time.Sleep(time.Hour)
	if done() || !c.Connection().DiskFull {
		t.Errorf("handled %v, told %v", done(), c.Connection().DiskFull)
	}
	same(t, "messages", history(t, c, sophie, 10), []string{"avant"})
	same(t, "receipts", receipts(w), before)
	disk(t, true)
	time.Sleep(diskLook)
	if !done() || c.Connection().DiskFull {
		t.Errorf("handled %v, told %v", done(), c.Connection().DiskFull)
	}
	same(t, "messages", history(t, c, sophie, 10), []string{"avant", "pendant 0", "pendant 1", "pendant 2"})
	same(t, "receipts", receipts(w), before+3)
	same(t, "told", told, []bool{true, false})
}

func missedWithoutRoom(t *testing.T) {
	w := wiretest.New()
	w.Says(sophie, "avant")
	c := newTest(t, t.TempDir(), w)
	w.Connect(false)
	time.Sleep(time.Minute)
	w.Cut()
	for i := range 3 {
		w.Says(sophie, fmt.Sprint("manqué ", i))
	}
	disk(t, false)
	w.Connect(false)
	time.Sleep(time.Hour)
	same(t, "told", c.Connection(), Connection{State: Online, DiskFull: true})
	asked := len(w.Queries)
	disk(t, true)
	c.Retry()
	time.Sleep(time.Second)
	synctest.Wait()
	same(t, "messages", history(t, c, sophie, 10), []string{"avant", "manqué 0", "manqué 1", "manqué 2"})
	same(t, "told", c.Connection(), Connection{State: Online})
	if asked > 20 {
		t.Errorf("the archive was asked %d times while nothing could be kept", asked)
	}
}

func lockedWithoutRoom(t *testing.T) {
	w := wiretest.New()
	c := newTest(t, t.TempDir(), w)
	w.Connect(false)
	time.Sleep(time.Minute)
	disk(t, false)
	check(t, c.Lock())
	w.Change(func() { w.NoArchive = true })
	done := handled(func() { w.Live(w.Says(sophie, "dans aucune archive")) })
	time.Sleep(time.Hour)
	if done() || !c.Connection().DiskFull {
		t.Errorf("handled %v, told %v", done(), c.Connection().DiskFull)
	}
	disk(t, true)
	time.Sleep(diskLook)
	if !done() || c.Connection().DiskFull {
		t.Errorf("handled %v, told %v", done(), c.Connection().DiskFull)
	}
	same(t, "unread", c.Unread(), 1)
	disk(t, false)
	check(t, c.Unlock(key)) // what is here can be read
	disk(t, true)
	time.Sleep(diskLook)
	synctest.Wait()
	same(t, "messages", history(t, c, sophie, 10), []string{"dans aucune archive"})
}

func writtenWithoutRoom(t *testing.T) {
	w := wiretest.New()
	c := newTest(t, t.TempDir(), w)
	w.Connect(false)
	time.Sleep(time.Minute)
	disk(t, false)
	_, err := c.Send(id(sophie), Text{Body: "sans place"})
	if !errors.Is(err, ErrDisk) {
		t.Errorf("send: %v", err)
	}
	if err := c.SetDraft(id(sophie), "brouillon"); !errors.Is(err, ErrDisk) {
		t.Errorf("draft: %v", err)
	}
	if err := c.SetDraft(id(sophie), "brouillon, suite"); !errors.Is(err, ErrDisk) {
		t.Errorf("draft: %v", err)
	}
	same(t, "unsent", c.Unsent(), 0)
	same(t, "told", c.Connection().DiskFull, true)
	disk(t, true)
	time.Sleep(diskLook)
	synctest.Wait()
	same(t, "draft", c.Draft(id(sophie)), "brouillon, suite")
	_, err = c.Send(id(sophie), Text{Body: "avec place"})
	check(t, err)
	same(t, "sent", w.Bodies(), []string{"avec place"})
	same(t, "shown", history(t, c, sophie, 10), []string{"avec place"})
}

// sentAgainWithoutRoom: the disk takes what the outbox writes, and not what the conversation shows of it.
func sentAgainWithoutRoom(t *testing.T) {
	dir, w := t.TempDir(), wiretest.New()
	c := newTest(t, dir, w)
	w.Connect(false)
	time.Sleep(time.Minute)
	refused, err := c.Send(id(julien), Text{Body: "refusé"})
	check(t, err)
	w.Handle(xmpp.Bounced{Message: xmpp.Message{ID: string(refused.ID), From: julien, Type: "error", Error: &xmpp.StanzaError{Condition: "forbidden"}}})
	synctest.Wait()
	same(t, "refused", state(t, c, refused.ID), Failed)
	for i := range 20 {
		w.Live(w.Says(sophie, fmt.Sprint("message ", i))) // the log of what is shown grows longer than the outbox's
	}
	synctest.Wait()
	log, err := os.Stat(filepath.Join(dir, "cache.db-wal"))
	check(t, err)
	longest(t, uint64(log.Size()))
	if err := c.Resend(refused.ID); !errors.Is(err, ErrDisk) {
		t.Errorf("sent again: %v", err)
	}
	disk(t, true)
	time.Sleep(time.Minute)
	same(t, "sent", w.Bodies(), []string{"refusé", "refusé"})
	if got := state(t, c, refused.ID); got == Failed {
		t.Error("it is shown as failed")
	}
}

// gaveBackWithoutRoom is about a group that has forgotten the account while the outbox has room and the cache has none.
func gaveBackWithoutRoom(t *testing.T) {
	dir, w := t.TempDir(), wiretest.New()
	w.Groups = []xmpp.Bookmark{{JID: garde, Nick: "Claire", Autojoin: true}}
	c := newTest(t, dir, w)
	w.Connect(false)
	time.Sleep(time.Minute)
	for i := range 20 {
		w.Live(w.Says(sophie, fmt.Sprint("message ", i))) // the log of what is shown grows longer than the outbox's
	}
	synctest.Wait()
	w.Change(func() { w.NoArchive, w.NoAck = true, true })
	m, err := c.Send(id(garde), Text{Body: "revenu"})
	check(t, err)
	w.Cut() // what the server owes is lost
	w.Change(func() { w.NoArchive, w.NoAck = false, false })
	w.Connect(true)
	w.Restart(garde)
	log, err := os.Stat(filepath.Join(dir, "cache.db-wal"))
	check(t, err)
	longest(t, uint64(log.Size()))
	done := handled(func() {
		w.Handle(xmpp.Bounced{Message: xmpp.Message{ID: string(m.ID), From: garde, Type: "error", Error: &xmpp.StanzaError{Condition: "not-acceptable"}}})
	})
	time.Sleep(2 * diskLook)
	disk(t, true)
	time.Sleep(2 * diskLook)
	synctest.Wait()
	w.Flow()
	time.Sleep(2 * diskLook)
	synctest.Wait()
	same(t, "handled", done(), true)
	same(t, "sent", w.Bodies(), []string{"revenu", "revenu"})
	same(t, "unsent", c.Unsent(), 0)
	same(t, "shown", state(t, c, m.ID), Sent)
}

func settledWithoutRoom(t *testing.T) {
	w := wiretest.New()
	w.Says(sophie, "avant")
	c := newTest(t, t.TempDir(), w)
	w.Connect(false)
	time.Sleep(time.Minute)
	refused, err := c.Send(id(julien), Text{Body: "refusé"})
	check(t, err)
	_, err = c.Send(id(sophie), Text{Body: "reçu"})
	check(t, err)
	disk(t, false)
	done := handled(func() {
		w.Flow()
		w.Handle(xmpp.Bounced{Message: xmpp.Message{ID: string(refused.ID), From: julien, Type: "error", Error: &xmpp.StanzaError{Condition: "forbidden"}}})
	})
	time.Sleep(time.Hour)
	same(t, "unsent", c.Unsent(), 2)
	disk(t, true)
	time.Sleep(time.Minute)
	same(t, "handled", done(), true)
	same(t, "unsent", c.Unsent(), 1)
	same(t, "refused", state(t, c, refused.ID), Failed)
}

func closedWithoutRoom(t *testing.T) {
	w, dir := wiretest.New(), t.TempDir()
	c := newTest(t, dir, w)
	w.Connect(false)
	time.Sleep(time.Minute)
	_, err := c.Send(id(sophie), Text{Body: "en route"})
	check(t, err)
	disk(t, false)
	done := handled(func() { w.Live(w.Says(sophie, "pendant")) })
	if done() {
		t.Error("handled")
	}
	if err := c.Close(); err != nil && !strings.Contains(err.Error(), "disk") {
		t.Error(err)
	}
	same(t, "let go", done(), true)
	disk(t, true)
	again := newTest(t, dir, w)
	w.Connect(false)
	time.Sleep(time.Minute)
	same(t, "messages", history(t, again, sophie, 10), []string{"en route", "pendant"})
}
