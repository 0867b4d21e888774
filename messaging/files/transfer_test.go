package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"go.uber.org/goleak"

	"discussions/messaging/xmpp"
)

// server misbehaves as a test says. It counts the requests.
type server struct {
	*httptest.Server
	asked []string
}

func serve(t *testing.T, handle http.HandlerFunc) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r.Method+" "+r.URL.Path)
		handle(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func newTransfer(t *testing.T, allowed ...string) *Transfer {
	x := NewTransfer(nil)
	for _, address := range allowed {
		x.AllowService(address)
	}
	t.Cleanup(x.Close)
	return x
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAFileIsFetchedAndChecked(t *testing.T) {
	var data []byte
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) })
	data, source := sealed(t, "ordonnance", s.URL+"/f.bin")
	var told []int64
	got, err := begin(t, newTransfer(t, s.URL), source, 1<<20).run(func(done, total int64) { told = append(told, done, total) })
	if err != nil || got != "ordonnance" {
		t.Fatalf("%q, %v", got, err)
	}
	if n := int64(len(data)); len(told) < 2 || told[len(told)-2] != n || told[len(told)-1] != n {
		t.Errorf("told: %v of %d", told, n)
	}
}

func TestOnlyAllowedHostsAreContacted(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "secret of the local network") })
	address := strings.TrimPrefix(s.URL, "http://")
	for name, c := range map[string]struct {
		url   string
		allow func(*Transfer)
	}{
		"nobody allowed it":         {s.URL, func(*Transfer) {}},
		"without its port":          {s.URL, func(x *Transfer) { x.AllowService("http://127.0.0.1/") }},
		"another name for it":       {strings.Replace(s.URL, "127.0.0.1", "localhost", 1), func(x *Transfer) { x.AllowService(s.URL) }},
		"with https only":           {s.URL, func(x *Transfer) { x.Allow(address) }},
		"with a name and password":  {strings.Replace(s.URL, "http://", "http://a:b@", 1), func(x *Transfer) { x.AllowService(s.URL) }},
		"a file":                    {"file:///etc/passwd", func(x *Transfer) { x.AllowService("file:///etc/passwd") }},
		"a service without TLS":     {"http://up.example.org/", func(x *Transfer) { x.AllowService("http://up.example.org/") }},
		"an address of the network": {"http://169.254.169.254/latest", func(x *Transfer) { x.AllowService(s.URL) }},
		"an address that is none":   {"https://%zz/", func(x *Transfer) { x.AllowService(s.URL) }},
	} {
		x := newTransfer(t)
		c.allow(x)
		source := Source{URLs: []string{c.url}}
		if x.Allowed(source) {
			t.Errorf("%s: allowed", name)
		}
		if _, err := begin(t, x, source, 100).run(nil); !errors.Is(err, ErrHost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(s.asked) > 0 {
		t.Errorf("the server was asked: %v", s.asked)
	}
	x := newTransfer(t)
	x.Allow("up.example.org")
	if !x.Allowed(Source{URLs: []string{"https://UP.example.org.:443/x"}}) {
		t.Error("one host in another spelling is not allowed")
	}
}

func TestARedirectionLeadsToAllowedHostsOnly(t *testing.T) {
	inside := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "secret") })
	var to string
	outside := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/end" {
			fmt.Fprint(w, "file")
			return
		}
		http.Redirect(w, r, to, http.StatusFound)
	})
	x := newTransfer(t, outside.URL)
	source := Source{URLs: []string{outside.URL + "/begin"}}
	for _, to = range []string{inside.URL, "file:///etc/passwd", "http://[::1]/"} {
		if _, err := begin(t, x, source, 100).run(nil); !errors.Is(err, ErrHost) {
			t.Errorf("to %s: %v", to, err)
		}
	}
	if len(inside.asked) > 0 {
		t.Error("the other host was asked")
	}
	to = "/begin"
	if _, err := begin(t, x, source, 100).run(nil); !errors.Is(err, ErrUnavailable) {
		t.Errorf("in a circle: %v", err)
	}
	to = "/end"
	if got, err := begin(t, x, source, 100).run(nil); err != nil || got != "file" {
		t.Errorf("on the same host: %q, %v", got, err)
	}
}

func TestWhatAServerMayDoWrong(t *testing.T) {
	cut := func(w http.ResponseWriter, sent string) {
		w.Header().Set("Content-Length", "90")
		fmt.Fprint(w, sent)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		want   error
	}{
		"gone":                      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, ErrGone},
		"expired":                   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, ErrGone},
		"forbidden":                 {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, ErrRefused},
		"out of order":              {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, ErrUnavailable},
		"too busy":                  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, ErrUnavailable},
		"cut before the first byte": {func(w http.ResponseWriter, _ *http.Request) { cut(w, "") }, ErrUnavailable},
		"cut in the middle":         {func(w http.ResponseWriter, _ *http.Request) { cut(w, "half of it") }, ErrUnavailable},
		"says it is too large":      {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "1000000") }, ErrTooLarge},
		"never ends": {func(w http.ResponseWriter, _ *http.Request) {
			for { // until the client hangs up
				if _, err := io.WriteString(w, strings.Repeat("x", 64<<10)); err != nil {
					return
				}
			}
		}, ErrTooLarge},
		"inflates": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "\x1f\x8b not what was announced")
		}, ErrDamaged},
		"sends less": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "less") }, ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, c.handle)
			_, source := sealed(t, strings.Repeat("announced ", 8), s.URL)
			if got, err := begin(t, newTransfer(t, s.URL), source, 1000).run(nil); !errors.Is(err, c.want) || got != "" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestASecondSourceIsTried(t *testing.T) {
	var data []byte
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			w.WriteHeader(404)
			return
		}
		_, _ = w.Write(data)
	})
	data, source := sealed(t, "file", "https://elsewhere.example.org/", s.URL+"/gone", s.URL+"/there")
	if got, err := begin(t, newTransfer(t, s.URL), source, 100).run(nil); err != nil || got != "file" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestATransferThatStandsStillIsGivenUp(t *testing.T) {
	for name, first := range map[string]string{"before the first byte": "", "in the middle": "half"} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", "100")
				if first != "" {
					fmt.Fprint(w, first)
					_ = http.NewResponseController(w).Flush()
				}
				<-r.Context().Done() // the client has hung up
			})
			x := newTransfer(t, s.URL)
			x.idle = 10 * time.Millisecond
			if _, err := begin(t, x, Source{URLs: []string{s.URL}}, 1000).run(nil); !errors.Is(err, ErrUnavailable) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestATransferThatIsTooSlowIsGivenUp(t *testing.T) {
	w := &watch{idle: time.Minute, slow: 1000, began: time.Now().Add(-3 * time.Minute)}
	ctx, cancel := context.WithCancelCause(t.Context())
	w.cancel, w.timer = cancel, time.NewTimer(time.Minute)
	defer w.stop()
	w.moved(179_999)
	if !errors.Is(context.Cause(ctx), ErrUnavailable) {
		t.Error("it goes on")
	}
}

func TestAFetchThatIsCalledOffEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	if err := begin(t, newTransfer(t, s.URL), Source{URLs: []string{s.URL}}, 1000).Run(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestUpload(t *testing.T) {
	content := strings.Repeat("œil", 1000)
	for status, want := range map[int]error{201: nil, 200: nil, 403: ErrSlotEnded, 404: ErrSlotEnded, 410: ErrSlotEnded, 413: ErrTooLarge, 500: ErrUnavailable, 507: ErrUnavailable, 400: ErrRefused} {
		got := ""
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			got = fmt.Sprintln(r.Method, r.ContentLength, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(b))
			w.WriteHeader(status)
		})
		slot := xmpp.UploadSlot{Put: s.URL + "/put", Headers: http.Header{"Authorization": {"Basic x"}}}
		err := newTransfer(t).Upload(t.Context(), slot, plain(content), nil)
		if !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%d: %v", status, err)
		}
		if want := fmt.Sprintln("PUT", len(content), "Basic x", "application/octet-stream", content); got != want {
			t.Errorf("%d: the server got %.100s", status, got)
		}
	}
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(io.Discard, r.Body, 100)
		panic(http.ErrAbortHandler)
	})
	if err := newTransfer(t).Upload(t.Context(), xmpp.UploadSlot{Put: s.URL}, plain(strings.Repeat("x", 1<<20)), nil); !errors.Is(err, ErrUnavailable) {
		t.Errorf("cut: %v", err)
	}
	if err := newTransfer(t).Upload(t.Context(), xmpp.UploadSlot{Put: "http://up.example.org/"}, plain(""), nil); !errors.Is(err, ErrHost) {
		t.Errorf("without encryption: %v", err)
	}
}

func plain(content string) *Content { return Plain(strings.NewReader(content), int64(len(content))) }

// TestAFileThatIsNotAsTheOutboxSaysIsNotUploaded: the copy on this computer fails, or has another size.
func TestAFileThatIsNotAsTheOutboxSaysIsNotUploaded(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer s.Close()
	broken := errors.New("broken")
	half := io.MultiReader(strings.NewReader(strings.Repeat("x", gcmPiece+1)), iotest.ErrReader(broken))
	for name, c := range map[string]struct {
		content *Content
		want    error
	}{
		"it fails":            {Seal(iotest.ErrReader(broken), 10), broken},
		"it fails in between": {Seal(half, 2*gcmPiece), broken},
		"it fails, plain":     {Plain(iotest.ErrReader(broken), 10), broken},
		"it is shorter":       {Seal(strings.NewReader("abc"), 4), ErrDamaged},
	} {
		if err := newTransfer(t).Upload(t.Context(), xmpp.UploadSlot{Put: s.URL}, c.content, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAnAnswerBeforeTheFileIsNone: a file that the server cannot have yet does not count as uploaded, and is not read
// afterwards.
func TestAnAnswerBeforeTheFileIsNone(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })
	const size = 64 << 20 // more than sockets hold
	if err := newTransfer(t).Upload(t.Context(), xmpp.UploadSlot{Put: s.URL}, Plain(zeros{}, size), nil); !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v", err)
	}
}
