package xmpp

import "encoding/xml"

// XEP-0199: XMPP Ping. Others' pings are answered in iq.go.

type pingElement struct {
	XMLName xml.Name `xml:"urn:xmpp:ping ping"`
}

// ping asks the own server for a sign of life. [session.keepAlive] accepts any element as the answer.
func (s *session) ping() {
	data := s.pingStanza(newID())
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	if s.client.session == s && data != nil {
		s.push(sent{data: data})
	}
}

// pingStanza never returns nil in practice: nothing in it comes from outside.
func (s *session) pingStanza(id string) []byte {
	data, err := encode(iqRequest{ID: id, To: s.client.own.Domainpart(), Type: "get", Payload: pingElement{}})
	if err != nil {
		return nil
	}
	return data
}

// proofs replace acknowledgements if the server has no stream management. It processes stanzas in order (RFC 6120 §10.1), so the answer
// to a ping proves that it has everything sent before. Guarded by Client.mu.
type proofs struct {
	unproven []string // ids of messages, in order
	ping     string   // the id of the unanswered ping
	covered  int      // how many of unproven its answer proves
}

// begin returns the id for a new ping.
func (p *proofs) begin() (id string) {
	p.ping, p.covered = newID(), len(p.unproven)
	return p.ping
}

// proven returns the message ids that an answer proves.
func (p *proofs) proven(id string) []string {
	if p.ping == "" || id != p.ping {
		return nil
	}
	ids := p.unproven[:p.covered:p.covered]
	p.unproven, p.ping = p.unproven[p.covered:], ""
	return ids
}

// answered processes an answer of the own server.
func (s *session) answered(id string) Event {
	s.client.mu.Lock()
	ids := s.proofs.proven(id)
	s.client.mu.Unlock()
	if len(ids) == 0 {
		return nil
	}
	s.acknowledged()
	return Acked{IDs: ids}
}
