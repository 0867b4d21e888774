package store

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/messaging/model"
)

// The kernel refuses to make a file longer than a limit of the process, in the middle of a write as a full disk does. This needs no
// privileges but affects the whole process, so these tests run in a process of their own.
func TestAFullDisk(t *testing.T) {
	for _, name := range []string{"messages", "refusals", "inbox", "opening"} {
		t.Run(name, func(t *testing.T) {
			c := exec.Command(os.Args[0], "-test.run=^TestWithoutRoom$/^"+name+"$", "-test.count=1")
			c.Env = append(os.Environ(), "STORE_TEST_DISK=1")
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func TestWithoutRoom(t *testing.T) {
	if os.Getenv("STORE_TEST_DISK") == "" {
		return // it is TestAFullDisk that runs it
	}
	signal.Ignore(syscall.SIGXFSZ)
	t.Run("messages", messagesWithoutRoom)
	t.Run("refusals", refusalsWithoutRoom)
	t.Run("inbox", inboxWithoutRoom)
	t.Run("opening", openingWithoutRoom)
}

// longest sets how long a file may be.
func longest(t *testing.T, n int64) {
	t.Helper()
	var limit syscall.Rlimit
	check(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	limit.Cur = limit.Max
	if n >= 0 {
		limit.Cur = uint64(n)
	}
	check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
}

const unlimited = -1

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// refusalsWithoutRoom: the disk takes what the outbox writes of a refusal and not what the conversation shows of it, or the other way round.
func refusalsWithoutRoom(t *testing.T) {
	defer longest(t, unlimited)
	const id = "6a8b1c0e-0000-4000-8000-000000000003"
	failed := func(s *Store) error { _, _, err := s.Fail(sophie, id, "forbidden"); return err }
	again := func(s *Store) error { _, _, err := s.Requeue(id); return err }
	discarded := func(s *Store) error { _, _, err := s.Discard(id); return err }
	acked := func(s *Store) error { _, _, err := s.Acked(sophie, id); return err }
	for _, is := range []struct {
		name   string
		before []func(*Store) error
		do     func(*Store) error
		full   string // the file that cannot grow
		want   string
	}{
		{"refused", nil, failed, cacheFile, "failed forbidden; outbox forbidden"},
		{"refused after it was taken", []func(*Store) error{acked}, failed, cacheFile, "failed forbidden; outbox forbidden"},
		{"sent again", []func(*Store) error{failed}, again, cacheFile, "queued ; outbox "},
		{"discarded", []func(*Store) error{failed}, discarded, outboxFile, ""},
		{"discarded, nothing written", []func(*Store) error{failed}, discarded, cacheFile, "failed forbidden; outbox forbidden"},
	} {
		dir := t.TempDir()
		s := open(t, dir)
		write := func(file string) { // makes the log of a database long
			for i := range 40 {
				if file == outboxFile {
					_, err := s.SetDraft(paul, fmt.Sprint("brouillon ", i))
					check(t, err)
				} else {
					live(t, s, from(i))
				}
			}
		}
		_, err := s.Queue(Outgoing{ID: id, Conv: sophie, Content: text("M. Garcia"), Time: morning})
		check(t, err)
		for _, f := range is.before {
			check(t, f(s))
		}
		write(is.full)
		longest(t, sizeOf(filepath.Join(dir, is.full+"-wal")))
		if err := is.do(s); !errors.Is(err, ErrDisk) {
			t.Fatalf("%s: %v", is.name, err)
		}
		longest(t, unlimited)
		state := func(s *Store) (got string) {
			for _, m := range must[Page](t)(s.Page(sophie, false, model.Cursor{}, 1000, 0)).Messages {
				if m.Own {
					got += fmt.Sprintf("%s %s", m.State, m.Failure)
				}
			}
			for _, o := range must[[]Outgoing](t)(s.Outbox()) {
				got += "; outbox " + o.Failure
			}
			return got
		}
		found, err := Open(killedCopy(t, dir), testKey)
		check(t, err)
		if got := state(found); got != is.want {
			t.Errorf("%s, the program ended: %q, not %q", is.name, got, is.want)
		}
		check(t, found.Close())
		check(t, s.ShowOutbox())
		if got := state(s); got != is.want {
			t.Errorf("%s, with room: %q, not %q", is.name, got, is.want)
		}
		check(t, s.Close())
	}
}

func messagesWithoutRoom(t *testing.T) {
	defer longest(t, unlimited)
	dir := t.TempDir()
	s := open(t, dir)
	var texts, waiting []string
	refused := map[string]bool{}
	verify := func(dir, when string) {
		t.Helper()
		found, err := Open(dir, testKey)
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		defer found.Close()
		if found.Dropped() || found.Aside() != "" {
			t.Errorf("%s: dropped %v, set aside %q", when, found.Dropped(), found.Aside())
		}
		var got, outbox []string
		for _, m := range must[Page](t)(found.Page(sophie, false, model.Cursor{}, 10_000, 0)).Messages {
			// A batch that was refused may be there after a crash: the server sends it again, and it is recognised then.
			if body := model.PlainText(m.Content); body[0] == 'o' || !refused[body] {
				got = append(got, body)
			}
		}
		for _, o := range must[[]Outgoing](t)(found.Outbox()) {
			outbox = append(outbox, o.ID)
		}
		slices.Sort(got)
		if d := cmp.Diff(texts, got); d != "" {
			t.Errorf("%s: messages (-want +got):\n%s", when, d)
		}
		if d := cmp.Diff(waiting, outbox); d != "" {
			t.Errorf("%s: outbox (-want +got):\n%s", when, d)
		}
	}
	for i := range 30 {
		for _, file := range []string{cacheFile, outboxFile} {
			// What may still be written grows from nothing to several pages, and ends anywhere in them. A block that a file has already is
			// refused as a whole: no full disk takes half of it, which would destroy what it held before.
			limit := sizeOf(filepath.Join(dir, file+"-wal")) + int64(i*811)
			if limit < max(sizeOf(filepath.Join(dir, cacheFile+"-wal")), sizeOf(filepath.Join(dir, outboxFile+"-wal"))) {
				limit -= limit % blockSize
			}
			longest(t, limit)
			id := fmt.Sprintf("%s %03d", file, i)
			took := func() error {
				m := unarchived(0)
				m.MsgID, m.OriginID, m.Content = "in "+id, "in "+id, text("in "+id)
				_, err := s.Ingest(Batch{Origin: Live, Facts: []Fact{m}})
				return err
			}
			queued := func() error {
				_, err := s.Queue(Outgoing{ID: "out " + id, Conv: sophie, Content: text("out " + id), Time: time.Now()})
				return err
			}
			for _, one := range []struct {
				do func() error
				id string
			}{{took, "in " + id}, {queued, "out " + id}} {
				err := one.do()
				if err != nil && !errors.Is(err, ErrDisk) {
					t.Fatalf("%s: %v", one.id, err)
				}
				if err == nil {
					texts = append(texts, one.id)
					if one.id[0] == 'o' {
						waiting = append(waiting, one.id)
					}
				} else {
					refused[one.id] = true
				}
			}
			slices.Sort(texts)
			longest(t, unlimited)
			if i%3 == 1 {
				verify(killedCopy(t, dir), id)
			}
		}
	}
	check(t, s.ShowOutbox())
	verify(killedCopy(t, dir), "with room")
	check(t, s.Close())
	verify(dir, "closed")
	if len(refused) < 20 {
		t.Errorf("only %d were refused: the test is about nothing", len(refused))
	}
}

func inboxWithoutRoom(t *testing.T) {
	defer longest(t, unlimited)
	s := open(t, t.TempDir())
	inbox := must[*SealedInbox](t)(s.SealedInbox())
	kept, refused := 0, 0
	for i := range 60 {
		longest(t, inbox.end+int64(i*13))
		err := inbox.Add(unarchived(2*i), unarchived(2*i+1))
		if err != nil && !errors.Is(err, ErrDisk) {
			t.Fatal(err)
		}
		if err == nil {
			kept += 2
		} else {
			refused++
		}
	}
	longest(t, unlimited)
	r, unread, err := s.Drain()
	check(t, err)
	if len(r.New) != kept || unread > 1 || refused < 20 || kept == 0 {
		t.Errorf("%d of %d, %d unread, %d refused", len(r.New), kept, unread, refused)
	}
}

// openingWithoutRoom is about an account that is unlocked and locked on a full disk: it can be read.
func openingWithoutRoom(t *testing.T) {
	defer longest(t, unlimited)
	dir := t.TempDir()
	s := open(t, dir)
	live(t, s, from(1))
	must[Message](t)(s.Queue(Outgoing{ID: "o", Conv: sophie, Content: text("o"), Time: time.Now()}))
	check(t, s.Close())
	for _, n := range []int64{0, 100, 4096} {
		longest(t, n)
		if err := Room(dir); !errors.Is(err, ErrDisk) {
			t.Errorf("room: %v", err)
		}
		full, err := Open(dir, testKey)
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if got := len(must[Page](t)(full.Page(sophie, false, model.Cursor{}, 10, 0)).Messages); got != 2 {
			t.Errorf("%d messages", got)
		}
		if _, err := full.SealedInbox(); err != nil {
			t.Error(err)
		}
		if err := full.Close(); err != nil {
			t.Error(err)
		}
	}
	longest(t, unlimited)
	check(t, Room(dir))
	if left, _ := filepath.Glob(filepath.Join(dir, roomFile)); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
