package updates

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	maxNotice    = 16 << 10 // bytes
	maxSignature = 1 << 10
	maxFetch     = 30 * time.Second // for the whole of a fetch
)

// ErrAnswer means that the server sent something else than a file of a fitting size.
var ErrAnswer = errors.New("updates: not the answer of a server of notices")

// fetch gets the notice and its signature. It says nothing about who asks: no cookie, no version, no name of the system, and a
// connection of its own each time, as a resumed one would be recognised. It follows no redirection: the address is the
// administrator's decision.
func fetch(ctx context.Context, transport *http.Transport, address string) (notice, signature []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, maxFetch)
	defer cancel()
	transport.DisableCompression = true // a small answer could become a large one
	defer transport.CloseIdleConnections()
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if notice, err = get(ctx, client, address, maxNotice); err != nil {
		return nil, nil, err
	}
	if signature, err = get(ctx, client, address+".minisig", maxSignature); err != nil {
		return nil, nil, err
	}
	return notice, signature, nil
}

func get(ctx context.Context, client *http.Client, address string, limit int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("updates: %w", err)
	}
	request.Header.Set("User-Agent", "Discussions") // Go's own would tell as much
	answer, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("updates: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: status %d", ErrAnswer, answer.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("updates: %w", err)
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("%w: more than %d bytes", ErrAnswer, limit)
	}
	return data, nil
}
