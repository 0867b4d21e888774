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
		if len(r.requests) != 0 {
			t.Errorf("%d requests are kept", len(r.requests))
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

func TestBookmarks(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() ([]Bookmark, error) { return r.Bookmarks(t.Context()) })
		q := s.expect(`<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="urn:xmpp:bookmarks:1">`)
		s.write(answerTo(q, romeo, `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'>
			<item id='theplay@conference.shakespeare.lit'><conference xmlns='urn:xmpp:bookmarks:1' name='The Play&apos;s the Thing' autojoin='true'><nick>JC</nick></conference></item>
			<item id='orchard@conference.shakespeare.lit'><conference xmlns='urn:xmpp:bookmarks:1' name='The Orcard' autojoin='1'><nick>JC</nick><extensions><state xmlns='http://myclient.example/bookmark/state' minimized='true'/></extensions></conference></item>
			<item id='@'><conference xmlns='urn:xmpp:bookmarks:1'/></item></items></pubsub>`))
		s.write(answerTo(s.expect("disco#info", `to="`+romeo+`"`), romeo, `<query xmlns="http://jabber.org/protocol/disco#info"><feature var="urn:xmpp:bookmarks:1#compat"/></query>`))
		marks, err := wait()
		want := []Bookmark{
			{JID: jidOf("theplay@conference.shakespeare.lit"), Name: "The Play's the Thing", Nick: "JC", Autojoin: true},
			{JID: jidOf("orchard@conference.shakespeare.lit"), Name: "The Orcard", Nick: "JC", Autojoin: true},
		}
		if diff := cmp.Diff(want, marks); diff != "" || err != nil {
			t.Error(diff, err)
		}
		wait = async(func() ([]Bookmark, error) { return r.Bookmarks(t.Context()) })
		s.write(errorTo(s.expect("urn:xmpp:bookmarks:1"), romeo, "item-not-found"))
		if marks, err := wait(); marks != nil || err != nil {
			t.Errorf("no bookmarks: %v, %v", marks, err)
		}
	})
}

// Where the server does not convert the bookmarks of older programs (XEP-0048, examples 1 and 5), they are read beside the others.
func TestBookmarksOfOlderPrograms(t *testing.T) {
	const old = `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='storage:bookmarks'><item id='current'><storage xmlns='storage:bookmarks'>
		<conference name='The Play&apos;s the Thing' autojoin='true' jid='theplay@conference.shakespeare.lit'><nick>JC</nick></conference>
		<conference name='The Play again' autojoin='true' jid='theplay@conference.shakespeare.lit'/>
		<conference autojoin='1' jid='orchard@conference.shakespeare.lit'/><conference autojoin='true' jid='@'/><url name='x' url='http://x.example'/></storage></item></items></pubsub>`
	const left = `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'>
		<item id='orchard@conference.shakespeare.lit'><conference xmlns='urn:xmpp:bookmarks:1'/></item></items></pubsub>`
	play, orchard := jidOf("theplay@conference.shakespeare.lit"), jidOf("orchard@conference.shakespeare.lit")
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() ([]Bookmark, error) { return r.Bookmarks(t.Context()) })
		s.write(answerTo(s.expect(`<items node="urn:xmpp:bookmarks:1">`), romeo, left))
		s.write(answerTo(s.expect("disco#info"), romeo, pepAccount))
		s.write(answerTo(s.expect(`<items node="storage:bookmarks">`), romeo, old))
		marks, err := wait()
		want := []Bookmark{{JID: orchard}, {JID: play, Name: "The Play's the Thing", Nick: "JC", Autojoin: true}} // a newer one counts
		if diff := cmp.Diff(want, marks); diff != "" || err != nil {
			t.Error(diff, err)
		}
		for _, condition := range []string{"item-not-found", "feature-not-implemented"} {
			wait = async(func() ([]Bookmark, error) { return r.Bookmarks(t.Context()) })
			s.write(answerTo(s.expect(`<items node="urn:xmpp:bookmarks:1">`), romeo, left))
			s.write(errorTo(s.expect(`<items node="storage:bookmarks">`), romeo, condition))
			if marks, err := wait(); err != nil || len(marks) != 1 {
				t.Errorf("%s: %v, %v", condition, marks, err)
			}
		}

		// What an older program remembers is not forgotten but overruled.
		forget := async(func() (struct{}, error) { return struct{}{}, r.RemoveBookmark(t.Context(), play) })
		s.write(answerTo(s.expect(`<items node="storage:bookmarks">`), romeo, old))
		publish := s.expect(`<publish node="urn:xmpp:bookmarks:1"><item id="theplay@conference.shakespeare.lit">`)
		if strings.Contains(publish, "autojoin") {
			t.Errorf("published as %s", publish)
		}
		s.write(answerTo(publish, romeo, ""))
		if _, err := forget(); err != nil {
			t.Error(err)
		}
	})
}

// What a node of bookmarks is told to be depends on what the account offers, and on who made it.
func TestABookmarkIsAddedToThoseThatAreThere(t *testing.T) {
	const private = `<field var="pubsub#persist_items"><value>true</value></field><field var="pubsub#access_model"><value>whitelist</value></field>`
	const all = private + `<field var="pubsub#max_items"><value>max</value></field><field var="pubsub#send_last_published_item"><value>never</value></field></x>`
	for _, c := range []struct {
		name, features, options string
		conflict                bool
	}{
		{"a server without a word for all", "", private + "</x>", false},
		{"a server whose nodes keep one unless told otherwise", "<feature var='http://jabber.org/protocol/pubsub#config-node-max'/>", all, false},
		{"a node with other options", "<feature var='http://jabber.org/protocol/pubsub#config-node-max'/>", all, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := async(func() (struct{}, error) {
					return struct{}{}, r.SetBookmark(t.Context(), Bookmark{JID: jidOf("orchard@conference.shakespeare.lit"), Name: "The Orchard", Autojoin: true})
				})
				s.write(answerTo(s.expect("disco#info"), romeo, "<query xmlns='http://jabber.org/protocol/disco#info'>"+c.features+"</query>"))
				widens := func(answer func(stanza string) string) {
					if c.features == "" {
						s.write(answer(s.expect(`<configure node="urn:xmpp:bookmarks:1">`, `<field var="pubsub#max_items"><value>1000</value>`)))
					}
				}
				widens(func(stanza string) string { return errorTo(stanza, romeo, "item-not-found") }) // the node is new
				publish := s.expect(`<publish node="urn:xmpp:bookmarks:1"><item id="orchard@conference.shakespeare.lit">`)
				if !strings.Contains(publish, c.options) {
					t.Errorf("published as %s", publish)
				}
				if c.conflict {
					s.write(errorTo(publish, romeo, "conflict"))
					configure := s.expect(`<configure node="urn:xmpp:bookmarks:1">`)
					if !strings.Contains(configure, c.options) || !strings.Contains(configure, "http://jabber.org/protocol/pubsub#node_config") {
						t.Errorf("configured as %s", configure)
					}
					s.write(answerTo(configure, romeo, ""))
					publish = s.expect(`<publish node="urn:xmpp:bookmarks:1">`)
				}
				s.write(answerTo(publish, romeo, ""))
				widens(func(stanza string) string { return errorTo(stanza, romeo, "not-acceptable") }) // then it stays as it is
				if _, err := wait(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestNewsOfBookmarksComeFromTheOwnAccountOnly(t *testing.T) {
	const news = `<event xmlns="http://jabber.org/protocol/pubsub#event"><items node="urn:xmpp:bookmarks:1"><item id="orchard@conference.shakespeare.lit">` +
		`<conference xmlns="urn:xmpp:bookmarks:1" autojoin="1"/></item></items></event>`
	for _, c := range []struct {
		name, from, content string
		told                bool
	}{
		{"of the own account", romeo, news, true},
		{"without a sender, which is the account", "", news, true},
		{"a bookmark was removed", romeo, `<event xmlns="http://jabber.org/protocol/pubsub#event"><items node="urn:xmpp:bookmarks:1"><retract id="x@y"/></items></event>`, true},
		{"of an older program", romeo, `<event xmlns="http://jabber.org/protocol/pubsub#event"><items node="storage:bookmarks"><item id="current"/></items></event>`, true},
		{"of an older program of a contact", juliet, `<event xmlns="http://jabber.org/protocol/pubsub#event"><items node="storage:bookmarks"/></event>`, false},
		{"of another node", romeo, `<event xmlns="http://jabber.org/protocol/pubsub#event"><items node="urn:xmpp:avatar:metadata"/></event>`, false},
		{"of a contact", juliet, news, false},
		{"of a device of the account", romeo + "/phone", news, false},
	} {
		from := ""
		if c.from != "" {
			from = ` from="` + c.from + `"`
		}
		client := New(Config{JID: jidOf(romeo)})
		in := `<message xmlns="jabber:client" type="headline" to="` + romeoFull + `"` + from + `>` + c.content + `</message>`
		if _, told := eventsFrom(t, client, in)[0].(BookmarksChanged); told != c.told {
			t.Errorf("%s: told is %v", c.name, told)
		}
	}
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

// An answer overtakes events whose handling takes its time. Whoever needs the order waits for them.
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
