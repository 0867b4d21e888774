package updates

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aead.dev/minisign"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestANewerVersionIsLearnedOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPublisher(t)
		p.publish(notice("1.2.0", "", "2026-01-01T00:00:00Z"))
		pr := start(t, p, "1.1.9", t.TempDir())
		defer pr.Close()
		if pr.State() != (State{}) || len(p.asked()) != 0 {
			t.Error("the start is not left alone")
		}
		pass(first + apart)
		if diff := cmp.Diff(State{Newer: "1.2.0", Notes: "https://example.org/notes"}, pr.State()); diff != "" || pr.changes.Load() != 1 {
			t.Error(diff, pr.changes.Load())
		}
		if len(p.asked()) != 2 {
			t.Errorf("%d requests, want the notice and its signature", len(p.asked()))
		}
		pass(every - 2*apart)
		if len(p.asked()) != 2 {
			t.Errorf("%d requests within a day", len(p.asked()))
		}
		p.publish(notice("1.3.0", "1.2.0", "2026-01-02T00:00:00Z"))
		pass(look + 3*apart)
		if s := pr.State(); len(p.asked()) != 4 || s.Newer != "1.3.0" || !s.TooOld || pr.changes.Load() != 2 {
			t.Errorf("the day after: %d requests, %+v, told %d times", len(p.asked()), s, pr.changes.Load())
		}
		pass(every + look + apart)
		if pr.changes.Load() != 2 {
			t.Error("the same notice is told again")
		}
	})
}

func TestARequestSaysNothingAboutWhoAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPublisher(t)
		p.publish(notice("1.2.0", "", "2026-01-01T00:00:00Z"))
		pr := start(t, p, "1.1.9", t.TempDir())
		defer pr.Close()
		pass(first + apart)
		for _, r := range p.asked() {
			if diff := cmp.Diff(http.Header{"User-Agent": {"Discussions"}}, r.Header); diff != "" || r.URL.RawQuery != "" || r.Method != http.MethodGet || r.Body != nil {
				t.Errorf("%s %s: %s", r.Method, r.URL, diff)
			}
		}
	})
}

func TestTheLastNoticeHoldsAfterANewStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, folder := newPublisher(t), t.TempDir()
		p.publish(notice("1.2.0", "1.1.0", "2026-01-01T00:00:00Z"))
		pr := start(t, p, "1.0.0", folder)
		pass(first + apart)
		pr.Close()

		answer := func(*http.Request) (*http.Response, error) { return nil, errors.New("no network") }
		pr = start(t, p, "1.0.0", folder)
		if s := pr.State(); s.Newer != "1.2.0" || !s.TooOld || !strings.Contains(pr.log.String(), "minimum=1.1.0") {
			t.Errorf("%+v\n%s", s, &pr.log)
		}
		p.change(func() { p.answer = answer })
		asked := len(p.asked())
		pass(first + apart)
		if len(p.asked()) != asked {
			t.Error("a new start asks again within the day")
		}
		pr.Close()
		for running, want := range map[string]State{"1.1.0": {Newer: "1.2.0", Notes: "https://example.org/notes"}, "1.2.0": {}, "1.10.0": {}, "2.0.0": {}} {
			updated := start(t, p, running, folder)
			if diff := cmp.Diff(want, updated.State()); diff != "" {
				t.Errorf("running %s: %s", running, diff)
			}
			updated.Close()
		}
	})
}

func TestAServerThatFailsIsAskedAgainAfterAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPublisher(t)
		pr := start(t, p, "1.1.9", t.TempDir()) // nothing is published yet: 404
		defer pr.Close()
		pass(first + apart)
		p.publish(notice("1.2.0", "", "2026-01-01T00:00:00Z"))
		pass(look + apart)
		if pr.State().Newer != "1.2.0" {
			t.Errorf("%+v\n%s", pr.State(), &pr.log)
		}
	})
}

// After each attack the publisher's earlier notice must still hold.
func TestAttacks(t *testing.T) {
	const (
		good   = "2026-01-02T00:00:00Z"
		before = "2026-01-01T00:00:00Z"
		after  = "2026-01-03T00:00:00Z"
	)
	for name, attack := range map[string]func(t *testing.T, p *publisher){
		"wrong key": func(t *testing.T, p *publisher) {
			other := newPublisher(t)
			other.publish(notice("9.0.0", "9.0.0", after))
			p.change(func() { p.files = other.files })
		},
		"key of the same number": func(t *testing.T, p *publisher) {
			other := newPublisher(t)
			other.publish(notice("9.0.0", "9.0.0", after))
			var signature minisign.Signature
			if err := signature.UnmarshalText(other.files["/latest.json.minisig"]); err != nil {
				t.Fatal(err)
			}
			signature.KeyID = p.public.ID()
			other.files["/latest.json.minisig"], _ = signature.MarshalText()
			p.change(func() { p.files = other.files })
		},
		"changed notice": func(_ *testing.T, p *publisher) {
			p.publish(notice("1.3.0", "", after))
			p.change(func() {
				p.files["/latest.json"] = bytes.Replace(p.files["/latest.json"], []byte("1.3.0"), []byte("9.3.0"), 1)
			})
		},
		"signature of another file": func(_ *testing.T, p *publisher) {
			p.publish(notice("9.0.0", "", after))
			p.change(func() { p.files["/latest.json.minisig"] = minisign.Sign(p.private, []byte("something else")) })
		},
		"no signature": func(_ *testing.T, p *publisher) {
			p.publish(notice("9.0.0", "", after))
			p.change(func() { delete(p.files, "/latest.json.minisig") })
		},
		"empty signature": func(_ *testing.T, p *publisher) {
			p.publish(notice("9.0.0", "", after))
			p.change(func() { p.files["/latest.json.minisig"] = nil })
		},
		"replay":          func(_ *testing.T, p *publisher) { p.publish(notice("1.1.0", "", before)) },
		"replay, version": func(_ *testing.T, p *publisher) { p.publish(notice("1.1.0", "", after)) },
		"replay, date":    func(_ *testing.T, p *publisher) { p.publish(notice("1.3.0", "", before)) },
		"another product": func(_ *testing.T, p *publisher) {
			p.publish(strings.Replace(notice("9.0.0", "", after), Product, "org.spico.server", 1))
		},
		"no product":         func(_ *testing.T, p *publisher) { p.publish(`{"version":"9.0.0","published":"` + after + `"}`) },
		"no date":            func(_ *testing.T, p *publisher) { p.publish(`{"product":"` + Product + `","version":"9.0.0"}`) },
		"not JSON":           func(_ *testing.T, p *publisher) { p.publish("9.0.0") },
		"odd version":        func(_ *testing.T, p *publisher) { p.publish(notice("9.0.0; rm", "", after)) },
		"impossible minimum": func(_ *testing.T, p *publisher) { p.publish(notice("1.3.0", "9.0.0", after)) },
		"notes that run a program": func(_ *testing.T, p *publisher) {
			p.publish(strings.Replace(notice("9.0.0", "", after), "https://example.org/notes", "file:///etc/passwd", 1))
		},
		"too large": func(_ *testing.T, p *publisher) {
			p.publish(notice("9.0.0", "", after) + strings.Repeat(" ", maxNotice))
		},
		"large signature": func(_ *testing.T, p *publisher) {
			p.publish(notice("9.0.0", "", after))
			p.change(func() {
				p.files["/latest.json.minisig"] = append(p.files["/latest.json.minisig"], make([]byte, maxSignature)...)
			})
		},
		"endless answer": func(_ *testing.T, p *publisher) {
			answer := func(*http.Request) (*http.Response, error) {
				r := response(http.StatusOK, "")
				r.Body = io.NopCloser(endless{})
				return r, nil
			}
			p.change(func() { p.answer = answer })
		},
		"redirection": func(_ *testing.T, p *publisher) {
			p.publish(notice("9.0.0", "", after))
			files := p.files
			answer := func(r *http.Request) (*http.Response, error) {
				if name, moved := strings.CutPrefix(r.URL.Path, "/elsewhere"); moved {
					return response(http.StatusOK, string(files[name])), nil
				}
				answer := response(http.StatusFound, "")
				answer.Header.Set("Location", "publisher://elsewhere.example.org/elsewhere"+r.URL.Path)
				return answer, nil
			}
			p.change(func() { p.answer = answer })
		},
		"never an answer": func(_ *testing.T, p *publisher) {
			answer := func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			p.change(func() { p.answer = answer })
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, folder := newPublisher(t), t.TempDir()
				p.publish(notice("1.2.0", "", good))
				pr := start(t, p, "1.1.9", folder)
				pass(first + apart)
				told := pr.State()
				if told.Newer != "1.2.0" {
					t.Fatalf("%+v", told)
				}
				attack(t, p)
				logged := pr.log.String()
				pass(every + look + 2*apart)
				if diff := cmp.Diff(told, pr.State()); diff != "" || pr.changes.Load() != 1 {
					t.Error(diff)
				}
				if pr.log.String() == logged {
					t.Error("the administrator does not learn of it")
				}
				pr.Close()

				again := start(t, p, "1.1.9", folder)
				defer again.Close()
				if diff := cmp.Diff(told, again.State()); diff != "" {
					t.Error("after a new start:", diff)
				}
			})
		})
	}
}

// endless gives bytes for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestASlowAnswerEndsAndDelaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPublisher(t)
		answer := func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		p.change(func() { p.answer = answer })
		transport, _ := p.transport()
		begun := time.Now()
		if _, _, err := fetch(context.Background(), transport, address); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != maxFetch {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
		pr := start(t, p, "1.0.0", t.TempDir())
		for len(p.asked()) < 2 {
			pass(time.Minute)
		}
		begun = time.Now()
		pr.Close()
		if time.Since(begun) != 0 {
			t.Error("the end of the program waits for the server")
		}
	})
}

func TestADamagedFileIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, folder := newPublisher(t), t.TempDir()
		p.publish(notice("1.2.0", "1.2.0", "2026-01-01T00:00:00Z"))
		pr := start(t, p, "1.0.0", folder)
		pass(first + apart)
		pr.Close()
		file := filepath.Join(folder, "updates.json")
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{
			"empty": nil, "cut": whole[:len(whole)/2], "other": []byte(`{"notice":"e30=","signature":""}`), "large": make([]byte, 1<<20),
		} {
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			pr := start(t, p, "1.0.0", folder)
			if pr.State() != (State{}) {
				t.Errorf("%s: %+v", name, pr.State())
			}
			pass(first + apart)
			if !pr.State().TooOld {
				t.Errorf("%s: nothing was fetched", name)
			}
			pr.Close()
		}
	})
}

func TestAProgramWithoutAVersionOrAKeyDoesNotWatch(t *testing.T) {
	p := newPublisher(t)
	for _, o := range []Options{
		{Key: p.public.String(), Running: "dev"}, {Key: p.public.String(), Running: "v1.2.3-4-gabcdef"}, {Key: "", Running: "1.2.3"}, {Key: "RWQ", Running: "1.2.3"},
	} {
		if w, err := Watch(o); err == nil {
			w.Close()
			t.Errorf("%+v watches", o)
		}
	}
}

func TestVersionsAreComparedAsNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) [3]uint32 {
			return [3]uint32{rapid.Uint32Range(0, 12).Draw(t, name), rapid.Uint32Range(0, 12).Draw(t, name), rapid.Uint32().Draw(t, name)}
		}
		a, b := draw("a"), draw("b")
		text := func(v [3]uint32) string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }
		x, err := parseVersion(text(a))
		y, err2 := parseVersion(text(b))
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		want := a[0] < b[0] || a[0] == b[0] && (a[1] < b[1] || a[1] == b[1] && a[2] < b[2])
		if x.before(y) != want {
			t.Errorf("%s before %s: %v", text(a), text(b), x.before(y))
		}
	})
	for _, wrong := range []string{"", "1", "1.2", "1.2.3.4", "1.2.x", "01.2.3", "+1.2.3", "-1.2.3", "1.2.99999999999", "1..2", " 1.2.3"} {
		if _, err := parseVersion(wrong); err == nil {
			t.Errorf("%q is a version", wrong)
		}
	}
}
