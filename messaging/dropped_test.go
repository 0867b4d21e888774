package messaging

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// TestWhatIsNotShownIsCounted: each reason for which something that came in is not shown is counted for the diagnosis, and named in the log
// without a word of it.
func TestWhatIsNotShownIsCounted(t *testing.T) {
	occupant := must(garde.WithResource("secret"))
	device := func(n int) jid.JID { return must(sophie.WithResource(fmt.Sprint("secret", n))) }
	status := strings.Repeat("secret ", 200)
	for name, tt := range map[string]struct {
		does func(w *wiretest.Server, live func(xmpp.Message), presence func(xmpp.Presence))
		want map[string]int
	}{
		"a headline": {func(_ *wiretest.Server, live func(xmpp.Message), _ func(xmpp.Presence)) {
			live(xmpp.Message{From: sophie, Type: "headline", Body: "secret"})
		}, map[string]int{string(ignoredType): 1}},
		"a message of a room from somebody who is none": {func(_ *wiretest.Server, live func(xmpp.Message), _ func(xmpp.Presence)) {
			live(xmpp.Message{From: device(1), Type: "groupchat", Body: "secret"})
		}, map[string]int{string(ignoredRoom): 1}},
		"private words in a group": {func(_ *wiretest.Server, live func(xmpp.Message), _ func(xmpp.Presence)) {
			live(xmpp.Message{From: occupant, Type: "chat", Body: "secret"})
		}, map[string]int{string(ignoredPrivate): 1}},
		"nothing but elements without a meaning": {func(_ *wiretest.Server, live func(xmpp.Message), _ func(xmpp.Presence)) {
			live(xmpp.Message{From: sophie, Type: "chat", ID: "secret"})
			live(xmpp.Message{From: sophie, Type: "chat", ChatState: "composing"}) // which is shown
		}, map[string]int{string(ignoredNothing): 1}},
		"an error for what was never sent": {func(w *wiretest.Server, _ func(xmpp.Message), _ func(xmpp.Presence)) {
			w.Handle(xmpp.Bounced{Message: xmpp.Message{From: sophie, Type: "error", ID: "secret"}})
		}, map[string]int{string(ignoredBounce): 1}},
		"more devices than one can have, and a long status": {func(_ *wiretest.Server, _ func(xmpp.Message), presence func(xmpp.Presence)) {
			for i := range mostDevices + 2 {
				presence(xmpp.Presence{From: device(i)})
			}
			presence(xmpp.Presence{From: device(0), Status: status})
			presence(xmpp.Presence{From: device(0), Type: "secret"})
		}, map[string]int{string(ignoredPresence): 3, string(ignoredStatus): 1}},
		"a crowd that asks to be contacts": {func(_ *wiretest.Server, _ func(xmpp.Message), presence func(xmpp.Presence)) {
			for i := range mostRequests + 3 {
				presence(xmpp.Presence{From: jid.MustParse(fmt.Sprintf("secret%d@example.org", i)), Type: "subscribe"})
			}
		}, map[string]int{string(ignoredRequest): 3}},
		"a retraction by somebody else": {func(_ *wiretest.Server, live func(xmpp.Message), _ func(xmpp.Presence)) {
			live(xmpp.Message{From: sophie, Type: "chat", ID: "secret-0", Body: "secret"})
			live(xmpp.Message{From: wiretest.Claire, To: sophie, Carbon: xmpp.CarbonSent, Type: "chat", Retraction: &xmpp.Retraction{ID: "secret-0"}})
		}, map[string]int{string(ignoredForbidden): 1}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log strings.Builder
				w := wiretest.New()
				w.Groups = []xmpp.Bookmark{{JID: garde, Autojoin: true}}
				c := newTestWith(t, Config{Dir: t.TempDir(), Log: slog.New(slog.NewTextHandler(&log, nil))}, w)
				w.Connect(false)
				synctest.Wait()
				live := func(m xmpp.Message) {
					if m.Body != "" {
						m.HasBody = true
					}
					if isZero(m.To) {
						m.To = wiretest.Claire
					}
					w.Handle(xmpp.MessageReceived{Message: m})
				}
				tt.does(w, live, func(p xmpp.Presence) { w.Handle(xmpp.PresenceReceived{Presence: p}) })
				synctest.Wait()
				same(t, "counted", c.Diagnosis().Ignored, tt.want)
				said := log.String()
				for why := range tt.want {
					if !strings.Contains(said, why) {
						t.Errorf("not in the log: %s", why)
					}
				}
				if strings.Contains(said, "secret") {
					t.Errorf("the log quotes: %s", said)
				}
			})
		})
	}
}

// What an archive holds and no conversation shows is counted as well.
func TestWhatAnArchiveHoldsAndNobodyShowsIsCounted(t *testing.T) {
	c := &Client{own: wiretest.Claire, people: newPeople(wiretest.Claire.String(), ""), cfg: Config{Now: time.Now}}
	_, _, left := c.pageFacts("", []xmpp.Message{
		{ArchiveID: "1", From: sophie, To: wiretest.Claire, Type: "chat", Body: "Oui", HasBody: true},
		{ArchiveID: "2", From: must(garde.WithResource("Paul")), Type: "groupchat", Body: "Oui", HasBody: true},
		{ArchiveID: "3", From: sophie, To: wiretest.Claire, Type: "headline", Body: "Oui", HasBody: true},
		{ArchiveID: "4", From: sophie, To: wiretest.Claire, Type: "chat"},
	})
	same(t, "left", left, []ignored{ignoredArchive, ignoredType, ignoredNothing})
}

// The archive of a group may be a stranger's, and any archive may write nonsense: what has no time that can be has that of its neighbour.
func TestATimeThatCannotBeIsThatOfTheNeighbour(t *testing.T) {
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	c := &Client{cfg: Config{Now: func() time.Time { return now }}}
	at := func(hours int) time.Time { return now.Add(time.Duration(hours) * time.Hour) }
	far, none := now.AddDate(7000, 0, 0), time.Time{}
	for name, tt := range map[string]struct {
		archive   ArchiveID
		have, get []time.Time
	}{
		"as it should be":         {"", []time.Time{at(-2), at(-1), at(1)}, []time.Time{at(-2), at(-1), at(1)}},
		"none in the middle":      {"", []time.Time{at(-2), none, at(-1)}, []time.Time{at(-2), at(-2), at(-1)}},
		"none at the beginning":   {"", []time.Time{none, at(-1)}, []time.Time{at(-1), at(-1)}},
		"none at all":             {"", []time.Time{none, none}, []time.Time{now, now}},
		"a group in the future":   {"g@example.net", []time.Time{at(-2), far, at(-1)}, []time.Time{at(-2), at(-2), at(-1)}},
		"a clock that is behind":  {"g@example.net", []time.Time{at(20)}, []time.Time{at(20)}},
		"the own server is right": {"", []time.Time{far}, []time.Time{far}},
	} {
		t.Run(name, func(t *testing.T) {
			page := make([]xmpp.Message, len(tt.have))
			for i, at := range tt.have {
				page[i].Delay = at
			}
			c.repairTimes(tt.archive, page)
			got := make([]time.Time, len(page))
			for i := range page {
				got[i] = page[i].Delay
			}
			same(t, "times", got, tt.get)
		})
	}
}

func TestAnAnswerThatIsTooLongIsNotFetchedForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		w := wiretest.New()
		w.Telling = func() error { asked++; return &xmpp.GuardError{Rule: xmpp.RuleLength} }
		newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		time.Sleep(10 * time.Minute)
		same(t, "asked for the bookmarks", asked, 1)
	})
}

// Who repeats a message again and again does not have the archive read each time.
func TestARepeatedMessageHasTheArchiveReadNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		time.Sleep(time.Minute)
		m := w.Says(sophie, "encore")
		w.Live(m)
		synctest.Wait()
		before := len(w.Queries)
		for range 200 {
			w.Live(m)
			time.Sleep(250 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "messages", history(t, c, sophie, 10), []string{"encore"})
		if n := len(w.Queries) - before; n == 0 || n > 12 {
			t.Errorf("%d questions in 50 s", n)
		}
	})
}
