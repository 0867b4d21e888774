package xmpp

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// XEP-0156: Discovering Alternative XMPP Connection Methods, by the JSON document of RFC 6415, or else the XML one.

const (
	relWebSocket = "urn:xmpp:alt-connections:websocket"
	relIssuer    = "http://openid.net/specs/connect/1.0/issuer"
	maxHostMeta  = 64 << 10
)

// Endpoints are the addresses that a domain publishes.
type Endpoints struct {
	WebSocket string // wss://, or ws:// on a loopback address
	Issuer    string // of its OpenID provider; "" if not published
}

// hostMeta is the document in either form.
type hostMeta struct {
	XMLName xml.Name       `xml:"http://docs.oasis-open.org/ns/xri/xrd-1.0 XRD" json:"-"`
	Links   []hostMetaLink `xml:"Link" json:"links"`
}

type hostMetaLink struct {
	Rel  string `xml:"rel,attr" json:"rel"`
	Href string `xml:"href,attr" json:"href"`
}

// Discover asks https://domain/.well-known/host-meta for the WebSocket address and the OpenID issuer. Errors: ErrUnreachable,
// ErrCertificate, ErrDiscovery.
func Discover(ctx context.Context, client *http.Client, domain string) (Endpoints, error) {
	guarded := *client
	guarded.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if r.URL.Scheme != "https" || len(via) >= 5 {
			return errors.New("redirected to an unencrypted place, or too often")
		}
		return nil
	}
	var failed error
	for _, form := range []struct {
		path, accept string
		decode       func([]byte, any) error
	}{
		{"/.well-known/host-meta.json", "application/json", json.Unmarshal},
		{"/.well-known/host-meta", "application/xrd+xml", decodeGuarded},
	} {
		address := url.URL{Scheme: "https", Host: domain, Path: form.path}
		data, err := fetch(ctx, &guarded, address.String(), form.accept)
		if errors.Is(err, ErrUnreachable) || errors.Is(err, ErrCertificate) {
			return Endpoints{}, fmt.Errorf("discover: %w", err)
		}
		var meta hostMeta
		if err == nil {
			if form.decode(data, &meta) != nil {
				err = errors.New("it cannot be read") // the decoder's error quotes
			}
		}
		if err == nil {
			if found := meta.endpoints(); found.WebSocket != "" {
				return found, nil
			}
			err = errors.New("no websocket in it")
		}
		failed = errors.Join(failed, fmt.Errorf("%s: %w", form.path, err))
	}
	return Endpoints{}, fmt.Errorf("%w: %w", ErrDiscovery, failed)
}

func fetch(ctx context.Context, client *http.Client, address, accept string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", accept)
	response, err := client.Do(request)
	if err != nil {
		return nil, netError(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP status %d", response.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, maxHostMeta+1))
	if err == nil && len(data) > maxHostMeta {
		err = errors.New("too long")
	}
	return data, err
}

// decodeGuarded is xml.Unmarshal for a document from outside; unlike a stanza it may begin with an XML declaration.
func decodeGuarded(data []byte, v any) error {
	text := strings.TrimSpace(strings.TrimPrefix(string(data), "\ufeff"))
	if strings.HasPrefix(text, "<?xml") {
		_, text, _ = strings.Cut(text, "?>")
	}
	return xml.NewTokenDecoder(newGuard(strings.NewReader(text))).Decode(v)
}

// endpoints returns the first usable link of each kind.
func (m *hostMeta) endpoints() (found Endpoints) {
	for _, link := range m.Links {
		switch {
		case link.Rel == relWebSocket && found.WebSocket == "" && isSecure(link.Href, "wss", "ws"):
			found.WebSocket = link.Href
		case link.Rel == relIssuer && found.Issuer == "" && isSecure(link.Href, "https", "http"):
			found.Issuer = link.Href
		}
	}
	return found
}

// isSecure says whether an address has the encrypted scheme, or the plain one on this computer.
func isSecure(address, encrypted, plain string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == encrypted || u.Scheme == plain && isLoopback(u.Hostname()))
}
