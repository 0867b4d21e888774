package account

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// The page that ends the browser's session has the ID token in its address. The command that opens the browser has another one.
func TestTheEndOfASessionIsOnNoCommandLine(t *testing.T) {
	l := newLab(t)
	l.unseen = nil
	l.restart()
	id := l.add(claire)
	_, err := l.Remove(context.Background(), id)
	must(t, err)
	address := <-l.opened
	if !strings.HasPrefix(address, "http://127.0.0.1:") || strings.Contains(address, "/end") {
		t.Fatalf("opened: %s", address)
	}
	c := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := c.Get(address)
	must(t, err)
	must(t, resp.Body.Close())
	if got := resp.Header.Get("Location"); got != l.provider.issuer+"/end" {
		t.Errorf("led to %q", got)
	}
	l.quit() // does not wait for the time that the address stays
	if _, err := c.Get(address); err == nil {
		t.Error("the address outlives the program")
	}
}
