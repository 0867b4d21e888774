package players

import (
	"context"
	"crypto/tls"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"mellium.im/sasl"
	"mellium.im/xmlstream"
	"mellium.im/xmpp"
	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"
)

// patience is how long a server that runs may take to answer.
const patience = 15 * time.Second

// patiently bounds ctx by patience and by the end of broken, which may be nil. Unlike the context package's own, done does not end
// the new context: mellium.im/xmpp watches it on a goroutine that may look only after the call has returned, and
// would then fail whatever is written at that moment.
func patiently(ctx context.Context, broken <-chan struct{}) (_ context.Context, done func()) {
	bounded, end := context.WithCancel(context.WithoutCancel(ctx))
	finished, left := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case <-finished:
			return
		case <-ctx.Done():
		case <-timer.C:
		case <-broken:
		}
		end()
	}()
	return bounded, func() {
		close(finished)
		<-left
	}
}

// connection is a stream of a person, bound and served: XMPP with STARTTLS, the
// access token as the SASL PLAIN password.
type connection struct {
	session *xmpp.Session
	ended   chan struct{} // closed when the stream is over
}

// connect opens a stream. Stanzas other than answers go to handle, in order, on
// a goroutine of the connection; handle must not send.
func (t *Troupe) connect(ctx context.Context, address string, handle func(name string, d *xml.Decoder)) (*connection, error) {
	ctx, done := patiently(ctx, nil)
	defer done()
	me, err := jid.Parse(address)
	if err != nil {
		return nil, err
	}
	token, err := t.o.Token(address)
	if err != nil {
		return nil, err
	}
	conn, err := t.o.Dial(ctx)
	if err != nil {
		return nil, err
	}
	session, err := xmpp.NewClientSession(ctx, me, conn,
		xmpp.StartTLS(&tls.Config{ServerName: me.Domainpart(), RootCAs: t.o.Roots, MinVersion: tls.VersionTLS12}),
		xmpp.SASL("", token, sasl.Plain),
		xmpp.BindResource(),
	)
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("connect %s: %w", address, err)
	}
	c := &connection{session: session, ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		_ = session.Serve(xmpp.HandlerFunc(func(r xmlstream.TokenReadEncoder, start *xml.StartElement) error {
			// The decoder checks that elements nest, so it needs the start as well.
			handle(start.Name.Local, xml.NewTokenDecoder(xmlstream.MultiReader(xmlstream.Token(*start), r)))
			return nil
		}))
		_ = session.Conn().Close()
	}()
	return c, nil
}

// send writes one stanza, given as XML text.
func (c *connection) send(ctx context.Context, text string) error {
	ctx, done := patiently(ctx, nil)
	defer done()
	return c.session.Send(ctx, xml.NewDecoder(strings.NewReader(text)))
}

// ask sends an IQ with the payload, given as XML text, and returns an error
// when the answer is one.
func (c *connection) ask(ctx context.Context, kind stanza.IQType, to, payload string) error {
	ctx, done := patiently(ctx, c.ended)
	defer done()
	iq := stanza.IQ{Type: kind}
	if to != "" {
		target, err := jid.Parse(to)
		if err != nil {
			return err
		}
		iq.To = target
	}
	return c.session.UnmarshalIQElement(ctx, xml.NewDecoder(strings.NewReader(payload)), iq, nil)
}

// settle returns when the server has handled everything that was sent before:
// it answers in order.
func (c *connection) settle(ctx context.Context) error {
	return c.ask(ctx, stanza.GetIQ, "", "<ping xmlns='urn:xmpp:ping'/>")
}

// close ends the stream in order, or by force when the server does not answer.
func (c *connection) close() {
	force := time.AfterFunc(2*time.Second, func() { _ = c.session.Conn().Close() })
	defer force.Stop()
	_ = c.session.Close()
	<-c.ended
}

// drop ends the stream at once.
func (c *connection) drop() {
	_ = c.session.Conn().Close()
	<-c.ended
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}
