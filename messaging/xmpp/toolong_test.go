package xmpp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

// TestAMessageThatEndsEachSessionComesBack: a server that takes less than this program sends ends the session, and each later one in which the
// message is sent again.
func TestAMessageThatEndsEachSessionComesBack(t *testing.T) {
	for name, bodies := range map[string][]string{
		"a long one":            {"court", strings.Repeat("x", 3*leastStanza)},
		"the longest":           {strings.Repeat("y", 2*leastStanza), strings.Repeat("x", 3*leastStanza)},
		"none is long: a flood": {"court", strings.Repeat("x", leastStanza/2)},
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				f := s.fake
				for session := range 2 {
					for i, body := range bodies {
						if err := r.Send(Message{ID: []string{"m0", "m1"}[i], To: jid.MustParse(juliet), Type: "chat", Body: body, HasBody: true}); err != nil {
							t.Fatal(err)
						}
					}
					s.expect(`id="m0"`)
					s.expect(`id="m1"`)
					s.write(`<stream:error xmlns:stream="http://etherx.jabber.org/streams"><policy-violation xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>`)
					if session == 1 && len(bodies[1]) > leastStanza {
						got := await[Bounced](r).Message
						if want := (&StanzaError{Type: "modify", Condition: TooLong}); got.ID != "m1" || !got.From.Equal(jidOf(juliet)) || !cmp.Equal(got.Error, want) {
							t.Errorf("came back: %+v", got)
						}
					}
					await[Disconnected](r)
					s = f.session()
					if got := await[Connected](r); !cmp.Equal(got.Unacked, []string{"m0", "m1"}) {
						t.Errorf("session %d: %+v", session, got)
					}
				}
				if len(r.suspect) > 0 != (len(bodies[1]) > leastStanza) {
					t.Errorf("suspected: %q", r.suspect)
				}
			})
		})
	}
}
