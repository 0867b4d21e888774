//go:build linux

package clipboard

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"
)

// pipes is a program that writes what it offers into pipes.
type pipes struct {
	offers map[string][]byte
	hangs  bool // once it has written
	never  bool // it never ends
	done   chan struct{}
	ends   []*os.File
}

func (p *pipes) Types(context.Context) (types []string, err error) {
	if p.offers == nil {
		return nil, ErrUnavailable
	}
	for kind := range p.offers {
		types = append(types, kind)
	}
	return types, nil
}

func (p *pipes) Receive(_ context.Context, kind string) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.ends = append(p.ends, w)
	go func() {
		defer func() { p.done <- struct{}{} }()
		_, err := w.Write(p.offers[kind])
		for p.never && err == nil {
			_, err = w.Write(p.offers[kind])
		}
		if !p.hangs {
			_ = w.Close()
		}
	}()
	return r, nil
}

// close waits until what the program wrote came to an end.
func (p *pipes) close() {
	for _, w := range p.ends {
		<-p.done
		_ = w.Close()
	}
}

func newPipes(p *pipes) *pipes {
	p.done = make(chan struct{}, 10)
	return p
}

func TestATextFromAPipe(t *testing.T) {
	const most = 1000
	const text = "text/plain;charset=utf-8"
	huge := bytes.Repeat([]byte("é"), 5<<20)
	for name, c := range map[string]struct {
		owner pipes
		want  string
		err   error
	}{
		"a text":                          {pipes{offers: map[string][]byte{text: []byte("Moussa Keïta"), "image/png": noise(9), "text/plain": []byte("?")}}, "Moussa Keïta", nil},
		"of a program of X11":             {pipes{offers: map[string][]byte{"UTF8_STRING": []byte("Keïta")}}, "Keïta", nil},
		"of one that writes its end":      {pipes{offers: map[string][]byte{text: []byte("Sophie\x00")}}, "Sophie", nil},
		"as long as allowed":              {pipes{offers: map[string][]byte{text: huge[:most]}}, string(huge[:most]), nil},
		"10 MB":                           {pipes{offers: map[string][]byte{text: huge}}, string(huge[:most]), ErrTooLarge},
		"without end":                     {pipes{offers: map[string][]byte{text: huge}, never: true}, string(huge[:most]), ErrTooLarge},
		"none":                            {pipes{offers: map[string][]byte{"image/png": noise(9)}}, "", ErrEmpty},
		"of one that closes at once":      {pipes{offers: map[string][]byte{text: nil}}, "", ErrEmpty},
		"of one that never answers":       {pipes{offers: map[string][]byte{text: nil}, hangs: true}, "", context.DeadlineExceeded},
		"of one that hangs in the middle": {pipes{offers: map[string][]byte{text: huge[:400]}, hangs: true}, "", context.DeadlineExceeded},
		"where there are no pipes":        {pipes{}, "", ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			leakFree(t)
			owner := newPipes(&c.owner)
			defer owner.close()
			limit := 10 * time.Second
			if errors.Is(c.err, context.DeadlineExceeded) {
				limit = 50 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			got, err := ReadTextOf(ctx, owner, most)
			if !errors.Is(err, c.err) {
				t.Fatalf("%v, want %v", err, c.err)
			}
			if got != c.want {
				t.Errorf("%d bytes, %.40q, want %d", len(got), got, len(c.want))
			}
		})
	}
}

func TestAPictureFromAPipe(t *testing.T) {
	const most = 1 << 20
	for name, c := range map[string]struct {
		owner pipes
		want  Content
		err   error
	}{
		"a picture":                   {pipes{offers: map[string][]byte{"image/png": noise(300_001), "text/plain": []byte("x")}}, Content{Picture: noise(300_001)}, nil},
		"the best of its types":       {pipes{offers: map[string][]byte{"image/bmp": noise(10), "image/jpeg": noise(20)}}, Content{Picture: noise(20)}, nil},
		"files":                       {pipes{offers: map[string][]byte{"text/uri-list": []byte("file:///a\r\nfile:///b"), "image/png": noise(9)}}, Content{Files: []string{"/a", "/b"}}, nil},
		"addresses that are no files": {pipes{offers: map[string][]byte{"text/uri-list": []byte("https://x.example/"), "image/png": noise(9)}}, Content{Picture: noise(9)}, nil},
		"no files after all":          {pipes{offers: map[string][]byte{"text/uri-list": nil, "image/png": noise(9)}}, Content{Picture: noise(9)}, nil},
		"text":                        {pipes{offers: map[string][]byte{"text/plain": []byte("x")}}, Content{}, ErrEmpty},
		"more than allowed":           {pipes{offers: map[string][]byte{"image/png": noise(most + 1)}}, Content{}, ErrTooLarge},
		"files without end":           {pipes{offers: map[string][]byte{"text/uri-list": []byte("file:///a\r\n")}, never: true}, Content{}, ErrTooLarge},
		"that closes at once":         {pipes{offers: map[string][]byte{"image/png": nil}}, Content{}, ErrEmpty},
		"that hangs in the middle":    {pipes{offers: map[string][]byte{"image/png": noise(400)}, hangs: true}, Content{}, context.DeadlineExceeded},
		"where there are no pipes":    {pipes{}, Content{}, ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			leakFree(t)
			owner := newPipes(&c.owner)
			defer owner.close()
			limit := 10 * time.Second
			if errors.Is(c.err, context.DeadlineExceeded) {
				limit = 50 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			got, err := ReadOf(ctx, owner, most)
			if !errors.Is(err, c.err) {
				t.Fatalf("%v, want %v", err, c.err)
			}
			if !bytes.Equal(got.Picture, c.want.Picture) || !slices.Equal(got.Files, c.want.Files) {
				t.Errorf("%d bytes and %q, want %d and %q", len(got.Picture), got.Files, len(c.want.Picture), c.want.Files)
			}
		})
	}
}
