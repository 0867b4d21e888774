package portal

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// network answers plain HTTP as a network does, without a connection.
type network func(*http.Request) (*http.Response, error)

func (n network) RoundTrip(r *http.Request) (*http.Response, error) { return n(r) }

func answers(status int, location string) network {
	return func(r *http.Request) (*http.Response, error) {
		header := http.Header{}
		if location != "" {
			header.Set("Location", location)
		}
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
	}
}

func TestACaptivePortalIsRecognised(t *testing.T) {
	for name, c := range map[string]struct {
		network network
		want    bool
	}{
		"a portal on another site":        {answers(302, "https://login.hotel.example.net/?url=x"), true},
		"a portal at an address":          {answers(307, "http://192.168.1.1/login"), true},
		"a portal that says so":           {answers(511, ""), true},
		"a server that leads to HTTPS":    {answers(301, "https://xmpp.chu.example.org/"), false},
		"a server that leads to its site": {answers(301, "https://www.example.org/"), false},
		"a relative redirect":             {answers(302, "/login"), false},
		"a page":                          {answers(200, ""), false},
		"not found":                       {answers(404, ""), false},
		"a redirect to nowhere":           {answers(302, ""), false},
		"a redirect that is no address":   {answers(302, "http://[::1"), false},
		"no answer":                       {func(*http.Request) (*http.Response, error) { return nil, errors.New("refused") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Before(t.Context(), c.network, "wss://xmpp.chu.example.org/ws"); got != c.want {
				t.Errorf("%t", got)
			}
		})
	}
}

func TestThePortalIsAskedForNothingOfTheAccount(t *testing.T) {
	Before(t.Context(), network(func(r *http.Request) (*http.Response, error) {
		if got := fmt.Sprint(r.Method, " ", r.URL, len(r.Header), r.Body); got != "GET http://chu.example.org/ 0 <nil>" {
			t.Error(got)
		}
		return nil, errors.New("seen")
	}), "https://chu.example.org")
}

func TestAPortalThatDoesNotAnswerIsNotWaitedForForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		got := Before(t.Context(), network(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}), "https://chu.example.org")
		if got || time.Since(begun) != patience {
			t.Errorf("%t after %v", got, time.Since(begun))
		}
	})
}

func TestThisComputerIsNotAsked(t *testing.T) {
	for _, address := range []string{"https://127.0.0.1:5443/", "http://localhost/", "wss://[::1]/ws", "no address", "://"} {
		if Before(t.Context(), network(func(*http.Request) (*http.Response, error) {
			t.Errorf("%s is asked", address)
			return nil, errors.New("asked")
		}), address) {
			t.Errorf("%s is behind a portal", address)
		}
	}
}
