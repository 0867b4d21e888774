package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/messaging/model"
)

const paul = "paul@example.org"

// drawMixedArchive makes what an archive holds of two conversations.
func drawMixedArchive(t *rapid.T) (archive []Fact) {
	sources := [2][]Fact{drawArchive(t, false), drawArchive(t, false)}
	for i := range sources {
		sources[i] = sendAgain(t, sources[i])
	}
	for _, f := range sources[1] {
		s := f.Source()
		s.Conv = paul
		if !s.Own {
			s.Author = paul
		}
	}
	at := morning
	for len(sources[0])+len(sources[1]) > 0 {
		i := rapid.IntRange(0, 1).Draw(t, "conversation")
		if len(sources[i]) == 0 {
			i = 1 - i
		}
		f := sources[i][0]
		sources[i] = sources[i][1:]
		at = at.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "seconds")) * time.Second)
		f.Source().Time, f.Source().StanzaID = at, model.StanzaID(fmt.Sprintf("s%05d", len(archive)))
		archive = append(archive, f)
	}
	return archive
}

// sendAgain puts, in some runs, messages into an archive several times: their senders lost the connection, and sent them again.
func sendAgain(t *rapid.T, archive []Fact) []Fact {
	if rapid.Bool().Draw(t, "nothing is sent again") {
		return archive
	}
	var all []Fact
	var messages []*NewMessage
	for _, f := range archive {
		all = append(all, f)
		if m, ok := f.(*NewMessage); ok && rapid.IntRange(0, 3).Draw(t, "may be sent again") == 0 {
			m.OriginID = fmt.Sprint("00000000-0000-4000-8000-", m.MsgID)
			messages = append(messages, m)
		}
		if len(messages) > 0 && rapid.IntRange(0, 4).Draw(t, "is sent again") == 0 {
			again := *rapid.SampledFrom(messages).Draw(t, "which")
			again.Time = f.Source().Time
			all = append(all, &again)
		}
	}
	if len(all) == 0 {
		return archive
	}
	for i, f := range all {
		f.Source().StanzaID = model.StanzaID(fmt.Sprintf("s%05d", i))
	}
	return all
}

// TestTheOrderOfCatchingUpDoesNotMatter reads an archive of two conversations forwards into one store. The other is away again and again: it
// takes in the newest messages first and then what was missed, backwards, in pages of any size, as far as it comes before it is away again;
// meanwhile messages come live and somebody scrolls, to an archive that may lack the newest. This computer's clock is wrong, and messages were
// sent again. At any time what was read of the archive stands in its order, and in the end both show the same.
func TestTheOrderOfCatchingUpDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		archive := drawMixedArchive(t)
		want, done := quick(t)
		defer done()
		s, done := quick(t)
		defer done()
		a := &absences{t: t, store: s, archive: archive}
		next := []func(){a.away, a.readBacklog, a.live, a.ask, a.answer}
		a.skew = time.Duration(rapid.IntRange(-40, 40).Draw(t, "skew")) * time.Second
		n := len(archive)
		a.ingest(want, Batch{Origin: Forward, Facts: archive, Cursor: a.id(n - 1), Complete: true})

		a.known = rapid.IntRange(0, n).Draw(t, "known at first")
		a.lived = a.known
		a.ingest(s, Batch{Origin: Forward, Facts: archive[:a.known], Cursor: a.id(a.known - 1), Complete: true})
		for a.known < n {
			rapid.SampledFrom(next).Draw(t, "next")()
			a.inOrder()
		}
		for a.backlog() != nil {
			a.readBacklog()
			a.inOrder()
		}
		for _, conv := range []model.ConversationID{sophie, paul} {
			if d := cmp.Diff(shows(t, want, conv, false), shows(t, s, conv, false)); d != "" {
				t.Fatalf("%s: -forwards +newest first:\n%s", conv, d)
			}
		}
	})
}

// absences is a store that follows an archive with interruptions.
type absences struct {
	t       *rapid.T
	store   *Store
	archive []Fact
	skew    time.Duration // of this computer's clock
	known   int           // the archive is read up to here, but for what was missed
	lived   int           // what came live, in order, before it was read of the archive
	asked   []Batch       // answers to somebody who scrolls that are still on their way
}

func (a *absences) id(i int) model.StanzaID {
	if i < 0 {
		return ""
	}
	return a.archive[i].Source().StanzaID
}

func (a *absences) index(id model.StanzaID) int {
	for i := range a.archive {
		if a.id(i) == id {
			return i
		}
	}
	return -1
}

func (a *absences) ingest(s *Store, b Batch) {
	what := fmt.Sprint("origin ", b.Origin, ", complete ", b.Complete, ":")
	for _, f := range b.Facts {
		what += fmt.Sprintf(" %s of %s (%d %v)", f.Source().StanzaID, f.Source().Conv[:1], f.kind(), f.Source().Time.Second())
	}
	a.t.Log(what)
	if _, err := s.Ingest(b); err != nil {
		a.t.Fatal(err)
	}
}

// away takes the account offline, and back online.
func (a *absences) away() {
	to := rapid.IntRange(max(a.known+1, a.lived), len(a.archive)).Draw(a.t, "away until")
	from := rapid.IntRange(a.known, to-1).Draw(a.t, "newest page from")
	b := Batch{
		Origin: AfterGap, Facts: a.archive[from:to], First: a.id(from), Last: a.id(to - 1), Cursor: a.id(to - 1), Complete: true,
		Backlog: &Backlog{Lo: a.id(a.known - 1)},
	}
	if from == a.known {
		b.Origin, b.Backlog = Forward, nil
	}
	a.ingest(a.store, b)
	a.known, a.lived = to, to
}

func (a *absences) backlog() *Backlog {
	b, found, err := a.store.Backlog("")
	if err != nil {
		a.t.Fatal(err)
	}
	if !found {
		return nil
	}
	return &b
}

// readBacklog reads the next page of what was missed.
func (a *absences) readBacklog() {
	b := a.backlog()
	if b == nil {
		return
	}
	lo, hi := a.index(b.Lo), a.index(b.Hi)
	from := max(lo+1, hi-rapid.IntRange(1, 10).Draw(a.t, "page"))
	page := Batch{Origin: Missed, Backlog: b, Facts: a.archive[from:hi], Complete: from == lo+1}
	if from < hi {
		page.First, page.Last = a.id(from), a.id(hi-1)
	}
	a.ingest(a.store, page)
}

// ask makes somebody scroll up, or down, to a gap: the archive is queried, and answers later.
func (a *absences) ask() {
	conv := rapid.SampledFrom([]model.ConversationID{sophie, paul}).Draw(a.t, "scrolls in")
	p, err := a.store.Page(conv, false, model.Cursor{}, 1000, 0)
	if err != nil {
		a.t.Fatal(err)
	}
	if p.Older == nil {
		return
	}
	var all []Fact
	// A server may deliver a message before its archive can be asked for it: the end of the answer may be late.
	late := rapid.IntRange(0, 2).Draw(a.t, "late")
	for _, f := range a.archive[:max(a.known, a.lived-late)] {
		if f.Source().Conv == conv {
			all = append(all, f)
		}
	}
	before := func(id model.StanzaID) (n int) {
		for n < len(all) && a.index(all[n].Source().StanzaID) < a.index(id) {
			n++
		}
		return n
	}
	size := rapid.IntRange(1, 10).Draw(a.t, "scrolled page")
	b := Batch{Origin: Older, Gap: *p.Older}
	if b.Gap.Lo != "" && rapid.Bool().Draw(a.t, "from its other end") {
		b.Origin = Newer
		from := before(b.Gap.Lo) + 1
		to := min(len(all), from+size)
		b.Facts, b.Complete = all[from:to], to == len(all)
	} else {
		to := len(all)
		if b.Gap.Hi != "" {
			to = before(b.Gap.Hi)
		}
		from := max(0, to-size)
		b.Facts, b.Complete = all[from:to], from == 0
	}
	if len(b.Facts) > 0 {
		b.First, b.Last = b.Facts[0].Source().StanzaID, b.Facts[len(b.Facts)-1].Source().StanzaID
	}
	a.asked = append(a.asked, b)
}

func (a *absences) answer() {
	if len(a.asked) > 0 {
		b := a.asked[0]
		a.asked = a.asked[1:]
		a.ingest(a.store, b)
	}
}

func (a *absences) live() {
	if a.lived < len(a.archive) {
		f := copied(a.archive[a.lived])
		f.Source().Time = f.Source().Time.Add(a.skew)
		a.ingest(a.store, Batch{Origin: Live, Facts: []Fact{f}})
		a.lived++
	}
}

// inOrder checks that the messages that an archive's answer held stand in the archive's order.
func (a *absences) inOrder() {
	wrong := ""
	err := a.store.with("read", func(d *conn) error {
		list, err := d.messages("WHERE m.archived = 1 ORDER BY m.conv, m.at, m.row")
		for i := range list {
			if i > 0 && list[i].Conv == list[i-1].Conv && (a.index(list[i].StanzaID) < a.index(list[i-1].StanzaID) || list[i].At == list[i-1].At) {
				wrong = fmt.Sprintf("%s stands before %s", list[i-1].StanzaID, list[i].StanzaID)
			}
		}
		return err
	})
	if err != nil || wrong != "" {
		a.t.Fatal(wrong, err)
	}
}
