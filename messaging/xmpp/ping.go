package xmpp

import "encoding/xml"

// XEP-0199: XMPP Ping. Others' pings are answered in iq.go.

type pingElement struct {
	XMLName xml.Name `xml:"urn:xmpp:ping ping"`
}

// ping asks the own server for a sign of life. Nobody waits for this very answer: [session.keepAlive] counts whatever comes.
func (s *session) ping() {
	data := s.pingStanza(newID())
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	if s.client.session == s && data != nil {
		s.push(sent{data: data})
	}
}

// pingStanza is nil for what cannot be: all of it is ours.
func (s *session) pingStanza(id string) []byte {
	data, err := encode(iqRequest{ID: id, To: s.client.own.Domainpart(), Type: "get", Payload: pingElement{}})
	if err != nil {
		return nil
	}
	return data
}

// proofs stand in for acknowledgements where the server has no stream management: it handles a stream's stanzas in order (RFC 6120 §10.1), so
// an answer to a ping proves that it has what was sent before. Guarded by Client.mu.
type proofs struct {
	unproven []string // ids of messages, in order
	ping     string   // the id of the ping that is on its way
	covered  int      // how many of unproven it proves
}

// begin notes a ping that is being sent.
func (p *proofs) begin() (id string) {
	p.ping, p.covered = newID(), len(p.unproven)
	return p.ping
}

// proven takes an answer and returns the ids that it proves.
func (p *proofs) proven(id string) []string {
	if p.ping == "" || id != p.ping {
		return nil
	}
	ids := p.unproven[:p.covered:p.covered]
	p.unproven, p.ping = p.unproven[p.covered:], ""
	return ids
}

// answered takes an answer of the own server.
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
