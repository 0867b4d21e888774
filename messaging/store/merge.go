package store

import (
	"math"
	"strconv"

	"discussions/messaging/model"
)

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
	it.row = stored.Row
	in.change(stored.Row, Added)
	if stored.Reply == nil { // otherwise the original is read with it
		in.fresh[stored.Row] = stored
	}
	if in.archived() {
		return nil
	}
	return in.extendGap(c, stored.StanzaID, stored.At, afterGap)
}

// merge adds to a stored message what a copy of it adds.
func (in *ingest) merge(c *conversation, it *item, m *NewMessage) error {
	now := in.merged(it, m)
	in.confirm(&now)
	changed, err := in.updateMessage(it.stored, &now)
	if err != nil || !changed {
		return err
	}
	c.dirty = true
	if err := in.settleMerged(c, it, &now); err != nil || in.archived() {
		return err
	}
	return in.extendGap(c, now.StanzaID, now.At, anywhere)
}

// merged is the stored message with what a copy of it adds.
func (in *ingest) merged(it *item, m *NewMessage) Message {
	now := *it.stored
	if now.StanzaID == "" || m.StanzaID != "" && (it.replaces || in.archived() && !now.Archived) { // live, another copy may have come first
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
	if in.archived() && (!now.Archived || it.replaces) {
		now.Archived = true
		if !fromOutbox { // what the user wrote here has the time at which it was written
			now.Time = micro(m.Time)
		}
	}
	if now.Own && now.State == model.Queued {
		now.State = model.Sent // it came back: the server has it
	}
	now.At = it.at
	return now
}

// updateMessage writes what differs between the stored message and what it is now. The statement names no other column: the index for
// searching would be written with it.
func (in *ingest) updateMessage(stored, now *Message) (changed bool, err error) {
	same := now.StanzaID == stored.StanzaID && now.OriginID == stored.OriginID && now.Author == stored.Author && now.Markable == stored.Markable &&
		now.Archived == stored.Archived && now.Time.Equal(stored.Time) && now.State == stored.State && now.At == stored.At
	if same {
		return false, nil
	}
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
	return true, in.run("UPDATE cache.messages SET "+set+" WHERE row = ?1", nil, args...)
}

// settleMerged notes what a message that was merged changes beyond its own row: its place, and the relations that name it.
func (in *ingest) settleMerged(c *conversation, it *item, now *Message) error {
	stored := it.stored
	switch {
	case it.moved:
		c.recount, c.marks = true, true
		in.change(now.Row, Moved)
		in.settleID(c, now.Replaces)
		if err := in.settleMessage(c, now, math.MinInt64); err != nil {
			return err
		}
	case now.State != stored.State || !now.Time.Equal(stored.Time):
		in.change(now.Row, Changed)
		c.marks = c.marks || now.Own
	}
	if now.StanzaID == stored.StanzaID && now.OriginID == stored.OriginID {
		return nil
	}
	in.settleID(c, now.Replaces)
	in.settleID(c, string(stored.StanzaID))
	return in.settleMessage(c, now, math.MinInt64)
}

// confirm notes that an own message was seen again.
func (in *ingest) confirm(m *Message) {
	if m.Own && m.OriginID != "" {
		in.result.Confirmed = append(in.result.Confirmed, m.OriginID)
	}
}
