package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"discussions/internal/secret"
)

// disk is the storage of a test. It can be made to fail.
type disk struct {
	mu    sync.Mutex
	saved []Tokens
	fail  error
}

func (d *disk) save(t Tokens) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		return d.fail
	}
	d.saved = append(d.saved, t)
	return nil
}

func (d *disk) last() Tokens {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.saved[len(d.saved)-1]
}

// minted returns tokens number n, valid for five minutes.
func minted(n int) Tokens {
	return Tokens{
		Access: secret.New(fmt.Sprintf("access-%d", n)), Refresh: secret.New(fmt.Sprintf("refresh-%d", n)),
		Obtained: time.Now(), Expiry: time.Now().Add(5 * time.Minute),
	}
}

func wantToken(t *testing.T, s *Source, want string) {
	t.Helper()
	if got, err := s.Token(t.Context()); err != nil || got.Reveal() != want {
		t.Errorf("token %q, %v, want %q", got.Reveal(), err, want)
	}
}

func TestTokensAreRefreshedShortlyBeforeTheyEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, refreshes := &disk{}, 0
		s := NewSource(minted(0), func(_ context.Context, old Tokens) (Tokens, error) {
			if old.Spent || old.Refresh.Reveal() != fmt.Sprintf("refresh-%d", refreshes) {
				t.Errorf("refresh of %q, spent %v", old.Refresh.Reveal(), old.Spent)
			}
			if last := d.last(); !last.Spent || last.Refresh.Reveal() != old.Refresh.Reveal() {
				t.Error("the disk does not say that the refresh token is being used")
			}
			refreshes++
			return minted(refreshes), nil
		}, d.save, nil)
		defer s.Close()
		wantToken(t, s, "access-0")
		time.Sleep(4*time.Minute + 29*time.Second)
		wantToken(t, s, "access-0")
		if len(d.saved) != 0 {
			t.Error("saved without need")
		}
		time.Sleep(time.Second)
		wantToken(t, s, "access-1")
		if last := d.last(); last.Spent || last.Access.Reveal() != "access-1" {
			t.Error("handed out before it was saved")
		}
		time.Sleep(24 * time.Hour) // asleep, far beyond the end
		wantToken(t, s, "access-2")
		if s.Tokens().Refresh.Reveal() != "refresh-2" || refreshes != 2 || len(d.saved) != 4 {
			t.Errorf("%d refreshes, %d saves", refreshes, len(d.saved))
		}
	})
}

// The monotonic clock stops while a computer sleeps.
func TestTheWallClockCounts(t *testing.T) {
	wall := time.Now().Round(0)
	tokens := minted(0)
	refreshed := false
	s := NewSource(tokens, func(context.Context, Tokens) (Tokens, error) {
		refreshed = true
		return minted(1), nil
	}, new(disk).save, func() time.Time { return wall })
	defer s.Close()
	wantToken(t, s, "access-0")
	wall = wall.Add(time.Hour) // no time has passed for the monotonic clock
	wantToken(t, s, "access-1")
	if !refreshed {
		t.Error("not refreshed after sleep")
	}
}

func TestConcurrentCallersShareARefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := minted(0)
		old.Expiry = time.Now()
		refreshes := 0
		s := NewSource(old, func(context.Context, Tokens) (Tokens, error) {
			refreshes++
			time.Sleep(time.Second)
			return minted(1), nil
		}, new(disk).save, nil)
		defer s.Close()
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { wantToken(t, s, "access-1") })
		}
		wg.Wait()
		if refreshes != 1 {
			t.Errorf("%d refreshes", refreshes)
		}
	})
}

func TestACancelledCallerDoesNotStopTheRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := minted(0)
		old.Expiry = time.Now()
		d := &disk{}
		s := NewSource(old, func(ctx context.Context, _ Tokens) (Tokens, error) {
			time.Sleep(10 * time.Second)
			return minted(1), ctx.Err()
		}, d.save, nil)
		defer s.Close()
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if _, err := s.Token(ctx); !errors.Is(err, ErrCancelled) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		wantToken(t, s, "access-1")
	})
}

func TestCloseWaitsForTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := minted(0)
		old.Expiry = time.Now()
		d := &disk{}
		s := NewSource(old, func(ctx context.Context, _ Tokens) (Tokens, error) {
			<-ctx.Done() // Close says so …
			time.Sleep(5 * time.Second)
			return minted(1), nil // … but the token was sent
		}, d.save, nil)
		answers := make(chan error)
		go func() {
			_, err := s.Token(context.Background())
			answers <- err
		}()
		synctest.Wait()
		var closed atomic.Bool
		go func() {
			s.Close()
			closed.Store(true)
		}()
		synctest.Wait()
		if closed.Load() {
			t.Error("closed before the answer was there")
		}
		if err := <-answers; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if !closed.Load() {
			t.Error("still not closed")
		}
		if last := d.last(); last.Spent || last.Refresh.Reveal() != "refresh-1" {
			t.Error("the answer was not saved")
		}
		if _, err := s.Token(t.Context()); !errors.Is(err, ErrCancelled) {
			t.Errorf("a closed source: %v", err)
		}
	})
}

func TestAFailedRefresh(t *testing.T) {
	full := errors.New("disk full")
	type outcome struct {
		token string
		err   error
		spent bool // what the disk says afterwards
	}
	tests := []struct {
		name    string
		ended   bool // the access token has ended
		refresh error
		first   outcome // of the first Token
		second  outcome // of the next one, when the provider is well again
	}{
		{"out of reach, the token still lives", false, ErrUnreachable, outcome{"access-0", nil, false}, outcome{"access-1", nil, false}},
		{"out of reach, the token has ended", true, ErrUnreachable, outcome{"", ErrUnreachable, false}, outcome{"access-1", nil, false}},
		{"a provider's error", true, ErrProvider, outcome{"", ErrProvider, false}, outcome{"access-1", nil, false}},
		{"refused", false, ErrLoginNeeded, outcome{"", ErrLoginNeeded, true}, outcome{"", ErrLoginNeeded, true}},
		{"the answer was lost", true, fmt.Errorf("%w: %w", ErrLoginNeeded, ErrUnreachable), outcome{"", ErrLoginNeeded, true}, outcome{"", ErrLoginNeeded, true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				old, d, fail := minted(0), &disk{}, tt.refresh
				asked := 0
				s := NewSource(old, func(context.Context, Tokens) (Tokens, error) {
					asked++
					if fail != nil {
						return Tokens{}, fail
					}
					return minted(1), nil
				}, d.save, nil)
				defer s.Close()
				time.Sleep(4*time.Minute + 45*time.Second)
				if tt.ended {
					time.Sleep(15 * time.Second)
				}
				for i, want := range []outcome{tt.first, tt.second} {
					got, err := s.Token(t.Context())
					if got.Reveal() != want.token || !errors.Is(err, want.err) || d.last().Spent != want.spent {
						t.Errorf("%d: %q, %v, spent %v, want %+v", i, got.Reveal(), err, d.last().Spent, want)
					}
					fail = nil
				}
				if errors.Is(tt.refresh, ErrLoginNeeded) && asked != 1 {
					t.Errorf("the provider was asked %d times", asked)
				}
			})
		})
	}
	t.Run("the disk is full before the request", func(t *testing.T) {
		old, d := minted(0), &disk{fail: full}
		old.Expiry = time.Now()
		s := NewSource(old, func(context.Context, Tokens) (Tokens, error) {
			if d.fail != nil {
				t.Error("the token was sent though the disk does not know")
			}
			return minted(1), nil
		}, d.save, nil)
		defer s.Close()
		if _, err := s.Token(t.Context()); !errors.Is(err, full) {
			t.Errorf("error %v", err)
		}
		d.fail = nil
		wantToken(t, s, "access-1")
	})
	t.Run("the disk is full after the answer", func(t *testing.T) {
		old, d := minted(0), &disk{}
		old.Expiry = time.Now()
		asked := 0
		s := NewSource(old, func(context.Context, Tokens) (Tokens, error) {
			asked++
			d.fail = full
			return minted(1), nil
		}, d.save, nil)
		defer s.Close()
		for range 3 {
			if _, err := s.Token(t.Context()); !errors.Is(err, full) {
				t.Errorf("handed out though it is not saved: %v", err)
			}
		}
		d.fail = nil
		wantToken(t, s, "access-1")
		if asked != 1 || d.last().Spent {
			t.Errorf("asked %d times, spent %v", asked, d.last().Spent)
		}
	})
	t.Run("the disk is full after the answer, and has room at the end", func(t *testing.T) {
		old, d := minted(0), &disk{}
		old.Expiry = time.Now()
		s := NewSource(old, func(context.Context, Tokens) (Tokens, error) {
			d.fail = full
			return minted(1), nil
		}, d.save, nil)
		if _, err := s.Token(t.Context()); !errors.Is(err, full) {
			t.Errorf("error %v", err)
		}
		d.fail = nil
		s.Close()
		s.Close()
		if last := d.last(); last.Spent || last.Refresh.Reveal() != "refresh-1" || len(d.saved) != 2 {
			t.Errorf("the login is lost: spent %v, %d saves", last.Spent, len(d.saved))
		}
	})
	t.Run("the disk is full after a failure", func(t *testing.T) {
		old, d := minted(0), &disk{}
		old.Expiry = time.Now()
		fail := ErrUnreachable
		s := NewSource(old, func(context.Context, Tokens) (Tokens, error) {
			if fail != nil {
				d.fail = full
				return Tokens{}, fail
			}
			return minted(1), nil
		}, d.save, nil)
		defer s.Close()
		if _, err := s.Token(t.Context()); !errors.Is(err, full) || !errors.Is(err, ErrUnreachable) || errors.Is(err, ErrLoginNeeded) {
			t.Errorf("error %v", err)
		}
		if !d.last().Spent {
			t.Error("the disk takes a risk")
		}
		d.fail, fail = nil, nil
		wantToken(t, s, "access-1")
	})
}

func TestSpentTokensServeUntilTheyEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := minted(0)
		old.Spent = true
		s := NewSource(old, func(context.Context, Tokens) (Tokens, error) {
			t.Error("the provider was asked")
			return minted(1), nil
		}, new(disk).save, nil)
		defer s.Close()
		wantToken(t, s, "access-0")
		time.Sleep(5 * time.Minute)
		if _, err := s.Token(t.Context()); !errors.Is(err, ErrLoginNeeded) {
			t.Errorf("error %v", err)
		}
	})
}

func TestATokenThatTheServerRefusedIsRefreshed(t *testing.T) {
	n := 0
	var fail error
	s := NewSource(minted(0), func(context.Context, Tokens) (Tokens, error) {
		if fail != nil {
			return Tokens{}, fail
		}
		n++
		return minted(n), nil
	}, new(disk).save, nil)
	defer s.Close()
	s.Refused(secret.New("access-another"))
	wantToken(t, s, "access-0")
	s.Refused(secret.New("access-0"))
	fail = ErrUnreachable
	if _, err := s.Token(t.Context()); !errors.Is(err, ErrUnreachable) {
		t.Errorf("a refused token is handed out again: %v", err)
	}
	fail = nil
	wantToken(t, s, "access-1")
	wantToken(t, s, "access-1")
}
