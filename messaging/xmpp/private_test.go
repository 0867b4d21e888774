package xmpp

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

func TestWhatTheOwnDevicesShareComesFromTheOwnAccountOnly(t *testing.T) {
	const unread = `<items node="org.spico.discussions:unread:0"><item id="juliet@capulet.example"><unread xmlns="org.spico.discussions:unread:0" marked="true"/></item>` +
		`<item id="nurse@capulet.example"><unread xmlns="org.spico.discussions:unread:0" marked="false"/></item>` +
		`<item id="a@b.example"><unread xmlns="org.spico.discussions:unread:1" marked="true"/></item><item id=""><unread xmlns="org.spico.discussions:unread:0" marked="true"/></item>` +
		`<retract id="a@b.example"/></items>`
	const status = `<items node="org.spico.discussions:status:0"><item id="other"><status xmlns="org.spico.discussions:status:0" show="away"/></item>` +
		`<item id="current"><status xmlns="org.spico.discussions:status:0" show="dnd" until="2026-11-27T15:00:00Z">En visite</status></item></items>`
	marks := UnreadMarksChanged{Marks: []UnreadMark{{jid.MustParse(juliet), true}, {jid.MustParse("nurse@capulet.example"), false}}}
	told := OwnStatusChanged{Status: &OwnStatus{Show: "dnd", Text: "En visite", Until: time.Date(2026, 11, 27, 15, 0, 0, 0, time.UTC)}}
	for _, test := range []struct {
		name, from, items string
		want              Event // nil: none of these
	}{
		{"marks of the own account", ` from="` + romeo + `"`, unread, marks},
		{"marks of nobody, which is the account", "", unread, marks},
		{"marks of a contact", ` from="` + juliet + `"`, unread, nil},
		{"marks of a device of the account", ` from="` + romeo + `/phone"`, unread, nil},
		{"a status of the own account", ` from="` + romeo + `"`, status, told},
		{"a status of a contact", ` from="` + juliet + `"`, status, nil},
		{"an empty node", ` from="` + romeo + `"`, `<items node="org.spico.discussions:status:0"/>`, OwnStatusChanged{}},
	} {
		client := New(Config{JID: jidOf(romeo)})
		got := eventsFrom(t, client, `<message xmlns="jabber:client" type="headline" to="`+romeoFull+`"`+test.from+`>`+
			`<event xmlns="http://jabber.org/protocol/pubsub#event">`+test.items+`</event></message>`)[0]
		switch got.(type) {
		case UnreadMarksChanged, OwnStatusChanged:
		default:
			got = nil
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}
