package auth

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestAPageThatIsLoadedAheadIsThereForThePerson: a browser or a scanner fetches the address first, which counts as an answer.
func TestAPageThatIsLoadedAheadIsThereForThePerson(t *testing.T) {
	for _, c := range []struct {
		name   string
		header http.Header
	}{
		{"a browser that prefetches", http.Header{"Sec-Purpose": {"prefetch"}}},
		{"a browser that renders ahead", http.Header{"Sec-Purpose": {"prefetch;prerender"}, "Purpose": {"prefetch"}}},
		{"an older browser", http.Header{"Purpose": {"prefetch"}, "X-Moz": {"prefetch"}}},
		{"a scanner", http.Header{"User-Agent": {"scanner"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				p, listener := pipedProvider(f)
				f.intercept["/token"] = func(w http.ResponseWriter, r *http.Request) {
					time.Sleep(200 * time.Millisecond)
					f.serveToken(w, r)
				}
				l := startLogin(t, p, LoginOptions{})
				good := f.authorize(l.asks())
				load := func(method, address string, header http.Header) (int, string) {
					r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
					if err != nil {
						t.Error(err)
						return 0, ""
					}
					r.Header = header.Clone()
					if r.Header == nil {
						r.Header = http.Header{}
					}
					resp, err := listener.browser().Do(r)
					if err != nil {
						t.Error(err)
						return 0, ""
					}
					defer resp.Body.Close()
					body, _ := io.ReadAll(resp.Body)
					return resp.StatusCode, string(body)
				}
				if status, _ := load(http.MethodHead, good, c.header); status != http.StatusMethodNotAllowed || f.count("/token") > 0 {
					t.Errorf("HEAD: status %d, %d codes redeemed", status, f.count("/token"))
				}
				pages := make(chan string, 2)
				ask := func(address string, header http.Header) {
					_, body := load(http.MethodGet, address, header)
					pages <- body
				}
				go ask(good, c.header)
				time.Sleep(50 * time.Millisecond)
				go ask(good, nil) // while the login goes on
				if _, err := l.Wait(t.Context()); err != nil {
					t.Fatal(err)
				}
				first, own := <-pages, <-pages
				if !strings.Contains(first, "Connexion réussie") || own != first {
					t.Errorf("pages:\n%s\n%s", first, own)
				}

				time.Sleep(pageStays - time.Second)
				q := mustQuery(t, good)
				for name, address := range map[string]string{
					"reload":       good,
					"another code": strings.Replace(good, url.QueryEscape(q.Get("code")), canary, 1),
					"a refusal":    strings.SplitAfter(good, "?")[0] + url.Values{"error": {canary}, "state": {q.Get("state")}}.Encode(),
				} {
					if status, body := load(http.MethodGet, address, nil); status != http.StatusOK || body != first {
						t.Errorf("%s: status %d, page:\n%s", name, status, body)
					}
				}
				time.Sleep(time.Second + pageLimit)
				synctest.Wait()
				select {
				case <-l.done:
				default:
					t.Error("the listener is still there")
				}
				if n := f.count("/token"); n != 1 {
					t.Errorf("%d codes were redeemed", n)
				}
				if p.current != nil {
					t.Error("the provider still holds the login")
				}
			})
		})
	}
}
