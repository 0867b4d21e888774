package wiretest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// Wire is the part of [xmpp.Client] that the contract is about.
type Wire interface {
	Send(xmpp.Message) error
	Archive(context.Context, xmpp.ArchiveQuery) (xmpp.ArchivePage, error)
	Join(ctx context.Context, room jid.JID, nick string) error
	InRoom(room jid.JID) bool
	SelfPing(ctx context.Context, room jid.JID) (in bool, err error)
	Leave(room jid.JID) error
	RoomInfo(ctx context.Context, room jid.JID) (xmpp.RoomInfo, error)
	RoomPicture(ctx context.Context, room jid.JID) ([]byte, error)
	SetRoomPicture(ctx context.Context, room jid.JID, png []byte) error
}

var (
	_ Wire = (*xmpp.Client)(nil)
	_ Wire = (*Server)(nil)
)

// World is a wire under test, with a session, and those around it.
type World struct {
	Wire
	Idle             Wire // one that never had a session
	Events           <-chan xmpp.Event
	Own, Other, Room jid.JID // bare; Own and Other are in the room, which is Own's

	Flow       func()             // makes the server send what is pending
	Says       func(body string)  // Other writes to the account
	SaysIn     func(body string)  // Other writes into the room, once the account has joined it
	OtherSends func(body string)  // another client of the account writes to Other
	Lose       func(xmpp.Message) // sends a message that the server never gets, loses the session and begins a new one

	seen []xmpp.Event // since the test began
}

// patience is how long an event may take.
const patience = 30 * time.Second

// Test holds a wire, with the server behind it, to what package messaging relies on. The tests share the world, one after another.
func Test(t *testing.T, w *World) {
	for _, test := range []struct {
		name string
		f    func(*World, *testing.T)
	}{
		{"a message is acknowledged by its id", (*World).acknowledged},
		{"an own message is in the archive by its origin-id", (*World).archived},
		{"what asks not to be kept is not, and what asks for it is", (*World).hints},
		{"a message of another person has its place in the archive", (*World).incoming},
		{"what another client sends comes as its copy", (*World).carbons},
		{"an archive is paged in both directions", (*World).pages},
		{"an id that an archive does not know is refused, or passed over", (*World).unknownID},
		{"a room sends an own message back with its id", (*World).reflection},
		{"a room knows who is in it", (*World).inRoom},
		{"a room keeps a picture, or says that it does not", (*World).picture},
		{"a wire without a session takes nothing", (*World).idle},
		{"what a lost session did not acknowledge is told", (*World).lost},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.seen = nil
			test.f(w, t)
		})
	}
}

func (w *World) acknowledged(t *testing.T) {
	var ids []string
	for i := range 3 {
		m := w.chat(t, fmt.Sprint("accusé ", i))
		ids = append(ids, m.ID)
		w.send(t, m)
	}
	var acked []string
	await(t, w, func(e xmpp.Acked) bool {
		acked = append(acked, e.IDs...)
		return len(acked) >= len(ids)
	})
	same(t, "acknowledged", acked, ids)
}

func (w *World) archived(t *testing.T) {
	before := w.newest(t)
	first, second := w.chat(t, "un"), w.chat(t, "deux")
	w.sendAndWait(t, first, second)
	page := w.page(t, xmpp.ArchiveQuery{After: before, Max: 10})
	if len(page.Messages) != 2 {
		t.Fatalf("the archive has %+v", page.Messages)
	}
	for i, want := range []xmpp.Message{first, second} {
		got := page.Messages[i]
		same(t, "text", got.Body, want.Body)
		same(t, "id", got.ID, want.ID)
		same(t, "origin-id", got.OriginID, want.OriginID)
		same(t, "from", got.From.Bare().String(), w.Own.String())
		same(t, "to", got.To.Bare().String(), w.Other.String())
		if got.ArchiveID == "" || got.Delay.IsZero() {
			t.Errorf("without a place in the archive: %+v", got)
		}
	}
}

func (w *World) hints(t *testing.T) {
	before := w.newest(t)
	notice := xmpp.Message{ID: id(t, "notice"), To: w.Other, Type: "chat", ChatState: "composing", NoStore: true}
	receipt := xmpp.Message{ID: id(t, "receipt"), To: w.Other, Type: "chat", Received: "x", Store: true}
	plain := xmpp.Message{ID: id(t, "plain"), To: w.Other, Type: "chat", ChatState: "paused"}
	w.sendAndWait(t, notice, receipt, plain)
	var ids []string
	for _, m := range w.page(t, xmpp.ArchiveQuery{After: before, Max: 10}).Messages {
		ids = append(ids, m.ID)
	}
	same(t, "kept", ids, []string{receipt.ID})
}

func (w *World) incoming(t *testing.T) {
	w.Says("bonjour")
	m := w.message(t, "bonjour")
	same(t, "from", m.From.Bare().String(), w.Other.String())
	same(t, "from a client", m.From.Resourcepart() != "", true)
	same(t, "direction", m.Carbon, xmpp.Direct)
	same(t, "type", m.Type, "chat")
	same(t, "has a body", m.HasBody, true)
	same(t, "delay", m.Delay, time.Time{})
	if len(m.StanzaIDs) != 1 || !m.StanzaIDs[0].By.Equal(w.Own) {
		t.Fatalf("stanza-ids: %+v", m.StanzaIDs)
	}
	w.awaitNewest(t, m.StanzaIDs[0].ID)
}

// awaitNewest waits until the newest message of the own archive has that id: a server may deliver a message before its archive has it.
func (w *World) awaitNewest(t *testing.T, id string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if w.newest(t) == id {
			return
		}
	}
	t.Errorf("the archive does not end with %s", id)
}

func (w *World) carbons(t *testing.T) {
	w.OtherSends("du téléphone")
	m := w.message(t, "du téléphone")
	same(t, "direction", m.Carbon, xmpp.CarbonSent)
	same(t, "from", m.From.Bare().String(), w.Own.String())
	same(t, "to", m.To.Bare().String(), w.Other.String())
	same(t, "has an origin-id", m.OriginID != "", true)
}

func (w *World) pages(t *testing.T) {
	const n = 7
	before := w.newest(t)
	var sent []xmpp.Message
	var want []string
	for i := range n {
		sent = append(sent, w.chat(t, fmt.Sprint("page ", i)))
		want = append(want, sent[i].ID)
	}
	w.sendAndWait(t, sent...)

	var forth, back []string
	for q := (xmpp.ArchiveQuery{After: before, Max: 3}); ; {
		page := w.page(t, q)
		checkEnds(t, page)
		forth = append(forth, ids(page)...)
		same(t, "complete", page.Complete, len(forth) == n)
		if page.Complete || len(page.Messages) == 0 {
			break
		}
		q.After = page.Last
	}
	same(t, "forth", forth, want)
	for q := (xmpp.ArchiveQuery{UseBefore: true, Max: 3}); len(back) < 6; {
		page := w.page(t, q)
		checkEnds(t, page)
		same(t, "messages of a page back", len(page.Messages), 3)
		back = append(ids(page), back...)
		same(t, "complete on the way back", page.Complete, false)
		q.Before = page.First
	}
	same(t, "back", back, want[1:])

	end := w.page(t, xmpp.ArchiveQuery{After: w.newest(t), Max: 3})
	same(t, "after the end", end.Complete && len(end.Messages) == 0 && end.First == "" && end.Last == "", true)
	exact := w.page(t, xmpp.ArchiveQuery{After: before, Max: n})
	same(t, "exactly all", ids(exact), want)
	same(t, "exactly all is complete", exact.Complete, true)
	start := w.page(t, xmpp.ArchiveQuery{Max: 1})
	first := w.page(t, xmpp.ArchiveQuery{Before: start.First, UseBefore: true, Max: 3})
	same(t, "before the start", first.Complete && len(first.Messages) == 0, true)

	with := w.page(t, xmpp.ArchiveQuery{After: before, With: w.Other, Max: 10})
	same(t, "with the other", ids(with), want)
	nobody := w.page(t, xmpp.ArchiveQuery{After: before, With: jid.MustParse("personne@example.org"), Max: 10})
	same(t, "with nobody", len(nobody.Messages) == 0 && nobody.Complete, true)
}

// unknownID: XEP-0313 asks for item-not-found. ejabberd 23.01 answers as if no id were given: from the start, or up to the end.
func (w *World) unknownID(t *testing.T) {
	for _, c := range []struct {
		name          string
		asked, passed xmpp.ArchiveQuery
	}{
		{"after", xmpp.ArchiveQuery{After: "unknown", Max: 3}, xmpp.ArchiveQuery{Max: 3}},
		{"before", xmpp.ArchiveQuery{Before: "unknown", UseBefore: true, Max: 3}, xmpp.ArchiveQuery{UseBefore: true, Max: 3}},
	} {
		page, err := w.Archive(t.Context(), c.asked)
		if errors.Is(err, xmpp.ErrItemNotFound) {
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		same(t, c.name, ids(page), ids(w.page(t, c.passed)))
	}
}

func (w *World) reflection(t *testing.T) {
	if err := w.Join(t.Context(), w.Room, "Claire"); err != nil {
		t.Fatal(err)
	}
	own := w.newest(t)
	m := w.chat(t, "bonsoir à tous")
	m.To, m.Type = w.Room, "groupchat"
	w.sendAndWait(t, m)
	back := w.message(t, m.Body)
	same(t, "id", back.ID, m.ID)
	same(t, "origin-id", back.OriginID, m.OriginID)
	same(t, "type", back.Type, "groupchat")
	same(t, "from", back.From.String(), w.Room.String()+"/Claire")
	w.placed(t, back)

	w.SaysIn("bonsoir")
	other := w.message(t, "bonsoir")
	same(t, "of the other, from", other.From.Bare().String(), w.Room.String())
	same(t, "of the other, nickname", other.From.Resourcepart() != "Claire", true)
	w.placed(t, other)
	same(t, "the newest of the own archive", w.newest(t), own)
	w.leave(t)
}

func (w *World) inRoom(t *testing.T) {
	if err := w.Join(t.Context(), w.Room, "Claire"); err != nil {
		t.Fatal(err)
	}
	same(t, "entered", w.InRoom(w.Room), true)
	if in, err := w.SelfPing(t.Context(), w.Room); !in || err != nil {
		t.Errorf("in the room: %v, %v", in, err)
	}
	w.leave(t)
	if in, err := w.SelfPing(t.Context(), w.Room); in || err != nil {
		t.Errorf("not in the room: %v, %v", in, err)
	}
	same(t, "left", w.InRoom(w.Room), false)
}

// picture: a room that keeps one tells its hash by what it says of itself, by its presence, or by both.
func (w *World) picture(t *testing.T) {
	if err := w.Join(t.Context(), w.Room, "Claire"); err != nil {
		t.Fatal(err)
	}
	defer w.leave(t)
	info, err := w.RoomInfo(t.Context(), w.Room)
	if err != nil {
		t.Fatal(err)
	}
	var refused *xmpp.StanzaError
	if !info.Pictured {
		if err := w.SetRoomPicture(t.Context(), w.Room, []byte("png")); !errors.As(err, &refused) || refused.Condition != "service-unavailable" {
			t.Errorf("a room without pictures: %v", err)
		}
		return
	}
	const hash = "9040a7d6cdf7a0d6cab1823831c6ceb7d01af97f"
	for _, png := range [][]byte{[]byte("png"), nil} {
		if err := w.SetRoomPicture(t.Context(), w.Room, png); err != nil {
			t.Fatal(err)
		}
		await(t, w, func(e xmpp.MessageReceived) bool { return slices.Contains(e.Message.StatusCodes, 104) })
		data, err := w.RoomPicture(t.Context(), w.Room)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the picture", string(data), string(png))
		want := ""
		if png != nil {
			want = hash
		}
		info, err := w.RoomInfo(t.Context(), w.Room)
		if err != nil {
			t.Fatal(err)
		}
		if info.Picture != nil {
			same(t, "told of itself", *info.Picture, want)
		} else if png != nil {
			await(t, w, func(e xmpp.RoomPictureTold) bool { return e.Room.Equal(w.Room) && e.Hash == want })
		}
	}
}

// leave leaves the room, which then takes nothing any more.
func (w *World) leave(t *testing.T) {
	t.Helper()
	if err := w.Leave(w.Room); err != nil {
		t.Fatal(err)
	}
	m := w.chat(t, "dehors")
	m.To, m.Type = w.Room, "groupchat"
	w.send(t, m)
	back := await(t, w, func(e xmpp.Bounced) bool { return e.Message.ID == m.ID }).Message
	same(t, "refused", back.Error.Condition, "not-acceptable")
	same(t, "by the room itself", back.From.String(), w.Room.String())
}

// placed checks that the room gave a message the id that its archive has, as the newest.
func (w *World) placed(t *testing.T, m xmpp.Message) {
	t.Helper()
	if len(m.StanzaIDs) != 1 || !m.StanzaIDs[0].By.Equal(w.Room) {
		t.Fatalf("stanza-ids: %+v", m.StanzaIDs)
	}
	page := w.page(t, xmpp.ArchiveQuery{Archive: w.Room, UseBefore: true, Max: 1})
	same(t, "id in the room's archive", page.Last, m.StanzaIDs[0].ID)
	same(t, "text in the room's archive", page.Messages[0].Body, m.Body)
}

func (w *World) idle(t *testing.T) {
	if err := w.Idle.Send(w.chat(t, "non")); !errors.Is(err, xmpp.ErrNotConnected) {
		t.Errorf("Send: %v", err)
	}
	if _, err := w.Idle.Archive(t.Context(), xmpp.ArchiveQuery{Max: 1}); !errors.Is(err, xmpp.ErrNotConnected) {
		t.Errorf("Archive: %v", err)
	}
}

func (w *World) lost(t *testing.T) {
	kept, lost := w.chat(t, "reçu"), w.chat(t, "perdu")
	w.sendAndWait(t, kept)
	w.Lose(lost)
	again := await(t, w, func(xmpp.Connected) bool { return true })
	same(t, "resumed", again.Resumed, false)
	same(t, "not acknowledged", again.Unacked, []string{lost.ID})
	newest := w.page(t, xmpp.ArchiveQuery{UseBefore: true, Max: 1})
	same(t, "the newest in the archive", ids(newest), []string{kept.ID})
}

// The words of the contract:

// chat makes a message to Other as package messaging does.
func (w *World) chat(t *testing.T, body string) xmpp.Message {
	return xmpp.Message{ID: id(t, body), OriginID: id(t, body), To: w.Other, Type: "chat", Body: body, HasBody: true, Markable: true}
}

func id(t *testing.T, body string) string { return t.Name() + "/" + body }

func (w *World) send(t *testing.T, m xmpp.Message) {
	t.Helper()
	if err := w.Send(m); err != nil {
		t.Fatal(err)
	}
}

// sendAndWait sends messages and waits until the server has them.
func (w *World) sendAndWait(t *testing.T, list ...xmpp.Message) {
	t.Helper()
	for _, m := range list {
		w.send(t, m)
	}
	await(t, w, func(e xmpp.Acked) bool { return slices.Contains(e.IDs, list[len(list)-1].ID) })
}

func (w *World) page(t *testing.T, q xmpp.ArchiveQuery) xmpp.ArchivePage {
	t.Helper()
	page, err := w.Archive(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// newest is the id of the newest message of the own archive.
func (w *World) newest(t *testing.T) string {
	t.Helper()
	return w.page(t, xmpp.ArchiveQuery{UseBefore: true, Max: 1}).Last
}

func (w *World) message(t *testing.T, body string) xmpp.Message {
	t.Helper()
	return await(t, w, func(e xmpp.MessageReceived) bool { return e.Message.Body == body }).Message
}

// await gives the first wanted event of the test, which may have come already.
func await[E xmpp.Event](t *testing.T, w *World, wanted func(E) bool) E {
	t.Helper()
	for _, e := range w.seen {
		if e, ok := e.(E); ok && wanted(e) {
			return e
		}
	}
	w.Flow()
	limit := time.After(patience)
	for {
		select {
		case e := <-w.Events:
			w.seen = append(w.seen, e)
			if e, ok := e.(E); ok && wanted(e) {
				return e
			}
		case <-limit:
			var want E
			t.Fatalf("no %T came", want)
		}
	}
}

func checkEnds(t *testing.T, p xmpp.ArchivePage) {
	t.Helper()
	if n := len(p.Messages); n > 0 && (p.First != p.Messages[0].ArchiveID || p.Last != p.Messages[n-1].ArchiveID) {
		t.Errorf("a page from %s to %s says %s to %s", p.Messages[0].ArchiveID, p.Messages[n-1].ArchiveID, p.First, p.Last)
	}
}

func ids(p xmpp.ArchivePage) (list []string) {
	for _, m := range p.Messages {
		list = append(list, m.ID)
	}
	return list
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
