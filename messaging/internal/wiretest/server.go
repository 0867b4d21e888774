// Package wiretest has a scripted server in place of an [xmpp.Client] and the server behind it, and the contract that both keep: see [Test].
package wiretest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// The people and the room of a [Server]. The account is Claire's.
var (
	Claire = jid.MustParse("claire@example.org")
	Sophie = jid.MustParse("sophie@example.org")
	Julien = jid.MustParse("julien@example.org")
	Garde  = jid.MustParse("garde@rooms.example.org")
)

// Start is when the archives begin, before the clock of synctest.
var Start = time.Date(1999, 12, 1, 8, 0, 0, 0, time.UTC)

// Server is a server and Claire's wire to it. It keeps archives, and does to each message what a test says. Make one with [New]; its lock is
// to be held where fields change while the wire is in use.
type Server struct {
	sync.Mutex

	// Handle receives the wire's events, on the goroutine of what caused them.
	Handle func(xmpp.Event)

	Contacts []xmpp.RosterItem
	Groups   []xmpp.Bookmark
	Cards    map[string]xmpp.VCard // by bare JID
	CardErrs map[string]error      // by bare JID, instead of a card
	Given    int                   // how many cards were given

	Refusals map[xmpp.Rule]int // stanzas that were refused, by rule

	NoAck     bool // nothing is acknowledged
	NoArchive bool // nothing is archived
	NoMAM     bool // no archive can be asked
	// NoReflection: a room sends nobody's messages back.
	NoReflection bool

	// NoPing is what a self-ping gives, nil for an answer.
	NoPing error

	// Refuse says whether a room lets somebody in under a nickname; nil: all do.
	Refuse func(room jid.JID, nick string) error
	AnyID  bool // an archive passes over an id that it does not know, as ejabberd 23.01 does, and does not refuse it

	Sent      []xmpp.Message      // what reached the server, in order
	Presences []xmpp.Presence     // what was sent
	Queries   []xmpp.ArchiveQuery // what the archives were asked
	Asked     func(n int)         // called before the n-th of Queries is answered, without the lock; may be nil
	Stanzas   int                 // how many messages others have made
	Left      []string            // rooms that were left
	Pings     []string            // rooms that were asked by a self-ping

	Hides       bool              // rooms hide addresses
	OccupantIDs map[string]string // by nickname (XEP-0421); nil: rooms give none

	up       bool
	archives map[string][]xmpp.Message // by JID; "" is the account's
	last     int                       // number of the newest archive id
	owed     []func()                  // acknowledgements and reflections, played by Flow
	unacked  []string
	flow     sync.Mutex      // held by Flow, taken before the server's own lock
	joined   []string        // rooms with nicknames
	in       map[string]bool // rooms that Claire is in

	bookmarksRead int

	NoMarks bool                     // the server keeps no read marks
	Marks   map[string]xmpp.ReadMark // by conversation
	Told    []xmpp.ReadMark          // marks that the wire was told, in order
	Active  []bool                   // what was said of the user's looking
}

// New returns a server without a session.
func New() *Server {
	return &Server{archives: map[string][]xmpp.Message{}, Cards: map[string]xmpp.VCard{}, in: map[string]bool{}, Handle: func(xmpp.Event) {}}
}

// The wire:

// Run does nothing until ctx ends: sessions begin with [Server.Connect].
func (w *Server) Run(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// Retry does nothing.
func (w *Server) Retry() {}

// Send implements the method of [xmpp.Client]. What the server owes for it comes with [Server.Flow].
func (w *Server) Send(m xmpp.Message) error {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	w.Sent = append(w.Sent, m)
	w.unacked = append(w.unacked, m.ID)
	if m.Type == "groupchat" && !w.in[m.To.String()] {
		w.owed = append(w.owed, func() {
			w.Handle(xmpp.Bounced{Message: xmpp.Message{ID: m.ID, From: m.To, Type: "error", Error: &xmpp.StanzaError{Type: "modify", Condition: "not-acceptable"}}})
		})
	} else if m.Type == "groupchat" {
		m.From, m.Occupant = full(m.To, "Claire"), w.OccupantIDs["Claire"]
		w.keep(m.To, &m)
		w.owed = append(w.owed, func() {
			if !w.NoReflection {
				w.Live(m)
			}
		})
	} else {
		m.From = full(Claire, "desk")
		w.keep(Claire, &m)
	}
	if !w.NoAck {
		w.owed = append(w.owed, func() {
			w.Lock()
			w.unacked = slices.DeleteFunc(w.unacked, func(id string) bool { return id == m.ID })
			w.Unlock()
			w.Handle(xmpp.Acked{IDs: []string{m.ID}})
		})
	}
	return nil
}

// SendPresence implements the method of [xmpp.Client].
func (w *Server) SendPresence(p xmpp.Presence) error {
	w.Lock()
	defer w.Unlock()
	if !w.up {
		return xmpp.ErrNotConnected
	}
	w.Presences = append(w.Presences, p)
	return nil
}

// Archive implements the method of [xmpp.Client].
func (w *Server) Archive(_ context.Context, q xmpp.ArchiveQuery) (page xmpp.ArchivePage, err error) {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return page, err
	}
	if w.NoMAM {
		return page, &xmpp.StanzaError{Type: "cancel", Condition: "service-unavailable"}
	}
	w.Queries = append(w.Queries, q)
	if asked, n := w.Asked, len(w.Queries); asked != nil {
		w.Unlock()
		asked(n)
		w.Lock()
		if err := w.connected(); err != nil {
			return page, err
		}
	}
	archive := w.archives[archiveName(q.Archive)]
	list := archive
	for _, id := range []*string{&q.After, &q.Before} {
		at, known := slices.BinarySearchFunc(list, *id, func(m xmpp.Message, id string) int { return strings.Compare(m.ArchiveID, id) })
		switch {
		case *id == "" || !known && w.AnyID:
		case !known:
			return page, &xmpp.StanzaError{Type: "cancel", Condition: "item-not-found"}
		case id == &q.After:
			list = list[at+1:]
		default:
			list = list[:at]
		}
	}
	if !q.With.Equal(jid.JID{}) {
		list = slices.DeleteFunc(slices.Clone(list), func(m xmpp.Message) bool {
			return !m.From.Bare().Equal(q.With) && (!m.From.Bare().Equal(Claire) || !m.To.Bare().Equal(q.With))
		})
	}
	page.Complete = len(list) <= q.Max
	if !page.Complete && (q.UseBefore || q.Before != "") {
		list = list[len(list)-q.Max:]
	} else if !page.Complete {
		list = list[:q.Max]
	}
	page.Messages = slices.Clone(list)
	if len(list) > 0 {
		page.First, page.Last = list[0].ArchiveID, list[len(list)-1].ArchiveID
	}
	return page, nil
}

// Roster gives Contacts.
func (w *Server) Roster(context.Context) ([]xmpp.RosterItem, error) {
	w.Lock()
	defer w.Unlock()
	return w.Contacts, w.connected()
}

// Bookmarks gives Groups.
func (w *Server) Bookmarks(context.Context) ([]xmpp.Bookmark, error) {
	w.Lock()
	defer w.Unlock()
	w.bookmarksRead++
	return w.Groups, w.connected()
}

// ReadMarks implements the method of [xmpp.Client].
func (w *Server) ReadMarks(context.Context) (marks []xmpp.ReadMark, err error) {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return nil, err
	}
	if w.NoMarks {
		return nil, xmpp.ErrNotOffered
	}
	for _, name := range slices.Sorted(maps.Keys(w.Marks)) {
		marks = append(marks, w.Marks[name])
	}
	return marks, nil
}

// SetReadMark implements the method of [xmpp.Client]. The server tells this device too.
func (w *Server) SetReadMark(_ context.Context, m xmpp.ReadMark) error {
	w.Lock()
	if err := w.connected(); err != nil {
		w.Unlock()
		return err
	}
	w.Told = append(w.Told, m)
	w.setMark(m)
	w.Unlock()
	w.Handle(xmpp.ReadMarksChanged{Marks: []xmpp.ReadMark{m}})
	return nil
}

// ReadElsewhere is another device of the account that has seen a conversation; live: this one is connected.
func (w *Server) ReadElsewhere(m xmpp.ReadMark, live bool) {
	w.Lock()
	w.setMark(m)
	w.Unlock()
	if live {
		w.Handle(xmpp.ReadMarksChanged{Marks: []xmpp.ReadMark{m}})
	}
}

func (w *Server) setMark(m xmpp.ReadMark) {
	if w.Marks == nil {
		w.Marks = map[string]xmpp.ReadMark{}
	}
	w.Marks[m.Conversation.String()] = m
}

// SetActive implements the method of [xmpp.Client].
func (w *Server) SetActive(active bool) {
	w.Lock()
	defer w.Unlock()
	if n := len(w.Active); n == 0 || w.Active[n-1] != active {
		w.Active = append(w.Active, active)
	}
}

// Join enters a room, unless Refuse says no.
func (w *Server) Join(_ context.Context, room jid.JID, nick string) error {
	w.flow.Lock()
	defer w.flow.Unlock()
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	if w.Refuse != nil {
		if err := w.Refuse(room, nick); err != nil {
			return err
		}
	}
	w.in[room.String()] = true
	w.joined = append(w.joined, full(room, nick).String())
	handle, present := w.Handle, w.present(room, nick)
	w.Unlock()
	for _, p := range present { // a room tells who is there before it confirms
		handle(xmpp.PresenceReceived{Presence: p})
	}
	w.Lock()
	return nil
}

// present are the presences of a room that somebody enters.
func (w *Server) present(room jid.JID, nick string) []xmpp.Presence {
	self := xmpp.Occupant{JID: Claire, Self: true, ID: w.OccupantIDs[nick], Codes: []int{100, 110}}
	other := xmpp.Occupant{JID: Sophie, ID: w.OccupantIDs["Sophie"]}
	if w.Hides {
		self.JID, self.Codes, other.JID = jid.JID{}, []int{110}, jid.JID{}
	}
	return []xmpp.Presence{
		{From: full(room, "Sophie"), To: Claire, Occupant: &other}, {From: full(room, nick), To: Claire, Occupant: &self},
	}
}

// behind is whose a nickname is that [Server.present] tells.
func (w *Server) behind(nick string) jid.JID {
	switch {
	case w.Hides:
		return jid.JID{}
	case nick == "Sophie":
		return Sophie
	case nick == "Claire" || slices.ContainsFunc(w.joined, func(as string) bool { return strings.HasSuffix(as, "/"+nick) }):
		return Claire
	}
	return jid.JID{}
}

// SelfPing implements the method of [xmpp.Client].
func (w *Server) SelfPing(_ context.Context, room jid.JID) (bool, error) {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return false, err
	}
	w.Pings = append(w.Pings, room.String())
	return w.NoPing == nil && w.in[room.String()], w.NoPing
}

// Leave leaves any room.
func (w *Server) Leave(room jid.JID) error {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	delete(w.in, room.String())
	w.Left = append(w.Left, room.String())
	return nil
}

// Moderate has a room withdraw a message.
func (w *Server) Moderate(_ context.Context, room jid.JID, id string) error {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	w.Stanzas++
	m := xmpp.Message{ID: fmt.Sprint("moderated", w.Stanzas), From: room, To: Claire, Type: "groupchat", Store: true,
		Retraction: &xmpp.Retraction{ID: id, Moderated: true, By: full(room, "Claire")}}
	w.keep(room, &m)
	w.owed = append(w.owed, func() { w.Live(m) })
	return nil
}

// Affiliations gives Claire and Sophie for any room.
func (w *Server) Affiliations(context.Context, jid.JID) ([]xmpp.Affiliate, error) {
	w.Lock()
	defer w.Unlock()
	return []xmpp.Affiliate{{JID: Claire, Nick: "Claire"}, {JID: Sophie, Nick: "Sophie"}}, w.connected()
}

// Refused gives the counts of Refusals.
func (w *Server) Refused() map[xmpp.Rule]int {
	w.Lock()
	defer w.Unlock()
	return maps.Clone(w.Refusals)
}

// VCard gives one of Cards.
func (w *Server) VCard(_ context.Context, who jid.JID) (xmpp.VCard, error) {
	w.Lock()
	defer w.Unlock()
	if err := w.CardErrs[who.String()]; err != nil {
		return xmpp.VCard{}, err
	}
	w.Given++
	return w.Cards[who.String()], w.connected()
}

// What happens at the server:

// Connect begins a session.
func (w *Server) Connect(resumed bool) {
	w.Lock()
	w.up = true
	e := xmpp.Connected{Resumed: resumed, JID: full(Claire, "desk"), Features: xmpp.Features{Acks: true}}
	if !resumed {
		e.Unacked, w.unacked = w.unacked, nil
		clear(w.in)
	}
	w.Unlock()
	w.Handle(e)
}

// Restart has a room begin anew: nobody is in it, and nobody is told.
func (w *Server) Restart(room jid.JID) {
	w.Lock()
	defer w.Unlock()
	delete(w.in, room.String())
}

// Cut loses the connection; what the server owed is lost with it.
func (w *Server) Cut() {
	w.Lock()
	w.up, w.owed = false, nil
	w.Unlock()
	w.Handle(xmpp.Disconnected{Err: xmpp.ErrUnreachable})
}

// SetUp changes the connection without telling the client, as the wire does for the moment until its event is handled.
func (w *Server) SetUp(up bool) {
	w.Lock()
	defer w.Unlock()
	w.up = up
}

// Flow plays what the server owes. Nobody enters a room meanwhile: a server answers in order.
func (w *Server) Flow() {
	w.flow.Lock()
	defer w.flow.Unlock()
	for {
		w.Lock()
		owed := w.owed
		w.owed = nil
		w.Unlock()
		if len(owed) == 0 {
			return
		}
		for _, f := range owed {
			f()
		}
	}
}

// Says makes a message of another person, and archives it. [Server.Live] delivers it.
func (w *Server) Says(from jid.JID, body string) xmpp.Message {
	w.Lock()
	defer w.Unlock()
	w.Stanzas++
	id := fmt.Sprint("m", w.Stanzas)
	m := xmpp.Message{
		ID: id, OriginID: id, From: full(from, "phone"), To: Claire, Type: "chat", Body: body, HasBody: true, Markable: true, RequestReceipt: true,
	}
	w.keep(Claire, &m)
	return m
}

// SaysElsewhere makes the copy of a message that Claire wrote on another device, and archives it.
func (w *Server) SaysElsewhere(to jid.JID, body string) xmpp.Message {
	w.Lock()
	defer w.Unlock()
	w.Stanzas++
	id := fmt.Sprint("c", w.Stanzas)
	m := xmpp.Message{
		ID: id, OriginID: id, From: full(Claire, "phone"), To: to, Type: "chat", Body: body, HasBody: true, Markable: true, RequestReceipt: true,
		Carbon: xmpp.CarbonSent,
	}
	w.keep(Claire, &m)
	return m
}

// SaysIn makes a message of an occupant of Garde, and archives it there.
func (w *Server) SaysIn(nick, body string) xmpp.Message {
	w.Lock()
	defer w.Unlock()
	w.Stanzas++
	m := xmpp.Message{
		ID: fmt.Sprint("g", w.Stanzas), From: full(Garde, nick), To: Claire, Type: "groupchat", Body: body, HasBody: true, Markable: true,
		Occupant: w.OccupantIDs[nick],
	}
	w.keep(Garde, &m)
	return m
}

// Live delivers a message.
func (w *Server) Live(m xmpp.Message) { w.Handle(xmpp.MessageReceived{Message: m}) }

// Forget removes a message from the account's archive.
func (w *Server) Forget(id string) {
	w.Lock()
	defer w.Unlock()
	w.archives[""] = slices.DeleteFunc(w.archives[""], func(m xmpp.Message) bool { return m.ArchiveID == id })
}

// Bodies are the texts that reached the server.
func (w *Server) Bodies() (list []string) {
	w.Lock()
	defer w.Unlock()
	for _, m := range w.Sent {
		if m.Body != "" {
			list = append(list, m.Body)
		}
	}
	return list
}

// Count is the number of messages that reached the server and are wanted.
func (w *Server) Count(wanted func(m xmpp.Message) bool) (n int) {
	w.Lock()
	defer w.Unlock()
	for _, m := range w.Sent {
		if wanted(m) {
			n++
		}
	}
	return n
}

// Joined are the rooms that were entered, each with the nickname, in order.
func (w *Server) Joined() []string {
	w.Lock()
	defer w.Unlock()
	return slices.Clone(w.joined)
}

// BookmarksRead is how often the bookmarks were asked for.
func (w *Server) BookmarksRead() int {
	w.Lock()
	defer w.Unlock()
	return w.bookmarksRead
}

func (w *Server) connected() error {
	if !w.up {
		return fmt.Errorf("wiretest: %w", xmpp.ErrNotConnected)
	}
	return nil
}

// keep puts a message at the end of an archive where it is to be kept, and gives it the archive's id.
func (w *Server) keep(archive jid.JID, m *xmpp.Message) {
	if w.NoArchive || m.NoStore || m.Body == "" && !m.Store {
		return
	}
	w.last++
	kept := *m
	kept.Carbon = xmpp.Direct
	if m.Type == "groupchat" {
		kept.RealJID = w.behind(m.From.Resourcepart())
	}
	kept.ArchiveID, kept.Delay = fmt.Sprintf("a%06d", w.last), Start.Add(time.Duration(w.last)*time.Minute)
	name := archiveName(archive)
	w.archives[name] = append(w.archives[name], kept)
	m.StanzaIDs = []xmpp.StanzaID{{By: archive, ID: kept.ArchiveID}}
}

// archiveName is the key of an archive.
func archiveName(archive jid.JID) string {
	if archive.Equal(Claire) {
		return ""
	}
	return archive.String()
}

func full(bare jid.JID, resource string) jid.JID {
	j, err := bare.WithResource(resource)
	if err != nil {
		panic(err)
	}
	return j
}
