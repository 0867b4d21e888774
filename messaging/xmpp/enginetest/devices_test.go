package enginetest

import (
	"slices"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

// XEP-0490: what one device has seen, the others know, those that connect later as well.
func TestReadMarksReachTheOtherDevices(t *testing.T) {
	sandboxtest.Each(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		readMarksReachTheOtherDevices(t, s)
		choicesReachTheOtherDevices(t, s)
	})
}

// XEP-0223: the marks as unread, and the own status.
func choicesReachTheOtherDevices(t *testing.T, s *sandboxtest.Sandbox) {
	desk, phone := connect(t, s, s.Claire().JID), connect(t, s, s.Claire().JID)
	_, err := phone.Roster(t.Context()) // the server has asked what the phone wants to know, and has the answer
	phone.must(err)
	want := map[string]bool{}
	for i, p := range s.People[:3] { // more than one item
		mark := xmpp.UnreadMark{Conversation: jid.MustParse(p.JID), Unread: true}
		desk.must(desk.SetUnreadMark(t.Context(), mark))
		if mark.Unread = i == 0; !mark.Unread {
			desk.must(desk.SetUnreadMark(t.Context(), mark))
		}
		want[p.JID] = mark.Unread
		await(phone, func(e xmpp.UnreadMarksChanged) bool { return has(e.Marks, mark) })
	}
	status := xmpp.OwnStatus{Show: "dnd", Text: "En visite jusqu'à 15 h", Until: time.Now().Add(time.Hour).UTC().Round(time.Microsecond)}
	desk.must(desk.SetOwnStatus(t.Context(), xmpp.OwnStatus{Show: "away"}))
	desk.must(desk.SetOwnStatus(t.Context(), status))
	await(phone, func(e xmpp.OwnStatusChanged) bool { return e.Status != nil && cmp.Equal(*e.Status, status) })

	later := connect(t, s, s.Claire().JID)
	marks, err := later.UnreadMarks(t.Context())
	later.must(err)
	got := map[string]bool{}
	for _, m := range marks {
		got[m.Conversation.String()] = m.Unread
	}
	now, err := later.OwnStatus(t.Context())
	later.must(err)
	if !cmp.Equal(got, want) || now == nil || !cmp.Equal(*now, status) {
		t.Errorf("the device that connects later knows %v, %+v", got, now)
	}
	paul := connect(t, s, s.Paul().JID)
	marks, err = paul.UnreadMarks(t.Context())
	paul.must(err)
	if now, err := paul.OwnStatus(t.Context()); err != nil || now != nil || len(marks) > 0 {
		t.Errorf("another account reads %v, %v, %v", marks, now, err)
	}
}

func readMarksReachTheOtherDevices(t *testing.T, s *sandboxtest.Sandbox) {
	desk, phone := connect(t, s, s.Claire().JID), connect(t, s, s.Claire().JID)
	_, err := phone.Roster(t.Context()) // the server has asked what the phone wants to know, and has the answer
	phone.must(err)
	var want []xmpp.ReadMark
	for _, p := range s.People { // more than one item
		want = append(want, xmpp.ReadMark{Conversation: jid.MustParse(p.JID), StanzaID: "of " + p.Name})
	}
	want = append(want, xmpp.ReadMark{Conversation: jid.MustParse(s.Groups[0].JID), StanzaID: "17", Room: true})
	for i := range want {
		earlier := want[i]
		earlier.StanzaID = "earlier"
		desk.must(desk.SetReadMark(t.Context(), earlier))
		desk.must(desk.SetReadMark(t.Context(), want[i]))
		await(phone, func(e xmpp.ReadMarksChanged) bool { return has(e.Marks, want[i]) })
	}
	later := connect(t, s, s.Claire().JID)
	got, err := later.ReadMarks(t.Context())
	later.must(err)
	for _, m := range want {
		if !has(got, m) {
			t.Errorf("the device that connects later does not know %+v", m)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d marks, want %d", len(got), len(want))
	}
	paul := connect(t, s, s.Paul().JID)
	if marks, err := paul.ReadMarks(t.Context()); err != nil || len(marks) != 0 {
		t.Errorf("another account reads %v, %v", marks, err)
	}
}

// XEP-0352: while nobody looks, the server keeps back what does not matter. What notifies comes at once, and so does what was kept back when
// somebody looks again.
func TestWhileNobodyLooksWhatNotifiesComesAtOnce(t *testing.T) {
	sandboxtest.Each(t, whileNobodyLooksWhatNotifiesComesAtOnce)
}

func whileNobodyLooksWhatNotifiesComesAtOnce(t *testing.T, s *sandboxtest.Sandbox) {
	claire, phone, paul := begin(t, config(t, s, s.Claire().JID), nil), connect(t, s, s.Claire().JID), connect(t, s, s.Paul().JID)
	if e := await(claire, func(xmpp.Connected) bool { return true }); !e.Features.ClientState {
		t.Fatal("the server does not offer client states")
	}
	claire.must(claire.SendPresence(xmpp.Presence{}))
	room := groupOf(t, s)
	claire.must(claire.Join(t.Context(), room, "Claire au repos"))
	paul.must(paul.Join(t.Context(), room, "Paul au repos"))
	claire.SetActive(false)
	_, err := claire.Roster(t.Context()) // the server has it
	claire.must(err)

	write := func(from *person, m xmpp.Message) {
		m.To = claire.jid.Bare()
		if m.Type == "groupchat" {
			m.To = room
		}
		from.must(from.Send(m))
	}
	write(paul, xmpp.Message{ID: "c1", Type: "chat", ChatState: "composing"})
	write(paul, xmpp.Message{ID: "m1", OriginID: "m1", Type: "chat", Body: "au repos", HasBody: true, RequestReceipt: true})
	claire.message(withBody("au repos"))
	write(paul, xmpp.Message{ID: "g1", OriginID: "g1", Type: "groupchat", Body: "au repos, dans le groupe", HasBody: true})
	claire.message(withBody("au repos, dans le groupe"))
	write(paul, xmpp.Message{ID: "r1", Type: "chat", Received: "x"})
	claire.message(func(m xmpp.Message) bool { return m.ID == "r1" })
	// The other device answers, and reads: the notification here is withdrawn.
	phone.must(phone.Send(xmpp.Message{ID: "p1", OriginID: "p1", To: paul.jid.Bare(), Type: "chat", Body: "du téléphone", HasBody: true}))
	claire.message(withBody("du téléphone"))
	phone.must(phone.Send(xmpp.Message{ID: "p2", To: paul.jid.Bare(), Type: "chat", Displayed: "m1"}))
	claire.message(func(m xmpp.Message) bool { return m.Displayed == "m1" })

	mark := xmpp.ReadMark{Conversation: paul.jid.Bare(), StanzaID: "5"}
	phone.must(phone.SetReadMark(t.Context(), mark))
	claire.SetActive(true)
	await(claire, func(e xmpp.ReadMarksChanged) bool { return has(e.Marks, mark) })
}

// groupOf is a group that has both Claire and Paul.
func groupOf(t *testing.T, s *sandboxtest.Sandbox) jid.JID {
	t.Helper()
	i := slices.IndexFunc(s.Groups, func(g sandboxtest.Group) bool {
		return slices.Contains(g.Members, s.Claire().JID) && slices.Contains(g.Members, s.Paul().JID)
	})
	if i < 0 {
		t.Fatal("no group has both")
	}
	return jid.MustParse(s.Groups[i].JID)
}

func has[Mark any](marks []Mark, m Mark) bool {
	return slices.ContainsFunc(marks, func(other Mark) bool { return cmp.Equal(m, other) })
}
