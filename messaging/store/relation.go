package store

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// maxWaiting is how many facts of one conversation may wait for a message that is not here, or for a version that applies them. The
// oldest make room.
const maxWaiting = 1000

// relation is a stored fact about a message.
type relation struct {
	id     int64
	kind   factKind
	target string
	row    int64 // the message; 0: it is not here
	at     int64
	time   time.Time
	own    bool
	author string
	nick   string
	value  string
}

const relationColumns = "r.id, r.kind, r.target, r.row, r.at, r.time, r.own, r.author, r.nick, r.value"

func (d *conn) relations(where string, args ...any) (list []relation, err error) {
	err = d.run("SELECT "+relationColumns+" FROM cache.relations r "+where, func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		list = append(list, relation{
			id: c.int(), kind: factKind(c.int()), target: c.text(), row: c.int(), at: c.int(), time: time.UnixMicro(c.int()), own: c.bool(),
			author: c.text(), nick: c.text(), value: c.text(),
		})
	}, args...)
	return list, err
}

// relationOf gives the target of a fact and what else it says, as JSON.
func relationOf(f Fact) (target string, value any) {
	switch f := f.(type) {
	case *Retraction:
		return f.Target, retractionValue{f.Moderated, f.By}
	case *Reactions:
		return f.Target, f.Emoji
	case *Receipt:
		return f.Target, nil
	case *Displayed:
		return f.Target, nil
	case *Kept:
		return "", keptValue{f.What, f.Value}
	}
	return "", nil
}

type keptValue struct{ What, Value string }

// aboutTarget finds the relations that name an id. SQLite would read all of the conversation in their order instead.
const aboutTarget = " INDEXED BY relations_target WHERE conv = ?1 AND target = ?2 AND target <> ''"

// lookupRelation finds out whether a fact about a message is stored already.
func (in *ingest) lookupRelation(c *conversation, it *item) error {
	s := it.fact.Source()
	read := func(st *sqlite3.Stmt) {
		it.relation, it.at, it.archived = st.ColumnInt64(0), st.ColumnInt64(1), st.ColumnBool(2)
	}
	if s.StanzaID != "" {
		found, err := in.get("SELECT id, at, archived FROM cache.relations WHERE conv = ?1 AND stanza_id = ?2 AND stanza_id <> '' AND kind <> 7", read, c.id, string(s.StanzaID))
		if it.exact = found; err != nil || found {
			return err
		}
	}
	// What this computer has sent comes back under the id that it chose; a group has its own name for the message that it is about.
	if s.Own && len(s.MsgID) >= uniqueID {
		found, err := in.get("SELECT id, at, archived FROM cache.relations WHERE conv = ?1 AND own = 1 AND msg_id = ?2 AND msg_id <> '' AND kind = ?3 AND (stanza_id = '' OR ?4 = '')", read,
			c.id, s.MsgID, int(it.fact.kind()), string(s.StanzaID))
		if err != nil || found {
			return err
		}
	}
	target, value := relationOf(it.fact)
	encoded, err := encodeValue(value)
	if err != nil {
		return err
	}
	// Two marks to which the archive gave different ids are two, each with its own place, even if they say the same.
	repeats := it.fact.kind() == factReceipt || it.fact.kind() == factDisplayed || it.fact.kind() == factRead
	if s.MsgID == "" && !repeats {
		return nil
	}
	about := aboutTarget
	if target == "" {
		about = " WHERE conv = ?1 AND target = ?2"
	}
	same := "SELECT id, at, archived FROM cache.relations" + about + " AND kind = ?3 AND own = ?4 AND author = ?5 AND value = ?6 AND (stanza_id = '' OR ?7 = '')"
	if repeats {
		_, err = in.get(same, read, c.id, target, int(it.fact.kind()), s.Own, s.Author, encoded, string(s.StanzaID))
	} else {
		_, err = in.get(same+" AND msg_id = ?8", read, c.id, target, int(it.fact.kind()), s.Own, s.Author, encoded, string(s.StanzaID), s.MsgID)
	}
	return err
}

func encodeValue(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode a fact: %w", err)
	}
	return string(b), nil
}

// relate stores a fact about a message, whether or not that is here.
func (in *ingest) relate(c *conversation, it *item) error {
	s := it.fact.Source()
	target, value := relationOf(it.fact)
	if it.relation != 0 {
		if s.Own && s.MsgID != "" {
			in.result.Confirmed = append(in.result.Confirmed, s.MsgID)
		}
		if err := in.retarget(c, it, target); err != nil {
			return err
		}
		if it.moved || in.archived() && !it.archived {
			err := in.run("UPDATE cache.relations SET at = ?2, time = ?3, archived = ?4, stanza_id = CASE WHEN ?5 = '' THEN stanza_id ELSE ?5 END WHERE id = ?1", nil,
				it.relation, it.at, s.Time.UnixMicro(), in.archived(), string(s.StanzaID))
			if err != nil {
				return err
			}
			in.settleRelations(c, target)
		}
		if in.archived() {
			return nil
		}
		return in.extendGap(c, s.StanzaID, it.at, anywhere)
	}
	encoded, err := encodeValue(value)
	if err != nil {
		return err
	}
	err = in.run(`INSERT INTO cache.relations (conv, kind, target, at, time, own, author, nick, value, msg_id, stanza_id, archived)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)`, nil,
		c.id, int(it.fact.kind()), target, it.at, s.Time.UnixMicro(), s.Own, s.Author, s.Nick, encoded, s.MsgID, string(s.StanzaID), in.archived())
	if err != nil {
		return err
	}
	if it.fact.kind() == factRetraction {
		in.retractions = append(in.retractions, in.db.LastInsertRowID())
	}
	if err := in.dropRepeated(c, it.fact.kind(), target, s); err != nil {
		return err
	}
	in.settleRelations(c, target)
	c.related = true
	if in.archived() {
		return nil
	}
	return in.extendGap(c, s.StanzaID, it.at, afterGap)
}

// retarget makes a fact name its message as the stanza does: a fact that was just written here about a group's message names it by its
// author's id.
func (in *ingest) retarget(c *conversation, it *item, target string) error {
	if !it.fact.Source().Own {
		return nil
	}
	before, err := in.strings("SELECT target FROM cache.relations WHERE id = ?1", it.relation)
	if err != nil || len(before) == 0 || before[0] == target {
		return err
	}
	in.settleRelations(c, target)
	return in.run("UPDATE cache.relations SET target = ?2 WHERE id = ?1", nil, it.relation, target)
}

// dropOldest makes room where too many facts of a conversation wait.
func (in *ingest) dropOldest(c *conversation) error {
	waiting, err := in.number("SELECT count(*) FROM cache.relations WHERE conv = ?1 AND row = 0", c.id)
	if err != nil || waiting <= maxWaiting {
		return err
	}
	in.result.Refused += int(waiting - maxWaiting)
	return in.run("DELETE FROM cache.relations WHERE id IN (SELECT id FROM cache.relations WHERE conv = ?1 AND row = 0 ORDER BY id LIMIT ?2)", nil, c.id, waiting-maxWaiting)
}

// mostRepeated is how many facts of one kind by one person about one message are kept: only the newest ones count, and each makes the next
// one take longer.
const mostRepeated = 20

func (in *ingest) dropRepeated(c *conversation, kind factKind, target string, s *Stanza) error {
	if s.Own || target == "" {
		return nil
	}
	return in.run("DELETE FROM cache.relations WHERE id IN (SELECT id FROM cache.relations"+aboutTarget+" AND kind = ?3 AND own = 0 AND author = ?4 ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?5)", nil,
		c.id, target, int(kind), s.Author, mostRepeated)
}

// noCorrection is a place behind all corrections.
const noCorrection = math.MaxInt64

// settleID notes that the facts that name an id have to find their message.
func (in *ingest) settleID(c *conversation, id string) { in.settleNamed(c, id, math.MinInt64) }

// settleRelations does so for those that are no corrections.
func (in *ingest) settleRelations(c *conversation, id string) { in.settleNamed(c, id, noCorrection) }

func (in *ingest) settleNamed(c *conversation, id string, from int64) {
	if id == "" {
		return
	}
	if c.known != nil {
		c.known[id] = true
	}
	in.settleLater(settling{c: c, id: id}, from)
}

// settleLater notes what settle has to do; of several places the lowest counts.
func (in *ingest) settleLater(s settling, from int64) {
	if in.settleFrom == nil {
		in.settleFrom = map[settling]int64{}
	}
	lowest, noted := in.settleFrom[s]
	if !noted {
		in.settles = append(in.settles, s)
	}
	if !noted || from < lowest {
		in.settleFrom[s] = from
	}
}

// settleCorrection notes that a new correction has to find its message. Others of that message stay where they are.
func (in *ingest) settleCorrection(c *conversation, m *Message) {
	if m.Replaces == "" {
		return
	}
	if c.known != nil {
		c.known[m.Replaces] = true
	}
	in.settleLater(settling{c: c, id: m.Replaces, correction: m.Row}, noCorrection)
}

// settleMessage does so for the facts that may be about m, but for the corrections before a place.
func (in *ingest) settleMessage(c *conversation, m *Message, from int64) error {
	if c.known == nil { // mostly there are none
		some, err := in.number(`SELECT EXISTS (SELECT 1 FROM cache.relations WHERE conv = ?1 AND target IN (?2, ?3, ?4) AND target <> '')
			OR EXISTS (SELECT 1 FROM cache.messages WHERE conv = ?1 AND replaces IN (?2, ?3, ?4) AND replaces <> '')`,
			c.id, m.MsgID, m.OriginID, string(m.StanzaID))
		if err != nil || some == 0 {
			return err
		}
	}
	for _, id := range []string{m.MsgID, m.OriginID, string(m.StanzaID)} {
		if id == "" || c.known != nil && !c.known[id] {
			continue
		}
		place := from
		if id == string(m.StanzaID) { // what the archive named so stands for the id alone, wherever it is
			place = math.MinInt64
		}
		in.settleLater(settling{c: c, id: id}, place)
	}
	return nil
}

// settle finds for each id which message the facts are about that name it. It does not matter which came first: what is found
// depends on what is here and on the order in the conversation alone.
func (in *ingest) settle() error {
	for len(in.settles) > 0 {
		list, from := in.settles, in.settleFrom
		in.settles, in.settleFrom = nil, nil
		for _, s := range list {
			if err := in.settleOne(s, from[s]); err != nil {
				return err
			}
		}
	}
	return in.unquote()
}

func (in *ingest) settleOne(s settling, from int64) error {
	c, id := s.c, s.id
	if s.correction != 0 {
		return in.settleNew(c, id, s.correction)
	}
	about, err := in.relations(aboutTarget+" ORDER BY r.at, r.id", c.id, id)
	if err != nil {
		return err
	}
	corrections, err := in.conn.messages("WHERE m.conv = ?1 AND m.replaces = ?2 AND m.replaces <> '' AND m.at >= ?3", c.id, id, from)
	if err != nil || len(about)+len(corrections) == 0 {
		return err
	}
	candidates, err := in.named(c, id)
	if err != nil {
		return err
	}
	for i := range corrections {
		if err := in.fold(c, &corrections[i], candidates); err != nil {
			return err
		}
	}
	for i := range about {
		if err := in.resolve(c, &about[i], candidates); err != nil {
			return err
		}
	}
	return nil
}

func (in *ingest) settleNew(c *conversation, id string, correction int64) error {
	corrections, err := in.conn.messages("WHERE m.row = ?1", correction)
	if err != nil || len(corrections) == 0 {
		return err
	}
	candidates, err := in.named(c, id)
	if err != nil {
		return err
	}
	return in.fold(c, &corrections[0], candidates)
}

// named gives the messages that an id may mean, oldest first; first those that the archive named so, which nobody can choose.
func (in *ingest) named(c *conversation, id string) ([]Message, error) {
	list, err := in.messages("WHERE m.conv = ?1 AND m.stanza_id = ?2 AND m.stanza_id <> ''", c.id, id)
	if err != nil || len(list) > 0 {
		return list, err
	}
	list, err = in.byID(c.id, id)
	slices.SortFunc(list, func(a, b Message) int {
		if a.Cursor().Before(b.Cursor()) {
			return -1
		}
		return 1
	})
	return list, err
}

// nearest gives the last of the candidates that stands before a place and that may be meant.
func nearest(candidates []Message, at int64, may func(*Message) bool) *Message {
	for i := len(candidates) - 1; i >= 0; i-- {
		if m := &candidates[i]; m.At < at && may(m) {
			return m
		}
	}
	return nil
}

// forbid counts a retraction whose author may withdraw none of the messages that it may mean, once: when the second of the two came in.
func (in *ingest) forbid(r *relation, candidates []Message) {
	isNew := func(m *Message) bool { kind, known := in.changes[m.Row]; return known && kind == Added }
	before := func(m *Message) bool { return !slices.Contains(in.retractions, r.id) && !isNew(m) }
	if nearest(candidates, r.at, before) == nil && nearest(candidates, r.at, func(*Message) bool { return true }) != nil && !slices.Contains(in.forbidden, r.id) {
		in.forbidden = append(in.forbidden, r.id)
		in.result.Forbidden++
	}
}

// resolve ties a fact to the message that it is about, if its author is allowed to.
func (in *ingest) resolve(c *conversation, r *relation, candidates []Message) error {
	may := func(m *Message) bool { return true }
	switch r.kind {
	case factRetraction:
		may = func(m *Message) bool { return r.mayRetract(c, m) }
	case factReceipt:
		may = func(m *Message) bool { return m.Own && !r.own && !c.group }
	case factDisplayed:
		may = func(m *Message) bool { return c.group || m.Own }
	}
	row := int64(0)
	m := nearest(candidates, r.at, may)
	if m == nil && r.kind == factRetraction {
		in.forbid(r, candidates)
	}
	if r.kind == factRead && len(candidates) == 1 && string(candidates[0].StanzaID) == r.target {
		m = &candidates[0] // named by its archive, whatever this computer's clock says of when that was read elsewhere
	}
	if m != nil {
		row = m.Row
	}
	before := r.row
	if before != row {
		if err := in.run("UPDATE cache.relations SET row = ?2 WHERE id = ?1", nil, r.id, row); err != nil {
			return err
		}
		r.row = row
	}
	switch r.kind {
	case factReactions:
		return in.react(c, before, row)
	case factRetraction:
		if m != nil {
			return in.withdraw(c, m)
		}
	case factReceipt, factDisplayed, factRead:
		c.marks = true
		if m != nil && c.group && r.kind == factDisplayed && before != row && in.batch.Origin == Live {
			if err := in.readByOne(c, r, m); err != nil {
				return err
			}
		}
		if m != nil && m.Own && r.kind != factRead {
			return in.reached(c, m)
		}
	}
	return nil
}
