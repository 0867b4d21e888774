//go:build windows || (darwin && cgo)

package systemproxy

import (
	"context"
	"net/url"

	"github.com/mattn/go-ieproxy"
	"golang.org/x/net/http/httpproxy"
)

// find reads the settings of Windows or macOS, as they are now, and runs the script of automatic configuration where they name one.
func find(ctx context.Context, address *url.URL) (*url.URL, error) {
	type found struct {
		proxy *url.URL
		err   error
	}
	result := make(chan found, 1) // the system's functions cannot be cancelled
	go func() {
		proxy, err := ask(address)
		result <- found{proxy, err}
	}()
	select {
	case f := <-result:
		return f.proxy, f.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func ask(address *url.URL) (*url.URL, error) {
	settings := ieproxy.ReloadConf()
	if settings.Automatic.Active {
		if host := settings.Automatic.FindProxyForURL(address.String()); host != "" {
			return &url.URL{Scheme: "http", Host: host}, nil
		}
	}
	if !settings.Static.Active {
		return nil, nil
	}
	of := func(scheme string) string {
		if proxy, ok := settings.Static.Protocols[scheme]; ok {
			return proxy
		}
		return settings.Static.Protocols[""]
	}
	config := httpproxy.Config{HTTPProxy: of("http"), HTTPSProxy: of("https"), NoProxy: settings.Static.NoProxy}
	return config.ProxyFunc()(address)
}
