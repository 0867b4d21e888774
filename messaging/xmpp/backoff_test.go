package xmpp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"discussions/internal/secret"
)

func TestTheBackOffDoublesWithJitterAndRetryCutsItShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(errors.New("network is unreachable"))
		r := start(t, f.config())
		whole := firstDelay
		for i := range 9 {
			lost := await[Disconnected](r)
			if !errors.Is(lost.Err, ErrUnreachable) {
				t.Fatalf("lost: %v", lost.Err)
			}
			if d := time.Until(lost.Next); d < whole/2-time.Millisecond || d > whole {
				t.Errorf("wait %d is %s, want about %s", i, d, whole)
			}
			whole = min(2*whole, longestDelay)
		}
		synctest.Wait()
		before, dials := time.Now(), f.dialled()
		f.setRefuse(nil)
		r.Retry()
		f.session()
		await[Connected](r)
		if took := time.Since(before); took > 0 || f.dialled() != dials+1 {
			t.Errorf("Retry took %s and %d dials", took, f.dialled()-dials)
		}
	})
}

func TestASteadySessionStartsTheBackOffAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(errors.New("network is unreachable"))
		r := start(t, f.config())
		for range 6 {
			await[Disconnected](r)
		}
		f.setRefuse(nil)
		r.Retry()
		s := f.session()
		await[Connected](r)
		time.Sleep(steadyAfter)
		s.close()
		if d := time.Until(await[Disconnected](r).Next); d > firstDelay {
			t.Errorf("next in %s", d)
		}
	})
}

func TestARefusedTokenIsAskedForOnceMoreThenSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		cfg := f.config()
		number := 1 // of the token that is good for its source
		cfg.Token = func(context.Context) (secret.Text, error) { return secret.New(fmt.Sprint("token-", number)), nil }
		cfg.Refused = func(token secret.Text) {
			if token.Reveal() != fmt.Sprint("token-", number) {
				t.Errorf("%s was refused, not token-%d", token.Reveal(), number)
			}
			number++
		}
		r := start(t, cfg)
		whole := firstRefusedDelay
		for round := 1; round <= 6; round++ {
			for try := 1; try <= 2; try++ {
				s := f.next()
				s.expect("<open ")
				s.write(fakeOpen)
				s.write(saslFeatures("PLAIN"))
				auth := s.expect("<auth ")
				token := fmt.Sprintf("token-%d", round+try-1) // one refresh in each round
				if !strings.Contains(auth, base64.StdEncoding.EncodeToString([]byte("\x00romeo\x00"+token))) {
					t.Errorf("round %d, try %d: %s", round, try, auth)
				}
				s.write(`<failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><not-authorized/></failure>`)
			}
			lost := await[Disconnected](r)
			var refused *RefusedError
			if !errors.Is(lost.Err, ErrRefused) || !errors.As(lost.Err, &refused) || refused.Condition != "not-authorized" {
				t.Errorf("lost: %v", lost.Err)
			}
			if d := time.Until(lost.Next); d < whole/2-time.Millisecond || d > whole {
				t.Errorf("wait %d is %s, want about %s", round, d, whole)
			}
			whole = min(2*whole, longestRefusedDelay)
		}
	})
}

func TestNoTokenIsToldApartFromARefusedOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		cfg := f.config()
		mine := errors.New("login needed")
		cfg.Token = func(context.Context) (secret.Text, error) { return secret.Text{}, mine }
		r := start(t, cfg)
		if got := await[Disconnected](r); !errors.Is(got.Err, ErrToken) || !errors.Is(got.Err, mine) {
			t.Errorf("lost: %v", got.Err)
		}
		if f.dialled() != 0 {
			t.Error("connected without a token")
		}
	})
}

// TestAReplacedSessionComesBackBesideTheOther: under another resource, so that neither replaces the other again. Where the server allows one
// session only, both come back later each time.
func TestAReplacedSessionComesBackBesideTheOther(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		f := s.fake
		resources := []string{r.cfg.Resource}
		whole := firstReplacedDelay
		for i := range 8 {
			time.Sleep(steadyAfter)
			s.write(`<stream:error xmlns:stream="http://etherx.jabber.org/streams"><conflict xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>`)
			lost := await[Disconnected](r)
			if d := time.Until(lost.Next); !errors.Is(lost.Err, ErrReplaced) || d < whole/2-time.Millisecond || d > whole {
				t.Errorf("lost: %v, wait %d is %s, want about %s", lost.Err, i, d, whole)
			}
			whole = min(2*whole, longestReplacedDelay)
			s = f.next()
			s.login()
			asked := s.bind() // a new session, not a resume
			await[Connected](r)
			_, resource, _ := strings.Cut(asked, "<resource>")
			resource, _, _ = strings.Cut(resource, "</resource>")
			if slices.Contains(resources, resource) || !strings.HasPrefix(resource, r.cfg.Resource+"-") {
				t.Errorf("%q after %q", resource, resources)
			}
			resources = append(resources, resource)
		}
	})
}
