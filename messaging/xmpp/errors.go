package xmpp

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"

	"discussions/internal/neterror"
)

// Errors to be matched with [errors.Is]. [errors.As] reaches the wrapped cause, such as an x509.CertificateInvalidError whose Reason is
// Expired when this computer's clock is wrong.
var (
	// ErrUnreachable: no network, no such host, connection refused, lost, or silent for too long.
	ErrUnreachable = errors.New("server unreachable")
	// ErrCertificate: the server's certificate is not trusted, not for that name, or not valid now.
	ErrCertificate = errors.New("certificate not trusted")
	// ErrPortal: the network wants a login in the browser first (a captive portal). It comes with one of the two above.
	ErrPortal = errors.New("captive portal")
	// ErrRefused: the server does not accept the access token.
	ErrRefused = errors.New("access token refused")
	// ErrToken: Config.Token failed; its error is wrapped.
	ErrToken = errors.New("no access token")
	// ErrNoMechanism: the server offers no login mechanism that takes a token, or only over an unencrypted connection.
	ErrNoMechanism = errors.New("no usable login mechanism")
	// ErrReplaced: another session with the same account and resource replaced this one.
	ErrReplaced = errors.New("replaced by another session")
	// ErrProtocol: the server violates XMPP over WebSocket, or ended the stream with an error.
	ErrProtocol = errors.New("protocol error")
	// ErrGuard: an answer was too long, too deep or not plain XML, and was not decoded. See [GuardError].
	ErrGuard = errors.New("stanza refused by the guard")
	// ErrItemNotFound: a StanzaError item-not-found: no such node, room or archive position.
	ErrItemNotFound = errors.New("item not found")
	// ErrNotConnected: there is no session; nothing was sent.
	ErrNotConnected = errors.New("not connected")
	// ErrDiscovery: the domain answers but publishes no usable WebSocket address.
	ErrDiscovery = errors.New("no address found for the domain")
	// ErrTooLong: the stanza would exceed MaxSent; nothing was sent.
	ErrTooLong = errors.New("stanza too long")
	// ErrNoAnswer: a request was sent but not answered in time.
	ErrNoAnswer = errors.New("no answer")
)

// StanzaError is the error child of an answer, a bounced message or a refused presence (RFC 6120 §8.3).
type StanzaError struct {
	Type      string // cancel, continue, modify, auth or wait
	Condition string // the defined condition, such as "item-not-found", "forbidden", "remote-server-timeout"
	Text      string // chosen by the other side: never show or log it
}

// Error omits Text, which the other side chose.
func (e *StanzaError) Error() string { return "stanza error: " + e.Condition }

// Is matches [ErrItemNotFound] if the condition is item-not-found.
func (e *StanzaError) Is(target error) bool {
	return target == ErrItemNotFound && e.Condition == "item-not-found"
}

// Refusal makes the answer to a message that this program cannot deal with. It is feature-not-implemented: ejabberd and Prosody throw an
// occupant out of the room who answers a private message with service-unavailable.
func Refusal(m *Message) Message {
	return Message{ID: m.ID, To: m.From, Type: "error", Error: &StanzaError{Type: "cancel", Condition: "feature-not-implemented"}}
}

// StreamError is the reason that a server gives for ending a stream (RFC 6120 §4.9), such as "system-shutdown".
type StreamError struct{ Condition string }

func (e *StreamError) Error() string { return "stream error: " + e.Condition }

// Is matches [ErrReplaced] for "conflict", else [ErrProtocol].
func (e *StreamError) Is(target error) bool {
	if e.Condition == "conflict" {
		return target == ErrReplaced
	}
	return target == ErrProtocol
}

// RefusedError is a login that the server refused. It matches [ErrRefused].
type RefusedError struct {
	Mechanism string
	Condition string // RFC 6120 §6.5, such as "not-authorized", "account-disabled", "credentials-expired"
	// Status and OpenIDConfiguration are from the failure document of OAUTHBEARER (RFC 7628 §3.2.2), if any. The other side chose them:
	// never show or log them.
	Status, OpenIDConfiguration string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("access token refused (%s, %s)", e.Mechanism, e.Condition)
}

// Is matches [ErrRefused].
func (e *RefusedError) Is(target error) bool { return target == ErrRefused }

// netError wraps an error of the network in ErrCertificate or ErrUnreachable. Its text quotes nothing of the other side.
func netError(err error) error {
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &verify), errors.As(err, &unknown), errors.As(err, &host), errors.As(err, &invalid):
		return fmt.Errorf("%w: %w", ErrCertificate, neterror.Quiet(err))
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, neterror.Quiet(err))
}

const (
	nsStanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas"
	nsStreamErrors = "urn:ietf:params:xml:ns:xmpp-streams"
)

// errorElement is the <error/> of a stanza. The condition is the child that is not <text/>.
type errorElement struct {
	XMLName    xml.Name `xml:"error"`
	Type       string   `xml:"type,attr"`
	Conditions []named  `xml:",any"`
	Text       string   `xml:"urn:ietf:params:xml:ns:xmpp-stanzas text,omitempty"`
}

// named is an element whose content is ignored.
type named struct{ XMLName xml.Name }

// decode returns an error even if the stanza lacks the element.
func (e *errorElement) decode() *StanzaError {
	out := &StanzaError{Condition: otherCondition}
	if e == nil {
		return out
	}
	out.Type, out.Text = oneOf(errorTypes, e.Type, ""), e.Text
	for _, c := range e.Conditions {
		if c.XMLName.Space == nsStanzaErrors {
			out.Condition = oneOf(stanzaConditions, c.XMLName.Local, otherCondition)
		}
	}
	return out
}

func newErrorElement(kind, condition string) *errorElement {
	return &errorElement{Type: kind, Conditions: []named{{XMLName: xml.Name{Space: nsStanzaErrors, Local: condition}}}}
}
