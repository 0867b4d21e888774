package xmpp

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// socket is the connection below a WebSocket. It notes the end of the connection, which coder/websocket 1.8.15 does not distinguish from the
// end of a message, and can combine several messages into one write.
type socket struct {
	io.ReadWriteCloser
	ended atomic.Bool

	mu     sync.Mutex
	corked bool
	buf    []byte
	ends   []int // of the messages in buf
}

// maxRecord is the most that a TLS record carries.
const maxRecord = 16 << 10

// Read implements [io.Reader].
func (s *socket) Read(p []byte) (int, error) {
	n, err := s.ReadWriteCloser.Read(p)
	if err != nil {
		s.ended.Store(true)
	}
	return n, err
}

// Write implements [io.Writer]. While corked, it only collects.
func (s *socket) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.corked {
		s.buf = append(s.buf, p...)
		return len(p), nil
	}
	return s.ReadWriteCloser.Write(p)
}

func (s *socket) cork() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.corked = true
}

// end notes that a message is collected as a whole.
func (s *socket) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends = append(s.ends, len(s.buf))
}

// uncork writes the whole messages that were collected, as many at once as one TLS record holds. The server gets a record as a whole or
// not at all, so no half of a message: Prosody 0.12 puts the half that came before a loss in front of what the resumed stream brings,
// and ends the session, as that is no XML. A message longer than a record can still be cut.
func (s *socket) uncork() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.corked = false
	s.ends = append(s.ends, len(s.buf)) // a pong may stand at the end
	var err error
	begin := 0
	for i, end := range s.ends {
		if end == begin || i+1 < len(s.ends) && s.ends[i+1]-begin <= maxRecord {
			continue
		}
		if _, err = s.ReadWriteCloser.Write(s.buf[begin:end]); err != nil {
			break
		}
		begin = end
	}
	s.buf, s.ends = s.buf[:0], s.ends[:0]
	if cap(s.buf) > keptBuffer {
		s.buf = nil
	}
	return err
}

// socketTransport inserts the socket between the HTTP connection and the WebSocket.
type socketTransport struct {
	http.RoundTripper
	socket *socket
}

// RoundTrip implements [http.RoundTripper].
func (t socketTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if upgraded, ok := response.Body.(io.ReadWriteCloser); ok {
		t.socket.ReadWriteCloser = upgraded
		response.Body = t.socket
	}
	return response, nil
}

// wholeReader reads a message and returns an error if the connection ends within it. Otherwise a truncated stanza would count as received,
// and the server would not send it again.
type wholeReader struct {
	io.Reader
	socket *socket
}

func (r wholeReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF && r.socket.ended.Load() {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// countingReader counts the bytes that are read through it.
type countingReader struct {
	io.Reader
	n *atomic.Uint64
}

func (r countingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.n.Add(uint64(n))
	return n, err
}
