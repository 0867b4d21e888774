// Package systemproxy asks the operating system which proxy leads to an address: the settings of Windows and macOS, with their
// automatic configuration, and those of a Linux desktop, by its portal.
package systemproxy

import (
	"context"
	"net/url"
	"sync"
	"time"
)

const (
	// patience is how long the operating system may take to answer: it may have to fetch a script. After it the answer is "none".
	patience = 5 * time.Second

	// lasts is how long an answer is taken as true: net/http asks for every request.
	lasts = 10 * time.Second

	// most bounds the answers that are kept. The program talks to a handful of hosts.
	most = 64
)

// Finder finds proxies. Its zero value is ready to use; its method may be called from any goroutine.
type Finder struct {
	find func(context.Context, *url.URL) (*url.URL, error) // nil: of the operating system
	now  func() time.Time                                  // nil: time.Now

	mu      sync.Mutex
	answers map[string]answer // by scheme and host
}

type answer struct {
	proxy *url.URL
	err   error
	until time.Time
}

// Find gives the proxy to an http or https address, nil for none. It may wait for some seconds. An error says that the operating system
// did not answer, or not with a proxy that can be used.
func (f *Finder) Find(ctx context.Context, address *url.URL) (*url.URL, error) {
	ask, now := find, time.Now
	if f.find != nil {
		ask = f.find
	}
	if f.now != nil {
		now = f.now
	}
	// The path and its parameters are private.
	bare := &url.URL{Scheme: address.Scheme, Host: address.Host, Path: "/"}
	key := bare.String()
	f.mu.Lock()
	known, ok := f.answers[key]
	f.mu.Unlock()
	if ok && now().Before(known.until) {
		return known.proxy, known.err
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a := answer{}
	a.proxy, a.err = ask(limited, bare)
	if ctx.Err() != nil { // the caller gave up; that says nothing about the proxy
		return a.proxy, a.err
	}
	a.until = now().Add(lasts)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.answers == nil || len(f.answers) >= most {
		f.answers = map[string]answer{}
	}
	f.answers[key] = a
	return a.proxy, a.err
}
