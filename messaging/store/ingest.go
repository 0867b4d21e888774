package store

import (
	"slices"
	"strconv"

	"discussions/messaging/model"
)

// Origin says where facts come from.
type Origin int

// The origins.
const (
	Live     Origin = iota // over the wire, just now or while the store was closed: the newest of its conversation
	Forward                // a page of an archive that follows what is known of it
	Newest                 // the newest page of an archive of which nothing was known
	AfterGap               // the newest messages of an archive, which are not joined to what was known of it
	Older                  // a page that ends just before a gap's upper end
	Newer                  // a page that begins just after a gap's lower end
	Missed                 // a page that ends just before a backlog's upper end
)

// Batch is what comes in at once. A live stanza is a batch, and so is a page of an archive.
type Batch struct {
	Origin  Origin
	Archive model.ArchiveID
	Facts   []Fact // of an archive: oldest first

	// Of a page of an archive:
	Cursor      model.StanzaID // the archive is known up to here; "" leaves the cursor where it is
	First, Last model.StanzaID // the archive's ids of the page's ends, which need not be those of facts
	Complete    bool           // nothing is missing beyond the page: before it for Newest, Older and Missed, after it for Forward and Newer
	Gap         Gap            // which Older and Newer fill
	Backlog     *Backlog       // which Missed fills, and AfterGap begins; nil: the archive is not to be read without being asked
}

// ChangeKind says what became of a message that is shown.
type ChangeKind int

// The kinds of changes.
const (
	Changed ChangeKind = iota
	Added              // it is new
	Moved              // it is in another place now
	Removed            // it is not shown any more: it corrects another message
)

// Change is one message that is shown otherwise than before.
type Change struct {
	Kind    ChangeKind
	Message Message
}

// Result says what a batch changed.
type Result struct {
	New       []bool // for each fact, whether it is a message that was not here
	Changes   []Change
	Confirmed []string               // origin-ids of own messages that were seen again: the server has them
	Delivered []string               // origin-ids of own messages that the other person has
	Lists     []model.ConversationID // conversations that the list shows otherwise
	Unread    int                    // messages of all conversations
	Refused   int                    // facts that had to make room for newer ones, see [maxWaiting]
}

// Ingest stores what comes in, from wherever: all in one transaction.
func (s *Store) Ingest(b Batch) (r Result, err error) {
	withdrew := false
	err = s.with("take messages in", func(d *conn) error {
		return d.tx(func() error {
			in := &ingest{conn: d, batch: &b, convs: map[model.ConversationID]*conversation{}, changes: map[int64]ChangeKind{}}
			if err := in.all(); err != nil {
				return err
			}
			r, withdrew = in.result, in.withdrew
			return nil
		})
	})
	if err == nil && withdrew {
		err = s.with("forget what was withdrawn", (*conn).scrub)
	}
	return r, err
}

// ingest is a batch on its way into the database.
type ingest struct {
	*conn
	batch  *Batch
	convs  map[model.ConversationID]*conversation
	order  []*conversation
	result Result

	changes map[int64]ChangeKind // by row
	rows    []int64              // of changes, in order
	fresh   map[int64]Message    // messages that were added, as long as nothing else concerns them
	settles []settling

	withdrew bool                              // a text was erased
	gone     map[*conversation]map[string]bool // ids of messages that are withdrawn: answers that are here may quote them
	answers  []answer                          // that came in with a quotation of their own
}

// settling is an id of a conversation by which facts find their message; which one it is has to be found out (again).
type settling struct {
	c  *conversation
	id string
}

func (in *ingest) all() error {
	b := in.batch
	in.fresh = map[int64]Message{}
	if b.Origin == AfterGap {
		if err := in.openGaps(); err != nil {
			return err
		}
	}
	var items []*item
	if b.Origin == Live {
		for _, f := range b.Facts {
			it, err := in.live(f)
			if err != nil {
				return err
			}
			if err := in.apply(in.convs[f.Source().Conv], it); err != nil {
				return err
			}
		}
	} else {
		var err error
		if items, err = in.page(); err != nil {
			return err
		}
		for _, it := range items {
			if err := in.apply(in.convs[it.fact.Source().Conv], it); err != nil {
				return err
			}
		}
	}
	if err := in.settle(); err != nil {
		return err
	}
	switch b.Origin {
	case Newest:
		if err := in.newDevice(items); err != nil {
			return err
		}
	case Older, Newer:
		if err := in.narrow(items); err != nil {
			return err
		}
	case Missed:
		if err := in.narrowBacklog(items); err != nil {
			return err
		}
	}
	for _, c := range in.order {
		if err := in.finish(c); err != nil {
			return err
		}
	}
	if in.archived() && !in.inGap() {
		if err := in.setCursor(b.Archive, b.Cursor); err != nil {
			return err
		}
	}
	return in.collect()
}

// live finds out whether a fact is here already, and otherwise makes it the newest of its conversation.
func (in *ingest) live(f Fact) (*item, error) {
	it := &item{fact: f}
	c, err := in.conv(f)
	if err != nil {
		return nil, err
	}
	if err := in.claim(c, f); err != nil {
		return nil, err
	}
	if err := in.lookup(c, it, nil); err != nil || it.here() {
		return it, err
	}
	newest, err := in.newest(c)
	it.at = max(f.Source().Time.UnixMicro(), newest+liveStep)
	return it, err
}

// page finds out what of a page is here already, and gives everything its place.
func (in *ingest) page() ([]*item, error) {
	var items []*item
	perConv := map[*conversation][]*item{}
	taken := map[int64]model.StanzaID{}
	inPage := map[model.StanzaID]bool{}
	for _, f := range in.batch.Facts {
		inPage[f.Source().StanzaID] = true
	}
	seen := copies{rows: map[int64]bool{}, fresh: map[string]*NewMessage{}}
	for _, f := range in.batch.Facts {
		it := &item{fact: f}
		c, err := in.conv(f)
		if err != nil {
			return nil, err
		}
		if err := in.claim(c, f); err != nil {
			return nil, err
		}
		if err := in.lookup(c, it, taken); err != nil {
			return nil, err
		}
		items = append(items, it)
		if it.again = in.isAgain(it, inPage, seen); !it.again {
			perConv[c] = append(perConv[c], it)
		}
	}
	in.stamp(items)
	for _, c := range in.order {
		r, err := in.roomFor(c, perConv[c])
		if err != nil {
			return nil, err
		}
		place(perConv[c], r)
	}
	return items, nil
}

// conv gives the conversation of a fact.
func (in *ingest) conv(f Fact) (*conversation, error) {
	s := f.Source()
	if c := in.convs[s.Conv]; c != nil {
		return c, nil
	}
	c, err := in.conversation(s.Conv, s.Group, f.kind() != factMessage)
	if err != nil {
		return nil, err
	}
	in.convs[s.Conv] = c
	in.order = append(in.order, c)
	if in.batch.Origin != Live {
		c.known, err = in.targets(c)
	}
	return c, err
}

// targets reads all ids of a conversation that facts and corrections name, so that a page need not ask for each of its messages.
func (in *ingest) targets(c *conversation) (map[string]bool, error) {
	known := map[string]bool{}
	err := in.texts(known, "SELECT target FROM cache.relations WHERE conv = ?1 AND target <> ''", c.id)
	if err == nil {
		err = in.texts(known, "SELECT replaces FROM cache.messages WHERE conv = ?1 AND replaces <> ''", c.id)
	}
	return known, err
}

func (in *ingest) lookup(c *conversation, it *item, taken map[int64]model.StanzaID) error {
	m, ok := it.fact.(*NewMessage)
	if !ok {
		return in.lookupRelation(c, it)
	}
	same, found, err := in.identify(c.id, m, taken)
	if err != nil || !found {
		return err
	}
	it.stored, it.archived, it.at, it.exact = &same, same.Archived, same.At, m.StanzaID != "" && same.StanzaID == m.StanzaID
	if m.StanzaID != "" && taken != nil {
		taken[same.Row] = m.StanzaID
	}
	return nil
}

// apply stores one fact, and notes in the result whether it is a message that was not here.
func (in *ingest) apply(c *conversation, it *item) error {
	in.result.New = append(in.result.New, false)
	m, ok := it.fact.(*NewMessage)
	switch {
	case !ok:
		return in.relate(c, it)
	case it.again:
		if it.stored != nil {
			in.confirm(it.stored)
		}
		return nil
	case it.stored != nil:
		return in.merge(c, it, m)
	}
	in.result.New[len(in.result.New)-1] = true
	return in.add(c, it, m)
}

// archived reports whether the batch is an archive's answer.
func (in *ingest) archived() bool { return in.batch.Origin != Live }

// inGap reports whether the batch lies in a gap, not behind the newest one.
func (in *ingest) inGap() bool {
	return in.batch.Origin == Older || in.batch.Origin == Newer || in.batch.Origin == Missed
}

// add stores a message that is not here.
func (in *ingest) add(c *conversation, it *item, m *NewMessage) error {
	state := model.Received
	if m.Own {
		state = model.Sent
	}
	stored := Message{
		Conv: c.jid, Group: c.group, At: it.at, Author: m.Author, Nick: m.Nick, Own: m.Own, Content: m.Content, Time: micro(m.Time), State: state,
		MsgID: m.MsgID, OriginID: m.OriginID, StanzaID: m.StanzaID, Archived: in.archived(), Markable: m.Markable, Replaces: m.Replaces, Reply: m.Reply,
	}
	if err := in.insert(c, &stored); err != nil {
		return err
	}
	in.change(stored.Row, Added)
	if stored.Reply == nil { // otherwise the original is read with it
		in.fresh[stored.Row] = stored
	}
	if in.inGap() {
		return nil
	}
	return in.extendGap(c, stored.StanzaID, stored.At, true)
}

// merge adds to a message what a copy of it knows beyond.
func (in *ingest) merge(c *conversation, it *item, m *NewMessage) error {
	stored := it.stored
	now := *stored
	if now.StanzaID == "" || it.replaced {
		now.StanzaID = m.StanzaID
	}
	if now.OriginID == "" && !now.Own { // the ID of an own message is its origin-id: it stays what it was
		now.OriginID = m.OriginID
	}
	if hidden(now.Author) && !hidden(m.Author) || nicknameOnly(now.Author) && !nicknameOnly(m.Author) {
		now.Author = m.Author
	}
	now.Markable = now.Markable || m.Markable
	fromOutbox := now.Own && now.Author == ""
	if in.archived() && (!now.Archived || it.replaced) {
		now.Archived = true
		if !fromOutbox { // what the user wrote here has the time at which it was written
			now.Time = micro(m.Time)
		}
	}
	if now.Own && now.State == model.Queued {
		now.State = model.Sent // it came back: the server has it
	}
	now.At = it.at
	in.confirm(&now)
	same := now.StanzaID == stored.StanzaID && now.OriginID == stored.OriginID && now.Author == stored.Author && now.Markable == stored.Markable &&
		now.Archived == stored.Archived && now.Time.Equal(stored.Time) && now.State == stored.State && now.At == stored.At
	if same {
		return nil
	}
	// What is not in the statement does not touch the index for searching.
	set := "stanza_id = ?2, origin_id = ?3, archived = ?4, markable = ?5, time = ?6"
	args := []any{now.Row, string(now.StanzaID), now.OriginID, now.Archived, now.Markable, now.Time.UnixMicro()}
	also := func(column string, value any) {
		args = append(args, value)
		set += ", " + column + " = ?" + strconv.Itoa(len(args))
	}
	if now.Author != stored.Author {
		also("author", now.Author)
	}
	if now.At != stored.At {
		also("at", now.At)
	}
	if now.State != stored.State { // the stored one may be derived, so it is only written when it changes
		set += ", state = 2, failure = ''"
	}
	err := in.run("UPDATE cache.messages SET "+set+" WHERE row = ?1", nil, args...)
	if err != nil {
		return err
	}
	c.dirty = true
	switch {
	case it.moved:
		c.recount, c.marks = true, true
		in.change(now.Row, Moved)
		in.settleID(c, now.Replaces)
		if err := in.settleMessage(c, &now); err != nil {
			return err
		}
		if err := in.followGap(c, stored, &now); err != nil {
			return err
		}
	case now.State != stored.State || !now.Time.Equal(stored.Time):
		in.change(now.Row, Changed)
		c.marks = c.marks || now.Own
	}
	if now.StanzaID != stored.StanzaID || now.OriginID != stored.OriginID {
		in.settleID(c, now.Replaces)
		if err := in.settleMessage(c, &now); err != nil {
			return err
		}
	}
	if in.inGap() {
		return nil
	}
	return in.extendGap(c, now.StanzaID, now.At, in.archived())
}

// confirm notes that an own message was seen again.
func (in *ingest) confirm(m *Message) {
	if m.Own && m.OriginID != "" {
		in.result.Confirmed = append(in.result.Confirmed, m.OriginID)
	}
}

// change notes that a message is shown otherwise.
func (in *ingest) change(row int64, kind ChangeKind) {
	delete(in.fresh, row)
	old, known := in.changes[row]
	switch {
	case !known:
		in.rows = append(in.rows, row)
		in.changes[row] = kind
	case kind == Removed && old == Added:
		in.changes[row] = Changed // it was never shown, and is not
	case old == Changed || kind == Removed:
		in.changes[row] = kind
	}
}

// collect reads the messages that are shown otherwise, as they are now.
func (in *ingest) collect() error {
	for _, row := range in.rows {
		kind := in.changes[row]
		m, known := in.fresh[row]
		if !known {
			var err error
			if m, known, err = in.message("WHERE m.row = ?1", row); err != nil {
				return err
			}
			if !known {
				continue
			}
		}
		if m.folded != 0 && kind != Removed { // it corrects another message, which has changed
			if _, known = in.changes[m.folded]; known || m.folded < 0 {
				continue
			}
			if err := in.unfold(&m); err != nil {
				return err
			}
			in.changes[m.Row] = Changed
			kind = Changed
		}
		in.result.Changes = append(in.result.Changes, Change{kind, m})
	}
	if err := in.countChanged(); err != nil {
		return err
	}
	for _, c := range in.order {
		if c.touched {
			in.result.Lists = append(in.result.Lists, c.jid)
		}
	}
	slices.Sort(in.result.Delivered)
	in.result.Delivered = slices.Compact(in.result.Delivered)
	var err error
	in.result.Unread, err = in.totalUnread()
	return err
}

// texts adds the first column of a query to a set.
func (d *conn) texts(set map[string]bool, query string, args ...any) error {
	list, err := d.strings(query, args...)
	for _, s := range list {
		set[s] = true
	}
	return err
}
