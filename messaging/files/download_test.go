package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// store is a server of one file.
type store struct {
	data   []byte
	tag    string // its ETag
	ranges bool
	cuts   []int // after so many bytes the next answers are cut

	asked []string // the ranges
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked = append(s.asked, strings.TrimPrefix(r.Header.Get("Range"), "bytes="))
	if len(s.cuts) > 0 {
		w = &wiretest.CutWriter{ResponseWriter: w, Left: s.cuts[0]}
		s.cuts = s.cuts[1:]
	}
	if s.tag != "" {
		w.Header().Set("ETag", s.tag)
	}
	if !s.ranges {
		w.Header().Set("Content-Length", fmt.Sprint(len(s.data)))
		_, _ = w.Write(s.data)
		return
	}
	http.ServeContent(w, r, "f.bin", time.Time{}, bytes.NewReader(s.data))
}

// fetching is a download into a box of its own.
type fetching struct {
	*Download
	t   *testing.T
	dir string
	box *Box
}

func begin(t *testing.T, x *Transfer, s Source, limit int64) *fetching {
	t.Helper()
	dir := t.TempDir()
	b := openBox(t, dir, 1<<30)
	p, err := b.Begin(Fetched("x"))
	check(t, err)
	t.Cleanup(p.Discard)
	return &fetching{x.Begin(s, limit, p), t, dir, b}
}

// run fetches what has not come yet, and gives the file; of one that is not there, nothing is on the disk.
func (f *fetching) run(progress Progress) (content string, err error) {
	f.t.Helper()
	if err = f.Run(f.t.Context(), progress); err == nil {
		err = f.to.Keep()
	}
	switch {
	case err == nil:
		data, err := f.box.Read(Fetched("x"), 1<<20)
		check(f.t, err)
		return string(data), nil
	case f.box.Has(Fetched("x")):
		f.t.Errorf("it is there after %v", err)
	case !errors.Is(err, ErrUnavailable):
		f.to.Discard()
		if !f.box.Empty() {
			f.t.Errorf("something is left after %v", err)
		}
	}
	return "", err
}

// untilItEnds tries until the file is there or the error is one for good.
func (f *fetching) untilItEnds() (content string, err error) {
	f.t.Helper()
	for range 10 {
		if content, err = f.run(nil); !errors.Is(err, ErrUnavailable) {
			break
		}
	}
	return content, err
}

func TestADownloadThatIsCutAtAnyByteGoesOn(t *testing.T) {
	const content = "une ordonnance de quelques mots"
	for _, ranges := range []bool{true, false} {
		for _, tag := range []string{"", `"1"`} {
			file, encrypted := sealed(t, content, "")
			for cut := range len(file) {
				s := &store{data: file, tag: tag, ranges: ranges, cuts: []int{cut, 1}}
				server := serve(t, s.ServeHTTP)
				source := encrypted
				source.URLs = []string{server.URL}
				var last int64
				d := begin(t, newTransfer(t, server.URL), source, 1000)
				got, err := "", ErrUnavailable
				for n := 0; errors.Is(err, ErrUnavailable) && n < 5; n++ {
					got, err = d.run(func(done, total int64) {
						if last = done; done > total || total != int64(len(file)) {
							t.Errorf("%d of %d bytes", done, total)
						}
					})
				}
				if err != nil || got != content || last != int64(len(file)) {
					t.Fatalf("cut after %d bytes: %q, %v", cut, got, err)
				}
				want := []string{"", "", "1-"}
				if cut > 0 {
					want[1] = fmt.Sprintf("%d-", cut)
				}
				if ranges {
					want[2] = fmt.Sprintf("%d-", cut+1)
				}
				if ranges && cut == len(file)-1 { // the next byte was the last
					want = want[:2]
				}
				if fmt.Sprint(s.asked) != fmt.Sprint(want) {
					t.Fatalf("cut after %d bytes, ranges %v: asked for %q", cut, ranges, s.asked)
				}
				server.Close()
			}
		}
	}
}

func TestPiecesOfTwoFilesAreNotJoined(t *testing.T) {
	first, second := "la première version", "la seconde, plus longue que la première"
	for name, c := range map[string]struct {
		tags   [2]string
		second string // what the server has at the second request
		source Source
		want   string
		asked  []string
	}{
		"another tag":          {[2]string{`"1"`, `"2"`}, second, Source{}, second, []string{"", "5-"}},
		"the same tag":         {[2]string{`"1"`, `"1"`}, first, Source{}, first, []string{"", "5-"}},
		"a weak tag is none":   {[2]string{`W/"1"`, `W/"1"`}, second, Source{}, second, []string{"", ""}},
		"neither tag nor hash": {[2]string{}, second, Source{}, second, []string{"", ""}},
		"no tag, and the hash says that it differs": {[2]string{}, second, hashed(second), second, []string{"", "5-", ""}},
		"no tag, and it is not what was announced":  {[2]string{}, second, Source{hashes: []xmpp.Hash{Hash([]byte("autre chose"))}}, "", []string{"", "5-", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &store{data: []byte(first), tag: c.tags[0], ranges: true, cuts: []int{5}}
			server := serve(t, s.ServeHTTP)
			c.source.URLs = []string{server.URL}
			d := begin(t, newTransfer(t, server.URL), c.source, 1000)
			if _, err := d.run(nil); !errors.Is(err, ErrUnavailable) || d.Has() != 5 {
				t.Fatalf("%d bytes, %v", d.Has(), err)
			}
			s.data, s.tag = []byte(c.second), c.tags[1]
			got, err := d.run(nil)
			if got != c.want || (c.want == "") != errors.Is(err, ErrDamaged) {
				t.Errorf("%q, %v", got, err)
			}
			if fmt.Sprint(s.asked) != fmt.Sprint(c.asked) {
				t.Errorf("asked for %q", s.asked)
			}
		})
	}
}

// hashed is a file of which the sender has told size and hash, not encrypted.
func hashed(content string) Source {
	return Source{Size: int64(len(content)), hashes: []xmpp.Hash{Hash([]byte(content))}}
}

func TestAServerThatAnswersAnotherRangeIsAskedAnew(t *testing.T) {
	const content = "une ordonnance"
	part := func(span, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", span)
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, second := range map[string]http.HandlerFunc{
		"from another byte": part("bytes 2-13/14", "e ordonnance"),
		"of other units":    part("lines 4-13/14", "ordonnance"),
		"without its place": part("", "ordonnance"),
		"none":              func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusRequestedRangeNotSatisfiable) },
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			whole := &store{data: []byte(content), cuts: []int{4}}
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if n++; n == 2 {
					second(w, r)
					return
				}
				whole.ServeHTTP(w, r)
			})
			source := hashed(content)
			source.URLs = []string{server.URL}
			if got, err := begin(t, newTransfer(t, server.URL), source, 1000).untilItEnds(); err != nil || got != content {
				t.Errorf("%q, %v", got, err)
			}
			if fmt.Sprint(whole.asked) != "[ ]" {
				t.Errorf("asked for %q", whole.asked)
			}
		})
	}
	t.Run("that nobody asked for", func(t *testing.T) {
		server := serve(t, part("bytes 0-13/14", content))
		if got, err := begin(t, newTransfer(t, server.URL), Source{URLs: []string{server.URL}}, 1000).untilItEnds(); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("that is longer than announced", func(t *testing.T) {
		n := 0
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				(&store{data: []byte(content), cuts: []int{4}}).ServeHTTP(w, r)
				return
			}
			part("bytes 4-13/14", strings.Repeat("x", 100))(w, r)
		})
		source := hashed(content)
		source.URLs = []string{server.URL}
		if got, err := begin(t, newTransfer(t, server.URL), source, 1000).untilItEnds(); !errors.Is(err, ErrTooLarge) || got != "" {
			t.Errorf("%q, %v", got, err)
		}
	})
}
