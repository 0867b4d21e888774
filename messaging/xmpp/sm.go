package xmpp

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"mellium.im/xmpp/jid"
)

// XEP-0198: Stream Management.
//
// What is sent is kept until the server acknowledges it. After a lost connection the stream is resumed: both sides say how much they
// have received, and the rest is sent again. Where the server refuses to resume, what was not acknowledged is reported in
// [Connected].Unacked and forgotten here.

const nsSM = "urn:xmpp:sm:3"

// management is the state of one stream; it outlives a lost connection until a resume succeeds or is refused.
type management struct {
	id       string // for resuming; "" when the server does not offer it
	jid      jid.JID
	features Features
	// received counts what came in; only the reading goroutine touches it. It is what a resume tells: the rest is in our event queue.
	received uint32
	heard    time.Time // when the last element came; only the reading goroutine touches it
	// handled counts what the caller has dealt with. It is what an acknowledgement tells: the server may then forget it.
	handled atomic.Uint32
	// acked is the server's last count, unacked what was sent after it. Guarded by Client.mu.
	acked   uint32
	unacked []sent
}

// sent is one stanza on its way.
type sent struct {
	id    string // of messages only
	data  []byte
	prove bool // somebody waits to know that the server has it
}

// acknowledge takes the server's count, which wraps at 2³², and returns the ids of the messages that it covers.
func (m *management) acknowledge(h uint32) ([]string, error) {
	n := h - m.acked
	if int64(n) > int64(len(m.unacked)) {
		return nil, fmt.Errorf("%w: more acknowledged than was sent", ErrProtocol)
	}
	ids := messageIDs(m.unacked[:n])
	m.unacked = slices.Delete(m.unacked, 0, int(n))
	m.acked = h
	return ids, nil
}

func messageIDs(stanzas []sent) (ids []string) {
	for _, s := range stanzas {
		if s.id != "" {
			ids = append(ids, s.id)
		}
	}
	return ids
}

// When an acknowledgement is asked for: at once for what somebody waits for, else seldom. Each answer is a TCP segment that the server's next
// stanza may have to wait for.
const (
	ackEvery = 200              // stanzas that nobody waits for
	ackIdle  = time.Second      // after the last one
	ackLost  = 10 * time.Second // an answer that has not come by then is not waited for
)

// ackAsks decides when to ask. Guarded by Client.mu.
type ackAsks struct {
	unasked int       // stanzas since the last request
	prove   bool      // one of them has somebody waiting
	asked   time.Time // when an answer was asked for that has not come; zero: none
}

func (a *ackAsks) sent(prove bool) {
	a.unasked++
	a.prove = a.prove || prove
}

// due says whether to ask now. While an answer is on its way, no other is asked for.
func (a *ackAsks) due(quiet bool) bool {
	now := time.Now()
	switch {
	case !a.asked.IsZero() && now.Sub(a.asked) < ackLost:
		return false
	case !a.asked.IsZero(): // lost: ask again
	case a.prove, a.unasked >= ackEvery, quiet && a.unasked > 0:
	default:
		return false
	}
	*a = ackAsks{asked: now}
	return true
}

// acknowledged notes an answer. What was sent after its request may need another.
func (s *session) acknowledged() {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	s.asks.asked = time.Time{}
	if s.asks.unasked > 0 {
		signal(s.wake)
	}
}

type enableElement struct {
	XMLName xml.Name `xml:"urn:xmpp:sm:3 enable"`
	Resume  bool     `xml:"resume,attr"`
}

type resumeElement struct {
	XMLName  xml.Name `xml:"urn:xmpp:sm:3 resume"`
	Received uint32   `xml:"h,attr"`
	Previous string   `xml:"previd,attr"`
}

var ackRequest = []byte(`<r xmlns="urn:xmpp:sm:3"/>`)

func ackFrame(h uint32) []byte { return fmt.Appendf(nil, `<a xmlns="urn:xmpp:sm:3" h="%d"/>`, h) }

// count reads the h of an answer.
func (n *nonza) count() (uint32, error) {
	h, err := strconv.ParseUint(n.attr("h"), 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%w: no count in an acknowledgement", ErrProtocol)
	}
	return uint32(h), nil
}

// newManagement reads <enabled/>.
func newManagement(n *nonza, own jid.JID) *management {
	m := &management{jid: own}
	if r := n.attr("resume"); r == "true" || r == "1" {
		m.id = n.attr("id")
	}
	return m
}
