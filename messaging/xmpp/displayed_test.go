package xmpp

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

const marksOf = `<items node="urn:xmpp:mds:displayed:0">` +
	`<item id="juliet@capulet.example"><displayed xmlns="urn:xmpp:mds:displayed:0"><stanza-id xmlns="urn:xmpp:sid:0" by="romeo@montague.example" id="1"/></displayed></item>` +
	`<item id="orchard@rooms.example"><displayed xmlns="urn:xmpp:mds:displayed:0"><stanza-id xmlns="urn:xmpp:sid:0" by="orchard@rooms.example" id="2"/></displayed></item>` +
	// What is not valid is passed over.
	`<item id="a@b.example"><displayed xmlns="urn:xmpp:mds:displayed:0"><stanza-id xmlns="urn:xmpp:sid:0" by="juliet@capulet.example" id="3"/></displayed></item>` +
	`<item id="a@b.example"><displayed xmlns="urn:xmpp:mds:displayed:0"><stanza-id xmlns="urn:xmpp:sid:0" by="romeo@montague.example" id=""/></displayed></item>` +
	`<item id="a@b.example"><displayed xmlns="urn:xmpp:mds:displayed:0"/></item>` +
	`<item id="a@b.example"><displayed xmlns="urn:xmpp:mds:displayed:1"><stanza-id xmlns="urn:xmpp:sid:0" by="romeo@montague.example" id="3"/></displayed></item>` +
	`<item id=""><displayed xmlns="urn:xmpp:mds:displayed:0"><stanza-id xmlns="urn:xmpp:sid:0" by="romeo@montague.example" id="3"/></displayed></item>` +
	`<retract id="a@b.example"/></items>`

var marksWanted = []ReadMark{{Conversation: jid.MustParse(juliet), StanzaID: "1"}, {Conversation: jid.MustParse("orchard@rooms.example"), StanzaID: "2", Room: true}}

const (
	pepAccount = `<query xmlns="http://jabber.org/protocol/disco#info"><identity category="pubsub" type="pep"/><feature var="http://jabber.org/protocol/pubsub#publish-options"/>` +
		`<feature var="http://jabber.org/protocol/pubsub#config-node-max"/></query>`
	barePEP   = `<query xmlns="http://jabber.org/protocol/disco#info"><identity category="pubsub" type="pep"/></query>`
	noAccount = `<query xmlns="http://jabber.org/protocol/disco#info"><identity category="account" type="registered"/></query>`
)

func TestReadMarksComeFromTheOwnAccountOnly(t *testing.T) {
	news := `<event xmlns="http://jabber.org/protocol/pubsub#event">` + marksOf + `</event>`
	for _, c := range []struct {
		name, from string
		told       bool
	}{
		{"the own account", ` from="` + romeo + `"`, true},
		{"nobody, which is the account", "", true},
		{"a contact", ` from="` + juliet + `"`, false},
		{"a device of the account", ` from="` + romeo + `/phone"`, false},
		{"a device of a contact", ` from="` + juliet + `/phone"`, false},
	} {
		client := New(Config{JID: jidOf(romeo)})
		e := eventsFrom(t, client, `<message xmlns="jabber:client" type="headline" to="`+romeoFull+`"`+c.from+`>`+news+`</message>`)[0]
		got, told := e.(ReadMarksChanged)
		if told != c.told {
			t.Errorf("%s: told is %v", c.name, told)
		}
		if told {
			if diff := cmp.Diff(marksWanted, got.Marks); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func TestReadMarksAreAskedForWhereTheServerKeepsThem(t *testing.T) {
	for name, c := range map[string]struct {
		account, answer string
		want            []ReadMark
		err             error
	}{
		"some":                       {pepAccount, `<pubsub xmlns="http://jabber.org/protocol/pubsub">` + marksOf + `</pubsub>`, marksWanted, nil},
		"none yet":                   {pepAccount, "item-not-found", nil, nil},
		"no answer to the question":  {pepAccount, `<pubsub xmlns="http://jabber.org/protocol/pubsub"/>`, nil, nil},
		"nobody may choose a node's": {barePEP, "", nil, ErrNotOffered},
		"no nodes of the account":    {noAccount, "", nil, ErrNotOffered},
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				type result struct {
					marks []ReadMark
					err   error
				}
				done := make(chan result, 1)
				go func() {
					marks, err := r.ReadMarks(t.Context())
					done <- result{marks, err}
				}()
				s.write(answerTo(s.expect("disco#info", `to="`+romeo+`"`), romeo, c.account))
				switch c.answer {
				case "":
				case "item-not-found":
					s.write(`<iq xmlns="jabber:client" type="error" id="` + idOf(s.expect("urn:xmpp:mds:displayed:0")) +
						`"><error type="cancel"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`)
				default:
					s.write(answerTo(s.expect(`<items node="urn:xmpp:mds:displayed:0"`), romeo, c.answer))
				}
				got := <-done
				if diff := cmp.Diff(c.want, got.marks); diff != "" || !errors.Is(got.err, c.err) {
					t.Errorf("%v %s", got.err, diff)
				}
			})
		})
	}
}

func TestAReadMarkIsPublishedForTheOwnDevices(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		for i, c := range []struct {
			mark ReadMark
			want string
		}{
			{marksWanted[0], `<item id="juliet@capulet.example"><displayed xmlns="urn:xmpp:mds:displayed:0"><stanza-id xmlns="urn:xmpp:sid:0" id="1" by="romeo@montague.example">`},
			{marksWanted[1], `<item id="orchard@rooms.example"><displayed xmlns="urn:xmpp:mds:displayed:0"><stanza-id xmlns="urn:xmpp:sid:0" id="2" by="orchard@rooms.example">`},
		} {
			done := make(chan error, 1)
			go func() { done <- r.SetReadMark(t.Context(), c.mark) }()
			if i == 0 { // once in a session
				s.write(answerTo(s.expect("disco#info"), romeo, pepAccount))
			}
			publish := s.expect(`<publish node="urn:xmpp:mds:displayed:0">`, c.want, "pubsub#access_model", "whitelist", "pubsub#persist_items", "pubsub#max_items", "never")
			s.write(answerTo(publish, romeo, ""))
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}
