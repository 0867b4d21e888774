package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Download is a file that is being fetched into a [Part]. What has come stays there when the connection is cut, and [Download.Run] asks the
// server for the rest only (RFC 9110 §14): a server without ranges sends all of it again. It belongs to one goroutine.
type Download struct {
	t      *Transfer
	source Source
	most   int64 // bytes that the server may send
	to     *Part

	from      string    // the address that gave what is here
	in        *Incoming // nil: nothing has come
	has       int64     // bytes that have come
	validator string    // names the version of the file whose beginning is here; "": the server named none
	joined    bool      // it came in more than one piece
}

// Begin prepares to fetch a file of at most limit bytes.
func (t *Transfer) Begin(s Source, limit int64, to *Part) *Download {
	return &Download{t: t, source: s, most: s.most(limit), to: to}
}

// Has is how many bytes have come.
func (d *Download) Has() int64 { return d.has }

// Run fetches what has not come yet, and checks the whole file: without an error the part may be kept. After [ErrUnavailable] Run can be called
// again.
func (d *Download) Run(ctx context.Context, progress Progress) error {
	err := ErrHost
	for _, address := range d.source.URLs {
		u, parsed := url.Parse(address)
		if parsed != nil || d.t.check(u) != nil {
			continue
		}
		if d.from != address {
			d.forget()
			d.from = address
		}
		err = d.fetchAndCheck(ctx, u, progress)
		if !errors.Is(err, ErrGone) && !errors.Is(err, ErrUnavailable) {
			break
		}
	}
	return err
}

// fetchAndCheck fetches the file whole where its pieces turn out not to be of one and the same file.
func (d *Download) fetchAndCheck(ctx context.Context, u *url.URL, progress Progress) error {
	for again := true; ; again = false {
		if err := d.fetch(ctx, u, progress); err != nil {
			return err
		}
		err := d.in.End()
		if err == nil {
			return nil
		}
		joined := d.joined
		d.forget()
		if !joined || !again {
			return err
		}
	}
}

// forget begins anew.
func (d *Download) forget() { d.in, d.has, d.validator, d.joined = nil, 0, "", false }

// resumable reports whether the rest can be put behind what is here: the server says that it is of the same version, or the sender's hash does.
func (d *Download) resumable() bool {
	return d.has > 0 && (d.validator != "" || d.source.Encrypted() || len(d.source.hashes) > 0)
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
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.has))
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
	case answer.StatusCode == http.StatusPartialContent && r.Header.Get("Range") != "" && beginsAt(answer.Header, d.has):
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
	rest := d.most - d.has
	if answer.ContentLength > rest {
		return ErrTooLarge
	}
	body := &counted{from: io.LimitReader(answer.Body, rest+1), watch: watch, done: d.has, told: progress}
	if answer.ContentLength > 0 {
		body.total = d.has + answer.ContentLength
	}
	return d.receive(ctx, body)
}

// receive takes the body of an answer.
func (d *Download) receive(ctx context.Context, body io.Reader) (err error) {
	if d.in == nil {
		if err := d.to.Reset(); err != nil {
			return err
		}
		if d.in, err = d.source.Receive(d.to); err != nil {
			return err
		}
	}
	n, err := io.CopyBuffer(struct{ io.Writer }{d.in}, body, make([]byte, 32<<10))
	d.has += n
	switch {
	case errors.Is(err, ErrDisk), errors.Is(err, ErrClosed):
		return err
	case err != nil:
		return networkError(ctx, err)
	case d.has > d.most:
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
