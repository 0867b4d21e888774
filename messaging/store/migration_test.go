package store

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// golden opens a copy of the databases that the code of a version wrote; testdata/golden/v1/make.go.txt is the program that did.
func golden(t *testing.T, version string) *Store {
	t.Helper()
	dir := t.TempDir()
	check(t, os.CopyFS(dir, os.DirFS("testdata/golden/"+version)))
	s := open(t, dir)
	if s.Dropped() || s.Aside() != "" {
		t.Fatalf("dropped %v, set aside %q", s.Dropped(), s.Aside())
	}
	return s
}

func TestAProfileOfVersion1LosesNothing(t *testing.T) {
	s := golden(t, "v1")
	at := func(minute int) time.Time { return morning.Add(time.Duration(minute) * time.Minute) }

	t.Run("outbox", func(t *testing.T) {
		got := must[[]Outgoing](t)(s.Outbox())
		want := []Outgoing{
			{ID: "out-1", Conv: sophie, Content: text("en attente"), Time: at(50)},
			{ID: "out-2", Conv: sophie, Content: text("refusé\nsur deux lignes"), Time: at(51), Failure: "forbidden"},
			{ID: "out-3", Conv: room, Group: true, Content: text("envoyé, sans preuve"), Time: at(52)},
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
	t.Run("drafts", func(t *testing.T) {
		for conv, want := range map[model.ConversationID]string{sophie: "brouillon pour Sophie", "julien@example.org": "brouillon pour Julien"} {
			if got := must[string](t)(s.Draft(conv)); got != want {
				t.Errorf("%s: %q", conv, got)
			}
		}
	})
	t.Run("messages and how far they went", func(t *testing.T) {
		p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 100, 0))
		var got []string
		for _, m := range p.Messages {
			got = append(got, m.State.String()+" "+model.PlainText(m.Content)+" "+m.Failure)
		}
		want := []string{
			"received trente ", "delivered trente et un, à moi ", "received trente-deux ", "received trente-trois : œdème, 💊 ",
			"queued en attente ", "failed refusé\nsur deux lignes forbidden",
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
	t.Run("gaps", func(t *testing.T) {
		p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 100, 0))
		if p.Older == nil || p.Older.Lo != "s-12" || p.Older.Hi != "s-30" || !p.Below || p.Start {
			t.Fatalf("%+v", p)
		}
		below := must[[]Message](t)(s.Below(*p.Older, 100))
		if d := cmp.Diff([]string{"huit", "neuf", "dix", "onze, à moi", "douze"}, bodies(below)); d != "" {
			t.Error(d)
		}
		if below[3].State != model.Read || below[1].State != model.Read { // the other person read up to the eleventh
			t.Errorf("%v and %v", below[3].State, below[1].State)
		}
		p = must[Page](t)(s.Page(sophie, false, below[0].Cursor(), 100, 0))
		if p.Older == nil || p.Older.Hi != "s-08" || p.Older.Lo != "" {
			t.Errorf("%+v", p.Older)
		}
	})
	t.Run("read state", func(t *testing.T) {
		v, _, err := s.Conversation(sophie)
		check(t, err)
		if v.Unread != 2 {
			t.Errorf("unread %d", v.Unread)
		}
		v, _, err = s.Conversation(room)
		check(t, err)
		if v.Unread != 1 || v.Name != "Garde de nuit" || v.Nick != "Claire" {
			t.Errorf("%+v", v)
		}
		markers := must[[]Marker](t)(s.Markers())
		if d := cmp.Diff([]Marker{{Conv: room, Group: true, ID: "r-2"}}, markers); d != "" {
			t.Error(d)
		}
	})
	t.Run("cursors", func(t *testing.T) {
		for archive, want := range map[model.ArchiveID]model.StanzaID{model.OwnArchive: "s-31", room: "r-1"} {
			if got, known, err := s.Cursor(archive); err != nil || !known || got != want {
				t.Errorf("%q: %q, %v, %v", archive, got, known, err)
			}
		}
	})
	t.Run("people", func(t *testing.T) {
		people := must[[]Person](t)(s.People())
		found := false
		for _, p := range people {
			found = found || p.JID == sophie && p.Name == "Sophie Durand" && p.Title == "Cardiologue" && p.Contact
		}
		if !found {
			t.Errorf("%+v", people)
		}
		members := must[map[model.ConversationID][]Member](t)(s.Members())
		if len(members[room]) != 2 {
			t.Errorf("%+v", members)
		}
	})
	t.Run("what came while it was locked", func(t *testing.T) {
		r, unread, err := s.Drain()
		check(t, err)
		if len(r.Changes) != 1 || unread != 0 || r.Changes[0].Message.Content != text("pendant le verrouillage") {
			t.Fatalf("%+v, %d unread", r, unread)
		}
	})
	t.Run("what is done with it next", func(t *testing.T) {
		m, found, err := s.Requeue("out-2")
		if err != nil || !found || m.State != model.Queued {
			t.Errorf("%+v, %v, %v", m, found, err)
		}
		live(t, s, &Displayed{Stanza: Stanza{Conv: sophie, Author: sophie, Time: at(70), MsgID: "d"}, Target: "id-31"})
		p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 100, 0))
		if p.Messages[1].State != model.Read {
			t.Errorf("%v", p.Messages[1].State)
		}
		if changed, err := s.MarkRead(sophie); err != nil || !changed {
			t.Errorf("%v, %v", changed, err)
		}
		if v, _, _ := s.Conversation(sophie); v.Unread != 0 {
			t.Errorf("unread %d", v.Unread)
		}
	})
}

func TestADatabaseIsMigratedOnce(t *testing.T) {
	dir := t.TempDir()
	check(t, os.CopyFS(dir, os.DirFS("testdata/golden/v1")))
	for range 2 {
		s, err := Open(dir, testKey)
		check(t, err)
		if list := must[[]Outgoing](t)(s.Outbox()); len(list) != 3 {
			t.Errorf("%d in the outbox", len(list))
		}
		check(t, s.Close())
	}
}

func TestANewDatabaseIsAsTheMigrationsMakeIt(t *testing.T) {
	made := tables(t, outboxSchema, cacheSchema)
	migrated := tables(t, strings.Join(outboxMigrations, ""), strings.Join(cacheMigrations, ""))
	if d := cmp.Diff(migrated, made); d != "" || len(made) < 50 {
		t.Errorf("%d tables, indexes and triggers (-migrated +made):\n%s", len(made), d)
	}
}

// tables runs statements on empty databases, and returns what there is then: the statement of each table, index and trigger, without
// comments and spaces.
func tables(t *testing.T, outbox, cache string) map[string]string {
	t.Helper()
	c, err := sqlite3.Open(":memory:")
	check(t, err)
	t.Cleanup(func() { check(t, c.Close()) })
	check(t, enableSearch(c))
	check(t, c.Exec("ATTACH ':memory:' AS cache"))
	check(t, c.Exec(outbox))
	check(t, c.Exec(cache))
	st, _, err := c.Prepare(`SELECT 'main.' || name, sql FROM main.sqlite_master UNION ALL
		SELECT 'cache.' || name, sql FROM cache.sqlite_master UNION ALL SELECT 'search ' || k, v FROM cache.search_config`)
	check(t, err)
	defer func() { check(t, st.Close()) }()
	found := map[string]string{}
	unsaid := regexp.MustCompile(`--.*\n|\s+|"`)
	for st.Step() {
		found[st.ColumnText(0)] = unsaid.ReplaceAllString(st.ColumnText(1), "")
	}
	check(t, st.Err())
	return found
}
