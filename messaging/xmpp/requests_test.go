package xmpp

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

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

// async runs a request on a goroutine and returns a function that waits for it.
func async[T any](request func() (T, error)) func() (T, error) {
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

func TestOnlyWhoWasAskedMayAnswer(t *testing.T) {
	for _, c := range []struct {
		name        string
		to          jid.JID
		may, mayNot []string
	}{
		{"the own account", jid.JID{}, []string{"", romeo, "montague.example"}, []string{juliet, romeo + "/other", "capulet.example", "@"}},
		{"the own bare JID", jidOf(romeo), []string{"", romeo}, []string{juliet, romeoFull, "montague.example"}},
		{"a contact", jidOf(juliet), []string{juliet}, []string{"", romeo, juliet + "/balcony", "capulet.example"}},
		{"a service", jidOf("muc.montague.example"), []string{"muc.montague.example"}, []string{"", romeo, "montague.example"}},
	} {
		client := New(Config{JID: jidOf(romeo)})
		for _, from := range c.may {
			if !client.mayAnswer(c.to, from) {
				t.Errorf("%s: %q may not answer", c.name, from)
			}
		}
		for _, from := range c.mayNot {
			if client.mayAnswer(c.to, from) {
				t.Errorf("%s: %q may answer", c.name, from)
			}
		}
	}
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() ([]RosterItem, error) { return r.Roster(t.Context()) })
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
		for _, p := range r.requests {
			if !p.givenUp {
				t.Error("a request is still waited for")
			}
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
		if events := r.unawaited(); len(events) != 0 {
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
		wait := async(func() (Info, error) { return r.Info(t.Context(), jid.JID{}) })
		q := s.expect("disco#info")
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
			t.Errorf("info: %v", err)
		}
		s.write(`<r xmlns="urn:xmpp:sm:3"/>`)
		s.expect(`<a xmlns="urn:xmpp:sm:3" h="6"/>`)
	})
}

func TestASessionLostInAGiantIsNotResumed(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		f := s.fake
		w, err := s.ws.Writer(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(`<message xmlns="jabber:client"><body>` + strings.Repeat("x", 2*maxBytes)))
		synctest.Wait()
		s.close()
		await[Disconnected](r)
		f.session() // bind, not resume: the giant would come again
		await[Connected](r)
	})
}

// XEP-0115 §5.2, the simple example.
func TestCapabilitiesAreHashedByTheRule(t *testing.T) {
	info := discoInfo{Identities: []discoIdentity{{Category: "client", Type: "pc", Name: "Exodus 0.9.1"}}}
	for _, f := range []string{"muc", "disco#info", "disco#items", "caps"} {
		info.Features = append(info.Features, discoFeature{Var: "http://jabber.org/protocol/" + f})
	}
	if got := newCaps(info).Ver; got != "QgayPKawpkPSDYmwT/WM94uAlu0=" {
		t.Errorf("ver: %s", got)
	}
}

func TestPresenceForAllTellsTheCapabilities(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		if err := r.SendPresence(Presence{}); err != nil {
			t.Fatal(err)
		}
		s.expect(`<presence`, `<c xmlns="http://jabber.org/protocol/caps" hash="sha-1"`, `ver="`+newCaps(ownInfo("")).Ver+`"`)
	})
}

func TestAVCard(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() (VCard, error) { return r.VCard(t.Context(), jidOf("jer@jabber.org")) })
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
		wait := async(func() (Info, error) { return r.Info(t.Context(), jidOf("coven@chat.shakespeare.lit")) })
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
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		f := s.fake
		r.SetActive(false)
		s.expect(string(inactiveFrame))
		s.close()
		s = f.resuming()
		s.write(`<resumed xmlns="urn:xmpp:sm:3" h="1" previd="sm1"/>`)
		s.expect(string(inactiveFrame))
		r.SetActive(true)
		s.expect(string(activeFrame))
	})
}

// An answer overtakes events that are still being handled. Callers that need the order wait for them.
func TestWhatCameBeforeAnAnswerIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		cfg, may, handled := f.config(), make(chan struct{}), make(chan string, 2)
		cfg.Handle = func(e Event) {
			if e, ok := e.(MessageReceived); ok {
				<-may
				handled <- e.Message.Body
			}
		}
		r := start(t, cfg)
		s := f.session()
		say := func(body string) {
			s.write(`<message xmlns="jabber:client" from="juliet@example.org/a" type="chat"><body>` + body + `</body></message>`)
			synctest.Wait()
		}
		say("un")
		waits := async(func() (any, error) { return nil, r.Handled(t.Context()) })
		synctest.Wait()
		if len(handled) > 0 {
			t.Error("handled already")
		}
		may <- struct{}{}
		if _, err := waits(); err != nil || len(handled) != 1 {
			t.Errorf("%d handled, %v", len(handled), err)
		}

		say("deux")
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := r.Handled(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("given up: %v", err)
		}
		may <- struct{}{}
	})
}
