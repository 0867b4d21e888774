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

// sent is one stanza on its way. id is set for messages only.
type sent struct {
	id   string
	data []byte
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
