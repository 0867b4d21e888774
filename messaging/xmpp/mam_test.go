package xmpp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// resultOf is an archive result from the own archive.
func resultOf(query, id, from, body string) string { return resultBy(romeo, query, id, from, body) }

func resultBy(archive, query, id, from, body string) string {
	return fmt.Sprintf(`<message xmlns="jabber:client" from="%s" to="%s"><result xmlns="urn:xmpp:mam:2" queryid="%s" id="%s">`+
		`<forwarded xmlns="urn:xmpp:forward:0"><delay xmlns="urn:xmpp:delay" stamp="2010-07-10T23:08:25Z"/>`+
		`<message xmlns="jabber:client" from="%s" to="%s" type="chat"><body>%s</body></message></forwarded></result></message>`,
		archive, romeoFull, query, id, from, romeo, body)
}

func queryID(text string) string {
	_, rest, _ := strings.Cut(text, `queryid="`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

const fin = `<fin xmlns="urn:xmpp:mam:2" complete="true"><set xmlns="http://jabber.org/protocol/rsm"><first index="0">28482-98726-73623</first><last>09af3-cc343-b409f</last><count>20</count></set></fin>`

func TestAnArchivePage(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() (ArchivePage, error) {
			return r.Archive(t.Context(), ArchiveQuery{With: jidOf(juliet), After: "a0", Max: 10, Start: time.Date(2010, 6, 7, 0, 0, 0, 0, time.UTC)})
		})
		q := s.expect("urn:xmpp:mam:2", `type="set"`, "<max>10</max>", "<after>a0</after>", "<value>"+juliet+"</value>", "<value>2010-06-07T00:00:00Z</value>")
		if strings.Contains(q, "<before") || strings.Contains(q, ` to="`) {
			t.Errorf("query: %s", q)
		}
		s.write(resultOf(queryID(q), "28482-98726-73623", juliet+"/balcony", "Call me but love"))
		s.write(resultOf(queryID(q), "09af3-cc343-b409f", romeoFull, "What man art thou"))
		// Everything below is forged and must not be in the page.
		s.write(resultBy(juliet, queryID(q), "f1", juliet, "forged"))
		s.write(resultBy(romeoFull, queryID(q), "f2", juliet, "forged"))
		s.write(resultBy("montague.example", queryID(q), "f3", juliet, "forged"))
		s.write(resultOf("another", "f4", juliet, "forged"))
		s.write(answerTo(q, juliet, fin))
		s.write(answerTo(q, romeo, fin))
		page, err := wait()
		if err != nil {
			t.Fatal(err)
		}
		stamp := time.Date(2010, 7, 10, 23, 8, 25, 0, time.UTC)
		want := ArchivePage{First: "28482-98726-73623", Last: "09af3-cc343-b409f", Complete: true, Count: 20, Messages: []Message{
			{From: jidOf(juliet + "/balcony"), To: jidOf(romeo), Type: "chat", Body: "Call me but love", HasBody: true, Delay: stamp, ArchiveID: "28482-98726-73623"},
			{From: jidOf(romeoFull), To: jidOf(romeo), Type: "chat", Body: "What man art thou", HasBody: true, Delay: stamp, ArchiveID: "09af3-cc343-b409f"},
		}}
		if diff := cmp.Diff(want, page); diff != "" {
			t.Error(diff)
		}
		s.write(resultOf(queryID(q), "late", juliet, "late"))
		synctest.Wait()
		for _, e := range r.unawaited() {
			t.Errorf("told %+v", e)
		}
	})
}

// A group's archive on another node of a cluster may answer before its results are here.
func TestAnAnswerThatOvertakesItsResultsWaitsForThem(t *testing.T) {
	const first, last = "28482-98726-73623", "09af3-cc343-b409f"
	for _, c := range []struct {
		name          string
		before, after []string
		refused       bool // a stanza of the archive is
		took          time.Duration
		err           error
	}{
		{"all come after it", nil, []string{first, last}, false, 0, nil},
		{"some come after it", []string{first}, []string{last}, false, 0, nil},
		{"the last one is refused", []string{first}, nil, true, lateResults, nil},
		{"the last one never comes: the page has a hole", []string{first}, nil, false, lateResults, ErrNoAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := async(func() (ArchivePage, error) { return r.Archive(t.Context(), ArchiveQuery{}) })
				q := s.expect("urn:xmpp:mam:2")
				for _, id := range c.before {
					s.write(resultOf(queryID(q), id, juliet, "x"))
				}
				s.write(answerTo(q, romeo, fin))
				synctest.Wait()
				began := time.Now()
				if c.refused {
					s.write(`<message xmlns='jabber:client' from='` + romeo + `'><result a='1' a='2'/></message>`)
				}
				for _, id := range c.after {
					s.write(resultOf(queryID(q), id, juliet, "x"))
				}
				page, err := wait()
				if !errors.Is(err, c.err) || err == nil && len(page.Messages) != len(c.before)+len(c.after) {
					t.Errorf("%d messages, %v", len(page.Messages), err)
				}
				if took := time.Since(began); took != c.took {
					t.Errorf("after %v", took)
				}
			})
		})
	}
}

func TestResultsThatNobodyWaitsForAnyMoreAreNoForgery(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		ctx, cancel := context.WithCancel(t.Context())
		wait := async(func() (ArchivePage, error) { return r.Archive(ctx, ArchiveQuery{}) })
		q := s.expect("urn:xmpp:mam:2")
		cancel()
		if _, err := wait(); !errors.Is(err, context.Canceled) {
			t.Errorf("error: %v", err)
		}
		s.write(resultOf(queryID(q), "28482-98726-73623", juliet, "x"))
		s.write(answerTo(q, romeo, fin))
		synctest.Wait()
		if refused := r.Refused(); len(refused) != 0 {
			t.Errorf("refused: %v", refused)
		}
		s.write(resultOf("another", "28482-98726-73623", juliet, "x"))
		synctest.Wait()
		if refused := r.Refused(); refused[RuleArchive] != 1 {
			t.Errorf("refused: %v", refused)
		}
	})
}

func TestAnArchiveIsPagedBackwards(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		for _, c := range []struct {
			q    ArchiveQuery
			want string
		}{
			{ArchiveQuery{UseBefore: true}, "<max>50</max><before></before>"},
			{ArchiveQuery{Before: "a9", Max: 1000}, "<max>250</max><before>a9</before>"},
		} {
			wait := async(func() (ArchivePage, error) { return r.Archive(t.Context(), c.q) })
			q := s.expect("urn:xmpp:mam:2")
			if !strings.Contains(q, c.want) || strings.Contains(q, "<after") {
				t.Errorf("query: %s", q)
			}
			s.write(answerTo(q, "", `<fin xmlns="urn:xmpp:mam:2"><set xmlns="http://jabber.org/protocol/rsm"/></fin>`))
			if page, err := wait(); err != nil || page.Complete || page.Count != -1 {
				t.Errorf("page: %+v, %v", page, err)
			}
		}
	})
}

func TestARoomsArchiveTellsWhoWrote(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		room := "coven@chat.shakespeare.lit"
		wait := async(func() (ArchivePage, error) { return r.Archive(t.Context(), ArchiveQuery{Archive: jidOf(room)}) })
		q := s.expect("urn:xmpp:mam:2", `to="`+room+`"`)
		s.write(`<message xmlns="jabber:client" from="` + room + `"><result xmlns="urn:xmpp:mam:2" queryid="` + queryID(q) + `" id="09af3-cc343-b409f"><forwarded xmlns="urn:xmpp:forward:0">
			<delay xmlns="urn:xmpp:delay" stamp="2002-10-13T23:58:37Z"/><message xmlns="jabber:client" from="coven@chat.shakespeare.lit/firstwitch" id="162BEBB1-F6DB-4D9A-9BD8-CFDCC801A0B2" type="groupchat">
			<body>Thrice the brinded cat hath mew'd.</body><x xmlns="http://jabber.org/protocol/muc#user"><item affiliation="none" jid="witch1@shakespeare.lit" role="participant"/></x></message></forwarded></result></message>`)
		s.write(answerTo(q, romeo, fin)) // not the archive that was asked
		s.write(answerTo(q, room, fin))
		page, err := wait()
		if err != nil || len(page.Messages) != 1 || page.Messages[0].RealJID.String() != "witch1@shakespeare.lit" {
			t.Errorf("page: %+v, %v", page, err)
		}
	})
}

func TestMoreResultsThanAskedAreRefused(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() (ArchivePage, error) { return r.Archive(t.Context(), ArchiveQuery{Max: 2}) })
		q := s.expect("urn:xmpp:mam:2")
		for _, id := range []string{"1", "2", "09af3-cc343-b409f"} {
			s.write(resultOf(queryID(q), id, juliet, "x"))
		}
		s.write(answerTo(q, "", fin))
		if _, err := wait(); !errors.Is(err, ErrProtocol) {
			t.Errorf("error: %v", err)
		}
	})
}

func TestAnUnknownArchiveIDIsItemNotFound(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() (ArchivePage, error) { return r.Archive(t.Context(), ArchiveQuery{After: "gone"}) })
		s.write(errorTo(s.expect("urn:xmpp:mam:2"), romeo, "item-not-found"))
		if _, err := wait(); !errors.Is(err, ErrItemNotFound) {
			t.Errorf("error: %v", err)
		}
	})
}
