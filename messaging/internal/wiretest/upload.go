package wiretest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// Web is an upload service in memory: its addresses are reached through its Transport only, also in a bubble of synctest.
type Web struct {
	MaxSize int64 // told by the service; 0: nothing
	Ranges  bool  // it gives parts of files
	Cut     int   // after so many bytes of a file that is fetched the connection breaks; 0: never
	NoSlots error // instead of a slot

	mu     sync.Mutex
	stored map[string][]byte // by path
	asked  []string          // method and path of each request, in order
	handle func(w http.ResponseWriter, r *http.Request) (done bool)
	named  []string // names and types that slots were requested for
	slots  int

	conns  chan net.Conn
	closed chan struct{}
	server *http.Server
}

// NewWeb starts an upload service. Close it.
func NewWeb() *Web {
	w := &Web{stored: map[string][]byte{}, conns: make(chan net.Conn), closed: make(chan struct{})}
	w.server = &http.Server{Handler: http.HandlerFunc(w.serve)}
	go func() { _ = w.server.Serve(w) }()
	return w
}

// Transport reaches the service, whatever the address.
func (w *Web) Transport() *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case w.conns <- there:
			return here, nil
		case <-w.closed:
			return nil, errors.New("the service is closed")
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
}

// Accept implements [net.Listener].
func (w *Web) Accept() (net.Conn, error) {
	select {
	case c := <-w.conns:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

// Addr implements [net.Listener].
func (w *Web) Addr() net.Addr { return &net.TCPAddr{} }

// Close implements [net.Listener], and ends all connections.
func (w *Web) Close() error {
	w.mu.Lock()
	select {
	case <-w.closed:
		w.mu.Unlock()
		return nil
	default:
		close(w.closed)
	}
	w.mu.Unlock()
	return w.server.Close()
}

// Handle makes a function answer requests first; where it returns false, the service answers.
func (w *Web) Handle(f func(w http.ResponseWriter, r *http.Request) (done bool)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.handle = f
}

// Asked gives method and path of each request, in order.
func (w *Web) Asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.asked...)
}

// Named gives what slots were requested for: name and type.
func (w *Web) Named() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.named...)
}

// Stored gives what was uploaded, by path.
func (w *Web) Stored() map[string][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	stored := map[string][]byte{}
	for path, data := range w.stored {
		stored[path] = data
	}
	return stored
}

// Put puts a file on the service and gives its address.
func (w *Web) Put(path string, data []byte) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stored[path] = data
	return webAddress + path
}

const webAddress = "http://127.0.0.1:8080"

func (w *Web) serve(to http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.asked = append(w.asked, r.Method+" "+r.URL.Path)
	handle := w.handle
	w.mu.Unlock()
	if handle != nil && handle(to, r) {
		return
	}
	if r.Method == http.MethodPut {
		data, err := io.ReadAll(r.Body)
		if err != nil || int64(len(data)) != r.ContentLength {
			return
		}
		w.mu.Lock()
		w.stored[r.URL.Path] = data
		w.mu.Unlock()
		to.WriteHeader(http.StatusCreated)
		return
	}
	w.mu.Lock()
	data, found := w.stored[r.URL.Path]
	w.mu.Unlock()
	if !found {
		to.WriteHeader(http.StatusNotFound)
		return
	}
	if w.Cut > 0 {
		to = &CutWriter{to, w.Cut}
	}
	if w.Ranges {
		http.ServeContent(to, r, "", time.Time{}, bytes.NewReader(data))
		return
	}
	_, _ = to.Write(data)
}

// CutWriter breaks the connection after so many bytes of a body.
type CutWriter struct {
	http.ResponseWriter
	Left int
}

// Write implements [http.ResponseWriter].
func (c *CutWriter) Write(b []byte) (int, error) {
	if len(b) < c.Left {
		c.Left -= len(b)
		return c.ResponseWriter.Write(b)
	}
	_, _ = c.ResponseWriter.Write(b[:c.Left])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}

func (w *Web) slot(name, mediaType string) (xmpp.UploadSlot, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.NoSlots != nil {
		return xmpp.UploadSlot{}, w.NoSlots
	}
	w.slots++
	w.named = append(w.named, name+" "+mediaType)
	address := webAddress + "/" + strings.Repeat("s", w.slots) + "/" + name
	return xmpp.UploadSlot{Put: address, Get: address}, nil
}

// UploadService implements the method of [xmpp.Client].
func (w *Server) UploadService(context.Context) (xmpp.UploadService, error) {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return xmpp.UploadService{}, err
	}
	if w.Web == nil {
		return xmpp.UploadService{}, xmpp.ErrNoUpload
	}
	return xmpp.UploadService{JID: jid.MustParse("upload.example.org"), MaxSize: w.Web.MaxSize}, nil
}

// UploadSlot implements the method of [xmpp.Client].
func (w *Server) UploadSlot(_ context.Context, _ jid.JID, name, mediaType string, _ int64) (xmpp.UploadSlot, error) {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return xmpp.UploadSlot{}, err
	}
	return w.Web.slot(name, mediaType)
}
