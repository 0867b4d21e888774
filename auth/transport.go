package auth

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	// requestTimeout bounds every request to the provider, body included.
	requestTimeout = 20 * time.Second
	// bodyLimit is far above the size in bytes of any discovery document, key set or token response.
	bodyLimit = 1 << 20
)

// boundedTransport sends every request to the provider. It limits the size of the answers, because go-oidc does not, and
// learns the difference between the clocks from their Date header.
type boundedTransport struct {
	base http.RoundTripper
	now  func() time.Time
	skew atomic.Pointer[time.Duration] // this clock minus the provider's; nil before the first answer with a Date
}

// newClient wraps the transport of c. It does not follow redirects: a 307 would send codes and tokens to another server.
func newClient(c *http.Client, now func() time.Time) (*http.Client, *boundedTransport) {
	t := &boundedTransport{base: http.DefaultTransport, now: now}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client := &http.Client{Transport: t, Timeout: requestTimeout, CheckRedirect: stay}
	if c != nil {
		if c.Transport != nil {
			t.base = c.Transport
		}
		if c.Timeout > 0 {
			client.Timeout = min(c.Timeout, requestTimeout)
		}
	}
	return client, t
}

// RoundTrip implements [http.RoundTripper].
func (t *boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		r = r.Clone(r.Context())
		r.Header.Set("Cache-Control", "no-cache") // a cached answer has an old Date
	}
	resp, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	t.observe(resp.Header)
	resp.Body = &bounded{ReadCloser: resp.Body, left: bodyLimit}
	return resp, nil
}

func (t *boundedTransport) observe(h http.Header) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	if age, err := strconv.Atoi(h.Get("Age")); err == nil && age > 0 && age < 1e9 {
		date = date.Add(time.Duration(age) * time.Second)
	}
	skew := t.now().Sub(date)
	t.skew.Store(&skew)
}

// difference is this clock minus the provider's, if known.
func (t *boundedTransport) difference() (d time.Duration, known bool) {
	if p := t.skew.Load(); p != nil {
		return *p, true
	}
	return 0, false
}

type bounded struct {
	io.ReadCloser
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	if len(p) > b.left+1 {
		p = p[:b.left+1] // one byte more than allowed shows that the body is too long
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= n
	if b.left < 0 {
		return n, errTooLarge
	}
	return n, err
}
