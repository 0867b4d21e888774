package store

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"discussions/internal/secret"
	"discussions/messaging/model"
)

const canary = "Mme Zéphyrine Quoquelicot, chambre 12"

// TestMain lets the test binary be the program that is killed. With the race detector the database is so slow that the properties are tried less
// often: they are about what is stored, and all of it is stored by one goroutine. `make test` tries them without it as well.
func TestMain(m *testing.M) {
	if dir := os.Getenv("STORE_TEST_WRITER"); dir != "" {
		write(dir)
	}
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "rapid.checks" })
	if raceEnabled && !chosen {
		if err := flag.Set("rapid.checks", "8"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// write queues messages for ever and says each that is in the outbox.
func write(dir string) {
	s, err := Open(dir, testKey)
	for i := 0; err == nil; i++ {
		id := fmt.Sprint(os.Getpid(), "-", i)
		if _, err = s.Queue(Outgoing{ID: id, Conv: sophie, Content: text(id), Time: time.Now()}); err == nil {
			_, err = s.SetDraft(sophie, id)
		}
		fmt.Println(id)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func TestNothingInTheOutboxIsLostByKill(t *testing.T) {
	dir := t.TempDir()
	acknowledged := map[string]bool{}
	last := ""
	for round := range 8 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), "STORE_TEST_WRITER="+dir)
		c.Stderr = os.Stderr
		out, err := c.StdoutPipe()
		check(t, err)
		check(t, c.Start())
		lines := bufio.NewScanner(out)
		for n := 0; n < 3+7*round && lines.Scan(); n++ {
			acknowledged[lines.Text()] = true
		}
		check(t, c.Process.Kill())
		for lines.Scan() { // reported before it was killed
			acknowledged[lines.Text()] = true
			last = lines.Text()
		}
		_ = c.Wait() // killed
	}
	s := open(t, dir)
	if s.Dropped() || s.Aside() != "" {
		t.Errorf("dropped %v, set aside %q", s.Dropped(), s.Aside())
	}
	list := must[[]Outgoing](t)(s.Outbox())
	kept := map[string]bool{}
	for _, o := range list {
		kept[o.ID] = true
	}
	for id := range acknowledged {
		if !kept[id] {
			t.Errorf("%s is lost", id)
		}
	}
	shown := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 100_000, 0))
	if len(shown.Messages) != len(list) {
		t.Errorf("%d messages shown of %d", len(shown.Messages), len(list))
	}
	if draft := must[string](t)(s.Draft(sophie)); last != "" && draft < last && len(draft) == len(last) {
		t.Errorf("draft %q is older than %q", draft, last)
	}
}

func TestNothingIsOnTheDiskInClear(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", t.TempDir())
	s := open(t, dir)
	in := from(1)
	in.Content, in.Nick = text(canary), canary
	live(t, s, in, &Reactions{Stanza: from(2).Stanza, Target: canary, Emoji: []string{canary}})
	_, err := s.Queue(Outgoing{ID: "x", Conv: sophie, Content: text(canary), Time: morning})
	check(t, err)
	_, err = s.SetDraft(sophie, canary)
	check(t, err)
	check(t, s.SetVCard(Person{JID: sophie, FullName: canary}))
	for i := range 2000 { // enough for a checkpoint
		in := from(i + 2)
		in.Content = text(canary + strings.Repeat("x", 1000))
		live(t, s, in)
	}
	looked := 0
	look := func() {
		for _, root := range []string{dir, os.Getenv("TMPDIR")} {
			check(t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
				if err != nil || e.IsDir() {
					return err
				}
				b, err := os.ReadFile(path)
				looked++
				for _, clear := range []string{"Zéphyrine", "sophie@", "SQLite format", "conversations", "xxxxxxxxxxxxxxxx"} {
					if bytes.Contains(b, []byte(clear)) {
						t.Errorf("%s holds %q", filepath.Base(path), clear)
					}
				}
				return err
			}))
		}
	}
	look()
	check(t, s.Close())
	look()
	if looked < 5 {
		t.Errorf("only %d files: no log was looked at", looked)
	}
}

func TestADamagedCacheIsDroppedAndTheOutboxStays(t *testing.T) {
	for _, when := range []string{"at opening", "while open"} {
		t.Run(when, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			forward(t, s, span(0, 3000))
			_, err := s.Queue(Outgoing{ID: "x", Conv: sophie, Content: text("à envoyer"), Time: from(4000).Time})
			check(t, err)
			_, err = s.SetDraft(sophie, "brouillon")
			check(t, err)
			check(t, s.Close())
			if when == "while open" {
				s = open(t, dir)
			}
			spoil(t, filepath.Join(dir, cacheFile))
			if when == "at opening" {
				s = open(t, dir)
				if !s.Dropped() {
					// The part that is read at opening may have been spared: reading on finds it.
					_, err = s.Page(sophie, false, model.Cursor{}, 5000, 0)
				}
			} else {
				_, err = s.Page(sophie, false, model.Cursor{}, 5000, 0)
			}
			if !s.Dropped() || err != nil && !errors.Is(err, ErrDropped) {
				t.Fatalf("dropped %v, error %v", s.Dropped(), err)
			}
			p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0))
			if got := bodies(p.Messages); len(got) != 1 || got[0] != "à envoyer" {
				t.Errorf("messages: %v", got)
			}
			if got := must[string](t)(s.Draft(sophie)); got != "brouillon" {
				t.Errorf("draft %q", got)
			}
			if list := must[[]Outgoing](t)(s.Outbox()); len(list) != 1 {
				t.Errorf("outbox: %v", list)
			}
			if _, known, _ := s.Cursor(""); known {
				t.Error("the cursor survived")
			}
		})
	}
}

func TestADamagedOutboxIsSetAside(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	_, err := s.Queue(Outgoing{ID: "x", Conv: sophie, Content: text("à envoyer"), Time: morning})
	check(t, err)
	check(t, s.Close())
	spoil(t, filepath.Join(dir, outboxFile))
	s = open(t, dir)
	if s.Aside() == "" {
		t.Fatal("not set aside")
	}
	if _, err := os.Stat(s.Aside()); err != nil {
		t.Error(err)
	}
	_, err = s.Queue(Outgoing{ID: "y", Conv: sophie, Content: text("encore"), Time: morning})
	check(t, err)
}

// spoil overwrites a file from its second quarter on, and its beginning.
func spoil(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	check(t, err)
	_, _ = rand.Read(b[len(b)/4:])
	_, _ = rand.Read(b[:64])
	check(t, os.WriteFile(path, b, 0o600))
}

func TestAFlippedBitIsAnError(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	forward(t, s, span(0, 2000))
	check(t, s.Close())
	path := filepath.Join(dir, cacheFile)
	b, err := os.ReadFile(path)
	check(t, err)
	for at := 4096; at+100 < len(b); at += 4096 {
		b[at+100] ^= 4
	}
	check(t, os.WriteFile(path, b, 0o600))
	s = open(t, dir)
	p, err := s.Page(sophie, false, model.Cursor{}, 5000, 0)
	if !s.Dropped() || len(p.Messages) != 0 {
		t.Fatalf("%d messages, %v", len(p.Messages), err)
	}
}

func TestAWrongKeyChangesNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	live(t, s, from(1))
	kill := killedCopy(t, dir)
	check(t, s.Close())
	if _, err := Open(kill, secret.RandomKey()); !errors.Is(err, ErrWrongKey) {
		t.Fatalf("got %v", err)
	}
	s = open(t, kill)
	if p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0)); len(p.Messages) != 1 {
		t.Errorf("%d messages", len(p.Messages))
	}
}

func TestASecondProgramIsRefused(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	if _, err := Open(dir, testKey); !errors.Is(err, ErrBusy) {
		t.Fatalf("got %v", err)
	}
}

func TestANewerFormatIsRefusedAndLeftAlone(t *testing.T) {
	for _, schema := range []string{"main", "cache"} {
		t.Run(schema, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			check(t, s.db.db.Exec("PRAGMA "+schema+".user_version=99"))
			check(t, s.Close())
			if _, err := Open(dir, testKey); !errors.Is(err, ErrForeign) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestNoLookupReadsAllMessages(t *testing.T) {
	s := open(t, t.TempDir())
	forward(t, s, span(0, 10))
	about := func(i int, id string) Stanza {
		st := from(i).Stanza
		st.Own, st.Author, st.MsgID = true, me, id
		return st
	}
	live(t, s,
		&Displayed{Stanza: about(20, "d"), Target: "s00003"}, &Reactions{Stanza: about(21, "r"), Target: "m4", Emoji: []string{"👍"}},
		&NewMessage{Stanza: from(22).Stanza, Content: text("corrigé"), Replaces: "m5", Reply: &Reply{ID: "m1"}},
		&Retraction{Stanza: from(23).Stanza, Target: "m6"},
	)
	_, err := s.Page(sophie, false, model.Cursor{Time: from(5).Time.UnixMicro()}, 5, 5)
	check(t, err)
	_, err = s.Queue(Outgoing{ID: "x", Conv: sophie, Content: text("a"), Time: morning})
	check(t, err)
	_, _, err = s.Acked(sophie, "x")
	check(t, err)
	_, err = s.MarkRead(sophie)
	check(t, err)
	_, err = s.Conversations()
	check(t, err)
	plans := map[string]string{}
	check(t, s.with("explain", func(d *conn) error {
		for sql := range d.stmts {
			st, _, err := d.db.Prepare("EXPLAIN QUERY PLAN " + sql)
			if err != nil {
				return err
			}
			for st.Step() {
				plans[st.ColumnText(3)] = sql
			}
			if err := st.Close(); err != nil {
				return err
			}
		}
		return nil
	}))
	for plan, sql := range plans {
		for _, table := range []string{"SCAN m", "SCAN v", "SCAN n", "SCAN r", "SCAN s", "SCAN messages", "SCAN relations"} {
			if (plan == table || strings.HasPrefix(plan, table+" ")) && !strings.Contains(plan, "USING INDEX") {
				t.Errorf("%s\n%s", plan, sql)
			}
		}
	}
}

// killedCopy is a store's folder as it is now, with a live log, as after kill -9.
func killedCopy(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	check(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}
