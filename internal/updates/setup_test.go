package updates

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aead.dev/minisign"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// publisher signs notices and answers for the server. It is the http.RoundTripper of the address publisher://…
type publisher struct {
	public  minisign.PublicKey
	private minisign.PrivateKey

	mu       sync.Mutex                                  // of what follows
	answer   func(*http.Request) (*http.Response, error) // nil: that of files
	files    map[string][]byte
	requests []*http.Request
}

const address = "publisher://updates.example.org/latest.json"

func newPublisher(t *testing.T) *publisher {
	t.Helper()
	p := &publisher{files: map[string][]byte{}}
	var err error
	if p.public, p.private, err = minisign.GenerateKey(nil); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *publisher) publish(notice string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files["/latest.json"] = []byte(notice)
	p.files["/latest.json.minisig"] = minisign.Sign(p.private, []byte(notice))
}

func (p *publisher) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	p.requests = append(p.requests, r)
	answer := p.answer
	data, found := p.files[r.URL.Path]
	p.mu.Unlock()
	if answer != nil {
		return answer(r)
	}
	if !found {
		return response(http.StatusNotFound, ""), nil
	}
	return response(http.StatusOK, string(data)), nil
}

// change changes what is answered.
func (p *publisher) change(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

// asked are the requests so far.
func (p *publisher) asked() []*http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

func response(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func (p *publisher) transport() (*http.Transport, error) {
	t := &http.Transport{}
	t.RegisterProtocol("publisher", p)
	return t, nil
}

// program is a watcher as the program has it, in a synctest bubble.
type program struct {
	*Watcher
	changes atomic.Int32
	log     log
}

// log is a buffer for several goroutines.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func start(t *testing.T, p *publisher, running, folder string) *program {
	t.Helper()
	pr := &program{}
	var err error
	pr.Watcher, err = Watch(Options{
		Address: address, Key: p.public.String(), Running: running, File: filepath.Join(folder, "updates.json"), Transport: p.transport,
		Changed: func() { pr.changes.Add(1) }, Log: slog.New(slog.NewTextHandler(&pr.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return pr
}

func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func notice(version, minimum, published string) string {
	return fmt.Sprintf(`{"product":"org.spico.discussions","version":%q,"minimum":%q,"published":%q,"notes":"https://example.org/notes"}`, version, minimum, published)
}
