package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"discussions/internal/neterror"
	"discussions/messaging/xmpp"
)

// Errors of a [Transfer], for errors.Is.
var (
	ErrHost        = errors.New("files: a server that may not be contacted")
	ErrGone        = errors.New("files: not on the server any more")
	ErrUnavailable = errors.New("files: the server does not give or take it now")
	ErrSlotEnded   = errors.New("files: the upload slot has ended")
	ErrRefused     = errors.New("files: the server refuses it")
)

// Transfer sends and fetches files over HTTP. It contacts only hosts that it was told of: see [Transfer.Allow]. Its methods may be called
// from any goroutine.
type Transfer struct {
	client *http.Client
	idle   time.Duration // without a byte, a transfer ends
	slow   int64         // bytes a second: slower, a transfer ends as well

	mu    sync.Mutex
	hosts map[string]bool // origins, such as "https://up.example.org:443"
}

const (
	defaultIdle  = 30 * time.Second
	defaultSlow  = 2 << 10
	maxRedirects = 3
)

// NewTransfer makes a Transfer that uses the certificates and the proxy of a transport; nil: those of net/http. Close it after use.
func NewTransfer(base *http.Transport) *Transfer {
	if base == nil {
		base = http.DefaultTransport.(*http.Transport)
	}
	transport := base.Clone()
	transport.DisableCompression = true // a few bytes must not become a thousand times as many
	transport.MaxResponseHeaderBytes = 64 << 10
	transport.ResponseHeaderTimeout = time.Minute
	t := &Transfer{idle: defaultIdle, slow: defaultSlow, hosts: map[string]bool{}}
	t.client = &http.Client{Transport: transport, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return fmt.Errorf("%w: too many redirections", ErrUnavailable)
		}
		return t.check(r.URL)
	}}
	return t
}

// Close closes idle connections.
func (t *Transfer) Close() { t.client.CloseIdleConnections() }

// Allow lets the Transfer contact a host of the organisation: a name, which stands for its https port, or a name with a port.
func (t *Transfer) Allow(host string) { t.allow(&url.URL{Scheme: "https", Host: host}) }

// AllowService lets the Transfer contact the host of an address that the account's own upload service gave. Without encryption that is
// allowed on this computer only.
func (t *Transfer) AllowService(address string) {
	u, err := url.Parse(address)
	if err == nil && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())) {
		t.allow(u)
	}
}

func (t *Transfer) allow(u *url.URL) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hosts[origin(u)] = true
}

// Allowed reports whether a file can be fetched from one of its sources.
func (t *Transfer) Allowed(s Source) bool {
	for _, address := range s.URLs {
		if u, err := url.Parse(address); err == nil && t.check(u) == nil {
			return true
		}
	}
	return false
}

func (t *Transfer) check(u *url.URL) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if u.Host == "" || u.User != nil || !t.hosts[origin(u)] {
		return ErrHost
	}
	return nil
}

// origin is scheme, host and port, in one spelling.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), port)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// Progress is called with the number of bytes done, on the transfer's goroutine; total is 0 if unknown.
type Progress func(done, total int64)

// Upload puts a file into a slot. [ErrSlotEnded]: another slot is needed. An error of the content is returned as it is. The content is not read
// any more when Upload returns.
func (t *Transfer) Upload(ctx context.Context, slot xmpp.UploadSlot, content *Content, progress Progress) error {
	t.AllowService(slot.Put)
	u, err := url.Parse(slot.Put)
	if err != nil {
		return ErrHost
	}
	if err := t.check(u); err != nil {
		return err
	}
	ctx, watch := t.watch(ctx)
	defer watch.stop()
	body := &upload{from: counted{from: content, watch: watch, total: content.Size(), told: progress}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, slot.Put, io.NopCloser(body))
	if err != nil {
		return ErrHost
	}
	r.ContentLength = content.Size()
	if r.ContentLength == 0 {
		r.Body = http.NoBody
	}
	r.Close = true // a server that refuses a file may leave it unread, and then parse it as the next request (ejabberd 23.01)
	for name, values := range slot.Headers {
		r.Header[name] = values
	}
	r.Header.Set("Content-Type", "application/octet-stream")
	answer, err := t.client.Do(r)
	whole, failed := body.end()
	switch {
	case failed != nil:
		err = failed
	case err != nil:
		err = networkError(ctx, err)
	}
	if answer != nil {
		defer answer.Body.Close()
	}
	if err != nil {
		return err
	}
	switch status := answer.StatusCode; {
	case status >= 200 && status < 300 && !whole:
		return fmt.Errorf("%w: it answered before it had the file", ErrUnavailable)
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusRequestEntityTooLarge:
		return ErrTooLarge
	case status == http.StatusForbidden, status == http.StatusNotFound, status == http.StatusGone, status == http.StatusConflict, status == http.StatusUnauthorized:
		return fmt.Errorf("%w: status %d", ErrSlotEnded, status)
	case status >= 500 || status == http.StatusTooManyRequests:
		return fmt.Errorf("%w: status %d", ErrUnavailable, status)
	default:
		return fmt.Errorf("%w: status %d", ErrRefused, status)
	}
}

// upload is a file that the HTTP client reads on a goroutine of its own, perhaps even after the answer.
type upload struct {
	mu   sync.Mutex
	from counted
	err  error // of the content
	over bool
}

// Read implements [io.Reader].
func (u *upload) Read(b []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.over {
		return 0, io.ErrClosedPipe
	}
	n, err := u.from.Read(b)
	switch {
	case u.from.done > u.from.total, errors.Is(err, io.EOF) && u.from.done < u.from.total:
		err = fmt.Errorf("%w: it has another size", ErrDamaged)
		u.err = err
	case err != nil && !errors.Is(err, io.EOF):
		u.err = err
	}
	return n, err
}

// end stops all reading, and reports whether everything was read, and what failed.
func (u *upload) end() (whole bool, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.over = true
	return u.from.done == u.from.total, u.err
}

// networkError is an error of a connection, without addresses.
func networkError(ctx context.Context, err error) error {
	for _, known := range []error{ErrHost, ErrUnavailable} {
		if errors.Is(err, known) {
			return known
		}
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, neterror.Quiet(err))
}
