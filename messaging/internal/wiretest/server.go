// Package wiretest has a scripted server in place of an [xmpp.Client] and the server behind it, and the contract that both keep: see [Test].
package wiretest

import (
	"context"
	"fmt"
	"maps"
	"slices"
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

	Contacts  []xmpp.RosterItem
	Groups    []xmpp.Bookmark
	Cards     map[string]xmpp.VCard // by bare JID
	CardErrs  map[string]error      // by bare JID, instead of a card
	Directory []xmpp.DirectoryEntry // nil: there is none
	Blocked   []jid.JID             // who is blocked
	NoBlocks  bool                  // the server does not know blocking
	Given     int                   // how many cards were given

	Prefs *xmpp.ArchivePrefs // what the account's archive says that it keeps; nil: it does not say

	Refusals map[xmpp.Rule]int // stanzas that were refused, by rule

	NoAck     bool // nothing is acknowledged
	NoAcks    bool // sessions begin without acknowledgements, as the server has refused them
	NoArchive bool // nothing is archived
	NoMAM     bool // no archive can be asked
	// NoReflection: a room sends nobody's messages back.
	NoReflection bool

	// NoPing is what a self-ping gives, nil for an answer.
	NoPing error

	// Refuse says whether a room lets somebody in under a nickname; nil: all do.
	Refuse func(room jid.JID, nick string) error
	// ThrowsOut is what a room says to somebody whom it throws out as soon as they are in; nil: it does not.
	ThrowsOut *xmpp.RoomLeft
	Late      map[string]bool // ids of messages that the archive gives their place, and does not show yet
	AnyID     bool            // an archive passes over an id that it does not know, as ejabberd 23.01 does, and does not refuse it

	Sent      []xmpp.Message      // what reached the server, in order
	Presences []xmpp.Presence     // what was sent
	Queries   []xmpp.ArchiveQuery // what the archives were asked
	Asked     func(n int)         // called before the n-th of Queries is answered, without the lock; may be nil
	Stanzas   int                 // how many messages others have made
	Left      []string            // rooms that were left
	Pings     []string            // rooms that were asked by a self-ping

	Members      map[string][]xmpp.Affiliate // of rooms, by JID
	Listed       func()                      // called when a list of members is on its way, without the lock; may be nil
	Withholds    bool                        // rooms do not tell all of their members
	RoomNames    map[string]string           // by JID
	NoModeration bool                        // rooms let their moderators withdraw nothing
	Registers    bool                        // members of rooms may give up their place
	Forbid       error                       // what rooms answer to those who want to change them; nil: they let them

	NoPictures    bool              // rooms keep no pictures
	Pictures      map[string][]byte // of rooms, by JID
	Tells         PictureTelling
	PicturesAsked int    // how often a room's picture was asked for
	PictureAsked  func() // called before the answer is given, without the lock; may be nil

	Hides       bool              // rooms hide addresses
	OccupantIDs map[string]string // by nickname (XEP-0421); nil: rooms give none

	Web *Web // nil: there is no upload service

	up       bool
	archives map[string][]xmpp.Message // by JID; "" is the account's
	last     int                       // number of the newest archive id
	owed     []func()                  // acknowledgements and reflections, played by Flow
	unacked  []string
	acks     bool            // of this session
	flow     sync.Mutex      // held by Flow, taken before the server's own lock
	joined   []string        // rooms with nicknames
	in       map[string]bool // rooms that Claire is in

	// Telling comes before the bookmarks are told; nil: they are told at once.
	Telling       func() error
	bookmarksRead int

	NoMarks bool                     // the server keeps nothing for the devices of the account
	Marks   map[string]xmpp.ReadMark // by conversation
	Told    []xmpp.ReadMark          // marks that the wire was told, in order
	Private Private                  // what else the devices of the account share
	Active  []bool                   // the client states that were sent (XEP-0352)
}

// Change changes fields while a client uses the server.
func (w *Server) Change(f func()) {
	w.Lock()
	defer w.Unlock()
	f()
}

// New returns a server without a session.
func New() *Server {
	return &Server{Members: map[string][]xmpp.Affiliate{}, RoomNames: map[string]string{}, Pictures: map[string][]byte{}, archives: map[string][]xmpp.Message{}, Cards: map[string]xmpp.VCard{}, in: map[string]bool{}, Handle: func(xmpp.Event) {}}
}

// The wire:

// Run does nothing until ctx ends: sessions begin with [Server.Connect].
func (w *Server) Run(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// Retry does nothing.
func (w *Server) Retry() {}

// Handled does nothing: Handle is called at once.
func (w *Server) Handled(context.Context) error { return nil }

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
	if !w.NoAck && w.acks {
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

// Roster gives Contacts.
func (w *Server) Roster(context.Context) ([]xmpp.RosterItem, error) {
	w.Lock()
	defer w.Unlock()
	return w.Contacts, w.connected()
}

// Bookmarks gives Groups.
func (w *Server) Bookmarks(context.Context) ([]xmpp.Bookmark, error) {
	if w.Telling != nil {
		if err := w.Telling(); err != nil {
			return nil, err
		}
	}
	w.Lock()
	defer w.Unlock()
	w.bookmarksRead++
	return w.Groups, w.connected()
}

// SetActive implements the method of [xmpp.Client].
func (w *Server) SetActive(active bool) {
	w.Lock()
	defer w.Unlock()
	if n := len(w.Active); n == 0 || w.Active[n-1] != active {
		w.Active = append(w.Active, active)
	}
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
	e := xmpp.Connected{Resumed: resumed, JID: full(Claire, "desk"), Features: xmpp.Features{Acks: !w.NoAcks}}
	if !resumed {
		if w.acks {
			e.Unacked = w.unacked
		}
		w.unacked, w.acks = nil, e.Features.Acks
		clear(w.in)
	}
	w.Unlock()
	w.Handle(e)
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

// Confirms archives a receipt.
func (w *Server) Confirms(from jid.JID, id string) {
	w.Lock()
	defer w.Unlock()
	w.keep(Claire, &xmpp.Message{From: full(from, "phone"), To: Claire, Type: "chat", Received: id})
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

// Live delivers a message.
func (w *Server) Live(m xmpp.Message) { w.Handle(xmpp.MessageReceived{Message: m}) }

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

func full(bare jid.JID, resource string) jid.JID {
	j, err := bare.WithResource(resource)
	if err != nil {
		panic(err)
	}
	return j
}
