package conversation

import (
	"io"

	"discussions/internal/picture"
)

// strippedSize is how many bytes of a picture or a film are left without metadata; an error if that cannot be taken out.
func (s source) strippedSize() (int64, error) {
	f, err := s.open()
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var n counter
	if err := picture.Strip(&n, f); err != nil {
		return 0, err
	}
	return int64(n), nil
}

type counter int64

// Write implements [io.Writer].
func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// stripped reads a picture or a film without metadata.
type stripped struct {
	*io.PipeReader
	file io.Closer
	done chan struct{} // closed when nothing is read from file any more
}

func newStripped(file io.ReadSeekCloser) *stripped {
	r, w := io.Pipe()
	s := &stripped{r, file, make(chan struct{})}
	go func() {
		defer close(s.done)
		w.CloseWithError(picture.Strip(w, file))
	}()
	return s
}

// Close implements [io.Closer].
func (s *stripped) Close() error {
	_ = s.PipeReader.Close()
	<-s.done
	return s.file.Close()
}
