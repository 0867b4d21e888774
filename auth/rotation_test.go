package auth

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"discussions/internal/secret"
)

// errKilled simulates kill -9: nothing runs after it; only the disk remains.
var errKilled = errors.New("killed")

// TestARotatedTokenIsNeverUsedTwice drives a source through random time, faults and kills at every step around a refresh,
// against a provider that rotates and counts reuse.
func TestARotatedTokenIsNeverUsedTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(1_800_000_000, 0)
		issued, reused, logins := 0, 0, 0
		mint := func() Tokens {
			issued++
			return Tokens{
				Access: secret.New(fmt.Sprintf("access-%d", issued)), Refresh: secret.New(fmt.Sprintf("refresh-%d", issued)),
				Obtained: now, Expiry: now.Add(5 * time.Minute),
			}
		}
		kill := func(where string) {
			if rapid.IntRange(0, 9).Draw(t, "kill "+where) == 0 {
				panic(errKilled)
			}
		}
		var onDisk []byte
		save := func(tokens Tokens) error {
			kill("before save")
			if rapid.IntRange(0, 9).Draw(t, "disk full") == 0 {
				return errors.New("disk full")
			}
			data, err := tokens.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			onDisk = data
			kill("after save")
			return nil
		}
		refresh := func(_ context.Context, old Tokens) (Tokens, error) {
			kill("before the request")
			fault := rapid.SampledFrom([]string{"", "", "", "unreachable", "answer lost"}).Draw(t, "fault")
			if fault == "unreachable" {
				return Tokens{}, ErrUnreachable
			}
			if old.Refresh.Reveal() != fmt.Sprintf("refresh-%d", issued) {
				reused++
				return Tokens{}, ErrLoginNeeded
			}
			fresh := mint()
			kill("before the answer")
			if fault == "answer lost" {
				return Tokens{}, fmt.Errorf("%w: %w", ErrLoginNeeded, ErrUnreachable)
			}
			return fresh, nil
		}
		logIn := func() {
			logins++
			onDisk, _ = mint().MarshalBinary()
		}
		start := func() *Source {
			var tokens Tokens
			if err := tokens.UnmarshalBinary(onDisk); err != nil {
				t.Fatal(err)
			}
			return NewSource(tokens, refresh, save, func() time.Time { return now })
		}
		// token is Source.Token in this goroutine, so that a kill can be caught.
		token := func(s *Source) (access secret.Text, err error) {
			defer func() {
				if r := recover(); r != nil {
					if r != errKilled {
						panic(r)
					}
					err = errKilled
				}
			}()
			if s.tokens.fresh(now) && !s.unsaved {
				return s.tokens.Access, nil
			}
			f := &flight{done: make(chan struct{})}
			s.renew(f)
			return f.access, f.err
		}

		logIn()
		s := start()
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "seconds")) * time.Second)
			access, err := token(s)
			switch {
			case errors.Is(err, errKilled):
				s = start()
			case errors.Is(err, ErrLoginNeeded):
				logIn()
				s = start()
			case err == nil:
				var saved Tokens
				if err := saved.UnmarshalBinary(onDisk); err != nil || saved.Access.Reveal() != access.Reveal() {
					t.Fatalf("%s was handed out while the disk has %s", access.Reveal(), saved.Access.Reveal())
				}
			}
			if reused > 0 {
				t.Fatal("a rotated refresh token was used again")
			}
		}
	})
}
