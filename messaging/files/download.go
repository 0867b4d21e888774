package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Download is a file that is being fetched. What has come is kept in memory when the connection is cut, and [Download.Run] asks the server
// for the rest only (RFC 9110 §14): a server that knows no ranges gives all of it again. It belongs to one goroutine.
type Download struct {
	t      *Transfer
	source Source
	most   int64 // bytes that the server may send

	from      string // the address that gave data
	data      bytes.Buffer
	validator string // names the version of the file that data is the beginning of; "": the server named none
	joined    bool   // data came in more than one piece
}

// Begin prepares to fetch a file of at most limit bytes.
func (t *Transfer) Begin(s Source, limit int64) *Download {
	return &Download{t: t, source: s, most: s.most(limit)}
}

// Fetch fetches a file of at most limit bytes and checks it. Nothing of one that is not as announced is returned.
func (t *Transfer) Fetch(ctx context.Context, s Source, limit int64, progress Progress) ([]byte, error) {
	return t.Begin(s, limit).Run(ctx, progress)
}

// Has is how many bytes have come.
func (d *Download) Has() int64 { return int64(d.data.Len()) }

// Run fetches what has not come yet, and checks the whole file. After [ErrUnavailable] it can be called again. Nothing of a file that is not
// as announced is returned.
func (d *Download) Run(ctx context.Context, progress Progress) (data []byte, err error) {
	err = ErrHost
	for _, address := range d.source.URLs {
		u, parsed := url.Parse(address)
		if parsed != nil || d.t.check(u) != nil {
			continue
		}
		if d.from != address {
			d.forget()
			d.from = address
		}
		if data, err = d.fetchAndCheck(ctx, u, progress); err == nil {
			return data, nil
		}
		if !errors.Is(err, ErrGone) && !errors.Is(err, ErrUnavailable) {
			break
		}
	}
	if !errors.Is(err, ErrUnavailable) {
		d.forget()
	}
	return nil, err
}

// fetchAndCheck fetches the file whole where its pieces turn out not to be of one and the same file.
func (d *Download) fetchAndCheck(ctx context.Context, u *url.URL, progress Progress) (data []byte, err error) {
	for again := true; ; again = false {
		if err := d.fetch(ctx, u, progress); err != nil {
			return nil, err
		}
		joined := d.joined
		data, err = d.source.Open(d.data.Bytes())
		if err == nil {
			return data, nil
		}
		d.forget()
		if !joined || !again {
			return nil, err
		}
	}
}

// forget begins anew.
func (d *Download) forget() {
	clear(d.data.Bytes())
	d.data.Reset()
	d.validator, d.joined = "", false
}

// resumable reports whether the rest can be put behind what is here: the server says that it is of the same version, or the sender's hash does.
func (d *Download) resumable() bool {
	return d.data.Len() > 0 && (d.validator != "" || d.source.Encrypted() || len(d.source.hashes) > 0)
}

func (d *Download) fetch(ctx context.Context, u *url.URL, progress Progress) error {
	ctx, watch := d.t.watch(ctx)
	defer watch.stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return ErrHost
	}
	if !d.resumable() {
		d.forget()
	} else {
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.Has()))
		if d.validator != "" {
			r.Header.Set("If-Range", d.validator)
		}
	}
	answer, err := d.t.client.Do(r)
	if err != nil {
		return networkError(ctx, err)
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusOK:
		d.forget()
		d.validator = validatorOf(answer.Header)
	case answer.StatusCode == http.StatusPartialContent && r.Header.Get("Range") != "" && beginsAt(answer.Header, d.Has()):
		d.joined = true
	case answer.StatusCode == http.StatusPartialContent, answer.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		d.forget()
		return fmt.Errorf("%w: not the rest that was asked for", ErrUnavailable)
	case answer.StatusCode == http.StatusNotFound, answer.StatusCode == http.StatusGone:
		return ErrGone
	case answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("%w: status %d", ErrUnavailable, answer.StatusCode)
	default:
		return fmt.Errorf("%w: status %d", ErrRefused, answer.StatusCode)
	}
	rest := d.most - d.Has()
	if answer.ContentLength > rest {
		return ErrTooLarge
	}
	body := &counted{from: io.LimitReader(answer.Body, rest+1), watch: watch, done: d.Has(), told: progress}
	if answer.ContentLength > 0 {
		body.total = d.Has() + answer.ContentLength
		d.data.Grow(int(answer.ContentLength) + bytes.MinRead)
	}
	if _, err := d.data.ReadFrom(body); err != nil {
		return networkError(ctx, err)
	}
	if d.Has() > d.most {
		return ErrTooLarge
	}
	return nil
}

// validatorOf is what names the version of a file: a strong entity tag (RFC 9110 §8.8.3). A time of change does not: two versions may have one.
func validatorOf(h http.Header) string {
	if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
		return tag
	}
	return ""
}

// beginsAt reports whether an answer is the part of a file that begins at a byte.
func beginsAt(h http.Header, at int64) bool {
	span, ok := strings.CutPrefix(h.Get("Content-Range"), "bytes ")
	first, _, found := strings.Cut(span, "-")
	n, err := strconv.ParseInt(first, 10, 64)
	return ok && found && err == nil && n == at
}
