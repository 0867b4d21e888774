package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"
	"strconv"
	"time"

	"mellium.im/xmpp/jid"
)

// XEP-0313: Message Archive Management.

const nsArchive = "urn:xmpp:mam:2"

// ArchiveQuery asks for one page of an archive.
type ArchiveQuery struct {
	Archive jid.JID // the room's bare JID; zero: the own account's
	With    jid.JID // only messages to or from this JID; zero: all
	After   string  // only what comes after this archive id, oldest first
	Before  string  // only what comes before this archive id (implies UseBefore)
	// UseBefore pages backwards: the last page before Before, or the newest page when Before is empty.
	UseBefore bool
	Start     time.Time // nothing older; zero: no limit
	Max       int       // messages in the page; default 50, at most 250
}

// ArchivePage is a page of an archive, oldest message first whichever way it was asked.
type ArchivePage struct {
	Messages    []Message // Delay is the archive's time, ArchiveID its cursor
	First, Last string    // archive ids of the page's ends; empty if the page is empty
	// Complete: there is nothing beyond this page in the direction asked.
	Complete bool
	Count    int // messages in the whole result; -1 if unknown
}

const (
	defaultPage = 50
	largestPage = 250
)

type archiveRequest struct {
	XMLName xml.Name  `xml:"urn:xmpp:mam:2 query"`
	ID      string    `xml:"queryid,attr"`
	Form    dataForm  `xml:"jabber:x:data x"`
	Set     resultSet `xml:"http://jabber.org/protocol/rsm set"`
}

type archiveResult struct {
	Query     string     `xml:"queryid,attr"`
	ID        string     `xml:"id,attr"`
	Forwarded *forwarded `xml:"urn:xmpp:forward:0 forwarded"`
}

type archiveFin struct {
	Complete string    `xml:"complete,attr"`
	Set      resultSet `xml:"http://jabber.org/protocol/rsm set"`
}

// archiveQuery collects the results of a running query. Guarded by Client.mu.
type archiveQuery struct {
	archive  jid.JID
	max      int
	messages []Message
	overfull bool
	givenUp  bool          // nobody waits for it any more, but late results are not forgeries
	refused  bool          // a stanza of the archive was refused: it may have been a result
	last     string        // archive id of the newest result
	awaited  string        // the page's last id, where the answer came before it
	arrived  chan struct{} // closed when the awaited result comes
}

// lateResults is how long a page waits for results that its answer has overtaken.
const lateResults = 5 * time.Second

// Archive requests a page. If the archive does not know the id, the error is ErrItemNotFound.
func (c *Client) Archive(ctx context.Context, q ArchiveQuery) (ArchivePage, error) {
	id := newID()
	collect := &archiveQuery{archive: q.Archive, max: q.size()}
	c.mu.Lock()
	c.queries[id] = collect
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if collect.givenUp = ctx.Err() != nil; !collect.givenUp { // otherwise it goes with the stream
			delete(c.queries, id)
		}
	}()
	iq, err := c.request(ctx, q.Archive, "set", q.encode(id))
	if err != nil {
		return ArchivePage{}, fmt.Errorf("archive: %w", err)
	}
	if iq.Fin == nil {
		return ArchivePage{}, fmt.Errorf("archive: %w: an answer without an end", ErrProtocol)
	}
	if err := c.awaitResults(ctx, collect, iq.Fin.Set.Last); err != nil {
		return ArchivePage{}, fmt.Errorf("archive: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if collect.overfull {
		return ArchivePage{}, fmt.Errorf("archive: %w: more than was asked", ErrProtocol)
	}
	page := ArchivePage{Messages: collect.messages, First: iq.Fin.Set.First, Last: iq.Fin.Set.Last, Count: -1}
	page.Complete = iq.Fin.Complete == "true" || iq.Fin.Complete == "1"
	if n, err := strconv.Atoi(iq.Fin.Set.Count); err == nil && n >= 0 {
		page.Count = n
	}
	return page, nil
}

// awaitResults waits for the results of a page that has been answered: in a cluster the answer of a group that is on another node may
// overtake them. A page whose last result was refused ends after a while; one that lacks results is none, as what it lacks would be taken
// for read.
func (c *Client) awaitResults(ctx context.Context, q *archiveQuery, last string) error {
	c.mu.Lock()
	if last == "" || q.last == last {
		c.mu.Unlock()
		return nil
	}
	q.awaited, q.arrived = last, make(chan struct{})
	c.mu.Unlock()
	timer := time.NewTimer(lateResults)
	defer timer.Stop()
	select {
	case <-q.arrived:
		return nil
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if q.awaited == "" || q.refused {
		return nil
	}
	return fmt.Errorf("%w: results are missing %s after it", ErrNoAnswer, lateResults)
}

// resultRefused notes that a stanza was refused that may have been a result.
func (c *Client) resultRefused(from string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, q := range c.queries {
		q.refused = q.refused || c.speaksFor(q.archive, from)
	}
}

func (q ArchiveQuery) size() int {
	if q.Max <= 0 {
		return defaultPage
	}
	return min(q.Max, largestPage)
}

func (q ArchiveQuery) encode(id string) archiveRequest {
	r := archiveRequest{ID: id, Form: submit(nsArchive), Set: resultSet{Max: strconv.Itoa(q.size()), After: q.After}}
	if !isZero(q.With) {
		r.Form.Fields = append(r.Form.Fields, field("with", q.With.String()))
	}
	if !q.Start.IsZero() {
		r.Form.Fields = append(r.Form.Fields, field("start", formatTime(q.Start)))
	}
	if q.UseBefore || q.Before != "" {
		r.Set.Before = &q.Before
	}
	return r
}

// speaksFor reports whether a from attribute is that of archive.
func (c *Client) speaksFor(archive jid.JID, from string) bool {
	if isZero(archive) || archive.Equal(c.own) {
		return c.isOwn(from)
	}
	return parseJID(from).Equal(archive)
}

// archived collects a result if it belongs to a running query and comes from the archive that was asked. Otherwise anybody could forge
// history.
func (c *Client) archived(m *messageStanza) {
	r := m.Result
	c.mu.Lock()
	defer c.mu.Unlock()
	q := c.queries[r.Query]
	if q == nil || !c.speaksFor(q.archive, m.From) {
		c.refuse(RuleArchive, "message")
		return
	}
	if q.givenUp {
		return
	}
	q.last = r.ID
	if q.awaited != "" && q.last == q.awaited {
		q.awaited = ""
		defer close(q.arrived)
	}
	if r.Forwarded == nil || r.Forwarded.Message == nil || r.Forwarded.Delay == nil {
		c.refuse(RuleHollow, "message")
		return
	}
	if len(q.messages) >= q.max {
		q.overfull = true
		return
	}
	decoded, ok := c.decodeMessage(r.Forwarded.Message)
	if !ok {
		return
	}
	decoded.ArchiveID, decoded.Delay = r.ID, r.Forwarded.Delay.time()
	decoded.PrivateOf = c.privateOf(r.Forwarded.Message, &decoded)
	if decoded.Body == "" { // beside a body, the sender wrote it
		decoded.Retracted = r.Forwarded.Message.tombstone()
	}
	if !isZero(q.archive) {
		decoded.RealJID = r.Forwarded.Message.Room.realJID()
	}
	q.messages = append(q.messages, decoded)
}
