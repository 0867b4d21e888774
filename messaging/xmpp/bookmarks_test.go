package xmpp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
