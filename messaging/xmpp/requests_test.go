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
	"mellium.im/xmpp/jid"
)

// resultOf is an archive result from the own archive.
func resultOf(query, id, from, body string) string { return resultBy(romeo, query, id, from, body) }

func resultBy(archive, query, id, from, body string) string {
	return fmt.Sprintf(`<message xmlns="jabber:client" from="%s" to="%s"><result xmlns="urn:xmpp:mam:2" queryid="%s" id="%s">`+
		`<forwarded xmlns="urn:xmpp:forward:0"><delay xmlns="urn:xmpp:delay" stamp="2010-07-10T23:08:25Z"/>`+
		`<message xmlns="jabber:client" from="%s" to="%s" type="chat"><body>%s</body></message></forwarded></result></message>`,
		archive, romeoFull, query, id, from, romeo, body)
}

// withSession runs a test with a session in a bubble.
func withSession(t *testing.T, test func(t *testing.T, r *running, s *fakeConn)) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
		test(t, r, s)
	})
}

// ask runs a request beside the test.
func ask[T any](request func() (T, error)) func() (T, error) {
	type both struct {
		v   T
		err error
	}
	done := make(chan both, 1)
	go func() {
		v, err := request()
		done <- both{v, err}
	}()
	return func() (T, error) {
		b := <-done
		return b.v, b.err
	}
}

func answerTo(text, from, content string) string {
	if from != "" {
		from = ` from="` + from + `"`
	}
	return `<iq xmlns="jabber:client" type="result" id="` + idOf(text) + `"` + from + `>` + content + `</iq>`
}

func errorTo(text, from, condition string) string {
	return `<iq xmlns="jabber:client" type="error" id="` + idOf(text) + `" from="` + from + `"><error type="cancel"><` + condition +
		` xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`
}

func queryID(text string) string {
	_, rest, _ := strings.Cut(text, `queryid="`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

const fin = `<fin xmlns="urn:xmpp:mam:2" complete="true"><set xmlns="http://jabber.org/protocol/rsm"><first index="0">28482-98726-73623</first><last>09af3-cc343-b409f</last><count>20</count></set></fin>`

func TestAnArchivePage(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := ask(func() (ArchivePage, error) {
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
		for _, e := range r.rest() {
			t.Errorf("told %+v", e)
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
			wait := ask(func() (ArchivePage, error) { return r.Archive(t.Context(), c.q) })
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
		wait := ask(func() (ArchivePage, error) { return r.Archive(t.Context(), ArchiveQuery{Archive: jidOf(room)}) })
		q := s.expect("urn:xmpp:mam:2", `to="`+room+`"`)
		s.write(`<message xmlns="jabber:client" from="` + room + `"><result xmlns="urn:xmpp:mam:2" queryid="` + queryID(q) + `" id="34482-21985-73620"><forwarded xmlns="urn:xmpp:forward:0">
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
		wait := ask(func() (ArchivePage, error) { return r.Archive(t.Context(), ArchiveQuery{Max: 2}) })
		q := s.expect("urn:xmpp:mam:2")
		for i := range 3 {
			s.write(resultOf(queryID(q), fmt.Sprint(i), juliet, "x"))
		}
		s.write(answerTo(q, "", fin))
		if _, err := wait(); !errors.Is(err, ErrProtocol) {
			t.Errorf("error: %v", err)
		}
	})
}

func TestAnUnknownArchiveIDIsItemNotFound(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := ask(func() (ArchivePage, error) { return r.Archive(t.Context(), ArchiveQuery{After: "gone"}) })
		s.write(errorTo(s.expect("urn:xmpp:mam:2"), romeo, "item-not-found"))
		if _, err := wait(); !errors.Is(err, ErrItemNotFound) {
			t.Errorf("error: %v", err)
		}
	})
}

func TestOnlyWhoWasAskedMayAnswer(t *testing.T) {
	for _, c := range []struct {
		name  string
		to    jid.JID
		true_ []string
		false []string
	}{
		{"the own account", jid.JID{}, []string{"", romeo, "montague.example"}, []string{juliet, romeo + "/other", "capulet.example", "@"}},
		{"the own bare JID", jidOf(romeo), []string{"", romeo}, []string{juliet, romeoFull, "montague.example"}},
		{"a contact", jidOf(juliet), []string{juliet}, []string{"", romeo, juliet + "/balcony", "capulet.example"}},
		{"a service", jidOf("muc.montague.example"), []string{"muc.montague.example"}, []string{"", romeo, "montague.example"}},
	} {
		client := New(Config{JID: jidOf(romeo)})
		for _, from := range c.true_ {
			if !client.mayAnswer(c.to, from) {
				t.Errorf("%s: %q may not answer", c.name, from)
			}
		}
		for _, from := range c.false {
			if client.mayAnswer(c.to, from) {
				t.Errorf("%s: %q may answer", c.name, from)
			}
		}
	}
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := ask(func() ([]RosterItem, error) { return r.Roster(t.Context()) })
		q := s.expect("jabber:iq:roster")
		forged := `<query xmlns="jabber:iq:roster"><item jid="evil@example.org" subscription="both"/></query>`
		s.write(answerTo(q, juliet, forged))
		s.write(errorTo(q, juliet, "item-not-found"))
		s.write(answerTo(`<iq id="guess">`, "", forged))
		s.write(answerTo(q, "", `<query xmlns="jabber:iq:roster"><item jid="romeo@example.net" name="Romeo" subscription="both"><group>Friends</group></item><item jid="@"/></query>`))
		items, err := wait()
		want := []RosterItem{{JID: jidOf("romeo@example.net"), Name: "Romeo", Subscription: "both", Groups: []string{"Friends"}}}
		if diff := cmp.Diff(want, items); diff != "" || err != nil {
			t.Error(diff, err)
		}
	})
}

func TestARequestEndsWithItsContextOrItsTime(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		go s.answerPings()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := r.VCard(ctx, jidOf(juliet)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error: %v", err)
		}
		began := time.Now()
		if _, err := r.VCard(t.Context(), jidOf(juliet)); !errors.Is(err, ErrNoAnswer) || time.Since(began) != answerTimeout {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.pending) != 0 {
			t.Errorf("%d requests are kept", len(r.pending))
		}
	})
}

// answerPings keeps a session alive and answers nothing else.
func (c *fakeConn) answerPings() {
	for {
		_, data, err := c.ws.Read(context.Background())
		if err != nil {
			return
		}
		if strings.Contains(string(data), "urn:xmpp:ping") {
			_ = c.ws.Write(context.Background(), 1, []byte(answerTo(string(data), "montague.example", "")))
		}
	}
}

func TestAnIdleSessionLivesByItsPings(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		go s.answerPings()
		time.Sleep(24 * time.Hour)
		if events := r.rest(); len(events) != 0 {
			t.Errorf("told %+v", events)
		}
	})
}

func TestRequestsOfOthersAreAnswered(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		// XEP-0199 example 2, XEP-0030, and what is not spoken.
		s.write(`<iq xmlns="jabber:client" from="capulet.lit" to="` + romeoFull + `" id="s2c1" type="get"><ping xmlns="urn:xmpp:ping"/></iq>`)
		s.expect(`id="s2c1"`, `to="capulet.lit"`, `type="result"`)
		s.write(`<iq xmlns="jabber:client" from="` + juliet + `/b" id="info1" type="get"><query xmlns="http://jabber.org/protocol/disco#info" node="n"/></iq>`)
		s.expect(`id="info1"`, `type="result"`, `node="n"`, `category="client"`, `var="urn:xmpp:receipts"`)
		s.write(`<iq xmlns="jabber:client" from="` + juliet + `/b" id="v1" type="get"><query xmlns="jabber:iq:version"/></iq>`)
		s.expect(`id="v1"`, `type="error"`, `<service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">`)
		s.write(`<iq xmlns="jabber:client" id="push1" type="set"><query xmlns="jabber:iq:roster"><item jid="` + juliet + `" subscription="remove"/></query></iq>`)
		s.expect(`id="push1"`, `type="result"`)
		if got := await[RosterPushed](r); len(got.Items) != 1 || got.Items[0].Subscription != "remove" {
			t.Errorf("pushed: %+v", got)
		}
	})
}

func TestAGiantStanzaIsDroppedAndCounted(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := ask(func() ([]RosterItem, error) { return r.Roster(t.Context()) })
		q := s.expect("jabber:iq:roster")
		giant := strings.Repeat("x", maxBytes)
		s.write(`<message xmlns="jabber:client" from="` + juliet + `"><body>` + giant + `</body></message>`)
		s.write(`<message xmlns="jabber:client" from="` + juliet + `">` + strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000) + `</message>`)
		s.write(answerTo(q, juliet, giant)) // forged: must not end the request
		s.write(`<message xmlns="jabber:client" from="` + juliet + `"><body>small</body></message>`)
		if got := await[MessageReceived](r); got.Message.Body != "small" {
			t.Errorf("told %q", got.Message.Body)
		}
		s.write(answerTo(q, "", giant))
		if _, err := wait(); !errors.Is(err, ErrGuard) {
			t.Errorf("roster: %v", err)
		}
		s.write(`<r xmlns="urn:xmpp:sm:3"/>`)
		s.expect(`<a xmlns="urn:xmpp:sm:3" h="6"/>`)
	})
}

func TestAStanzaBeyondAllMeasureIsNotResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
		go func() {
			_ = s.ws.Write(context.Background(), 1, []byte(`<message xmlns="jabber:client"><body>`+strings.Repeat("x", readLimit)+`</body></message>`))
		}()
		go s.drain()
		await[Disconnected](r)
		f.session() // bind, not resume: the giant would come again
		await[Connected](r)
	})
}

func TestBookmarks(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := ask(func() ([]Bookmark, error) { return r.Bookmarks(t.Context()) })
		q := s.expect(`<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="urn:xmpp:bookmarks:1">`)
		s.write(answerTo(q, romeo, `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'>
			<item id='theplay@conference.shakespeare.lit'><conference xmlns='urn:xmpp:bookmarks:1' name='The Play&apos;s the Thing' autojoin='true'><nick>JC</nick></conference></item>
			<item id='orchard@conference.shakespeare.lit'><conference xmlns='urn:xmpp:bookmarks:1' name='The Orcard' autojoin='1'><nick>JC</nick><extensions><state xmlns='http://myclient.example/bookmark/state' minimized='true'/></extensions></conference></item>
			<item id='@'><conference xmlns='urn:xmpp:bookmarks:1'/></item></items></pubsub>`))
		marks, err := wait()
		want := []Bookmark{
			{JID: jidOf("theplay@conference.shakespeare.lit"), Name: "The Play's the Thing", Nick: "JC", Autojoin: true},
			{JID: jidOf("orchard@conference.shakespeare.lit"), Name: "The Orcard", Nick: "JC", Autojoin: true},
		}
		if diff := cmp.Diff(want, marks); diff != "" || err != nil {
			t.Error(diff, err)
		}
		wait = ask(func() ([]Bookmark, error) { return r.Bookmarks(t.Context()) })
		s.write(errorTo(s.expect("urn:xmpp:bookmarks:1"), romeo, "item-not-found"))
		if marks, err := wait(); marks != nil || err != nil {
			t.Errorf("no bookmarks: %v, %v", marks, err)
		}
	})
}

func TestAVCard(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := ask(func() (VCard, error) { return r.VCard(t.Context(), jidOf("jer@jabber.org")) })
		q := s.expect(`<vCard xmlns="vcard-temp">`, `to="jer@jabber.org"`)
		s.write(answerTo(q, "jer@jabber.org", `<vCard xmlns='vcard-temp'><FN>Peter Saint-Andre</FN><N><FAMILY>Saint-Andre</FAMILY></N>
			<ORG><ORGNAME>XMPP Standards Foundation</ORGNAME><ORGUNIT/></ORG><TITLE>Executive Director</TITLE><ROLE>Patron Saint</ROLE></vCard>`))
		card, err := wait()
		want := VCard{FullName: "Peter Saint-Andre", Title: "Executive Director", Role: "Patron Saint", Org: "XMPP Standards Foundation"}
		if card != want || err != nil {
			t.Errorf("%+v, %v", card, err)
		}
	})
}

func TestInfo(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := ask(func() (Info, error) { return r.Info(t.Context(), jidOf("coven@chat.shakespeare.lit")) })
		q := s.expect("disco#info")
		s.write(answerTo(q, "coven@chat.shakespeare.lit", `<query xmlns='http://jabber.org/protocol/disco#info'>
			<identity category='conference' name='A Dark Cave' type='text'/><feature var='http://jabber.org/protocol/muc'/><feature var='muc_membersonly'/></query>`))
		info, err := wait()
		want := Info{Identities: []Identity{{"conference", "text", "A Dark Cave"}}, Features: []string{"http://jabber.org/protocol/muc", "muc_membersonly"}}
		if diff := cmp.Diff(want, info); diff != "" || err != nil {
			t.Error(diff, err)
		}
	})
}

func TestTheClientsStateIsToldToEachSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
		r.SetActive(false)
		s.expect(string(inactiveFrame))
		s.close()
		s = f.next()
		s.login()
		s.expect("<resume ")
		s.write(`<resumed xmlns="urn:xmpp:sm:3" h="1" previd="sm1"/>`)
		s.expect(string(inactiveFrame))
		r.SetActive(true)
		s.expect(string(activeFrame))
	})
}
