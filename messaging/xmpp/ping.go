package xmpp

import "encoding/xml"

// XEP-0199: XMPP Ping. Others' pings are answered in iq.go.

type pingElement struct {
	XMLName xml.Name `xml:"urn:xmpp:ping ping"`
}

// ping asks the own server for a sign of life. Nobody waits for this very answer: [session.keepAlive] counts whatever comes.
func (s *session) ping() {
	data, err := encode(iqRequest{ID: newID(), To: s.client.own.Domainpart(), Type: "get", Payload: pingElement{}})
	if err != nil {
		return // cannot be: all of it is ours
	}
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	if s.client.session == s {
		s.push(sent{data: data})
	}
}
