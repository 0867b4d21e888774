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
// Sent stanzas are kept until the server acknowledges them. After a lost connection the stream is resumed: both sides tell how much they
// have handled and send the rest again. What came and still waits to be handled comes once more, and is passed over. If the server refuses to
// resume, [Connected].Unacked reports the unacknowledged messages.

const nsSM = "urn:xmpp:sm:3"

// management is the state of one stream; it outlives a lost connection until a resume succeeds or is refused.
type management struct {
	id       string // for resuming; "" if the server does not offer it
	jid      jid.JID
	features Features
	// received counts incoming stanzas, handled or queued. Only the reading goroutine touches it.
	received uint32
	heard    time.Time // when the last element came; only the reading goroutine touches it
	// handled counts stanzas that Handle has processed. An acknowledgement and a resume report it: the server may then drop them.
	handled atomic.Uint32
	// acked is the server's last count, unacked are the stanzas sent after it. Guarded by Client.mu.
	acked   uint32
	unacked []sent
}

// sent is one stanza on its way to the server.
type sent struct {
	id    string // only of messages
	to    jid.JID
	data  []byte
	prove bool // the user waits for the acknowledgement
}

// acknowledge processes the server's count, which wraps at 2³², and returns the ids of the acknowledged messages.
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

// When to request an acknowledgement: at once if the user waits for it, else rarely. Each answer is a small TCP segment that may delay the
// server's next stanza.
const (
	ackEvery = 200              // stanzas
	ackIdle  = time.Second      // after the last stanza
	ackLost  = 10 * time.Second // without an answer to the last request
)

// ackAsks decides when to request an acknowledgement. Guarded by Client.mu.
type ackAsks struct {
	unasked int       // stanzas since the last request
	prove   bool      // the user waits for one of them
	asked   time.Time // when the unanswered request was sent; zero: none
}

func (a *ackAsks) sent(prove bool) {
	a.unasked++
	a.prove = a.prove || prove
}

// due reports whether to send a request now, and notes it. There is only one unanswered request at a time.
func (a *ackAsks) due(quiet bool) bool {
	now := time.Now()
	switch {
	case !a.asked.IsZero() && now.Sub(a.asked) < ackLost:
		return false
	case !a.asked.IsZero(): // lost
	case a.prove, a.unasked >= ackEvery, quiet && a.unasked > 0:
	default:
		return false
	}
	*a = ackAsks{asked: now}
	return true
}

// acknowledged notes an answer, and wakes the writer if more was sent since its request.
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
	Handled  uint32   `xml:"h,attr"`
	Previous string   `xml:"previd,attr"`
}

var ackRequest = []byte(`<r xmlns="urn:xmpp:sm:3"/>`)

func ackFrame(h uint32) []byte { return fmt.Appendf(nil, `<a xmlns="urn:xmpp:sm:3" h="%d"/>`, h) }

// count returns the h attribute.
func (n *nonza) count() (uint32, error) {
	h, err := strconv.ParseUint(n.attr("h"), 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%w: no count in an acknowledgement", ErrProtocol)
	}
	return uint32(h), nil
}

// newManagement decodes <enabled/>.
func newManagement(n *nonza, own jid.JID) *management {
	m := &management{jid: own}
	if r := n.attr("resume"); r == "true" || r == "1" {
		m.id = n.attr("id")
	}
	return m
}
