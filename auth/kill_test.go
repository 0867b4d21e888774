package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"discussions/internal/sandboxtest"
)

// The points around a refresh at which the child of a kill test dies.
const (
	killBeforeMark = "before the mark is saved"
	killAfterMark  = "before the token is sent"
	killAfterReply = "between answer and save"
	killAfterSave  = "after the save"
)

const killVariable = "AUTH_TEST_KILL"

// sandboxKills kills a real process (kill -9) at each point around a refresh, continues with what it left on disk, and then
// uses the last refresh token: it works only if no older one was used again.
func sandboxKills(t *testing.T, s *sandboxtest.Sandbox) {
	p := sandboxProvider(t, s)
	for where, loginNeeded := range map[string]bool{killBeforeMark: false, killAfterMark: true, killAfterReply: true, killAfterSave: false} {
		t.Run(where, func(t *testing.T) {
			tokens := sandboxLogin(t, p, s).Tokens
			tokens.Expiry = tokens.Obtained // so that a refresh is due
			dir := t.TempDir()
			writeTokens(t, filepath.Join(dir, "disk"), tokens)
			writeTokens(t, filepath.Join(dir, "issued"), tokens)

			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), killVariable+"="+where, "AUTH_TEST_DIR="+dir, "AUTH_TEST_ISSUER="+s.Issuer, "AUTH_TEST_CA="+s.CAFile)
			output, err := child.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Exited() {
				t.Fatalf("the child was not killed: %v\n%s", err, output)
			}

			source := NewSource(readTokens(t, filepath.Join(dir, "disk")), p.Refresh, func(tokens Tokens) error {
				writeTokens(t, filepath.Join(dir, "disk"), tokens)
				if !tokens.Spent {
					writeTokens(t, filepath.Join(dir, "issued"), tokens)
				}
				return nil
			}, nil)
			defer source.Close()
			if _, err := source.Token(t.Context()); errors.Is(err, ErrLoginNeeded) != loginNeeded || !loginNeeded && err != nil {
				t.Errorf("login needed: %v, error %v", loginNeeded, err)
			}
			if _, err := p.Refresh(t.Context(), readTokens(t, filepath.Join(dir, "issued"))); err != nil {
				t.Errorf("the provider saw a token used again: %v", err)
			}
		})
	}
}

// killedChild is the process that dies. It never returns.
func killedChild(where string) {
	dir := os.Getenv("AUTH_TEST_DIR")
	die := func(here string) {
		if here == where {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Kill()
			}
			if err != nil {
				panic(err)
			}
			select {}
		}
	}
	var t childTB
	transport := (&sandboxtest.Sandbox{CAFile: os.Getenv("AUTH_TEST_CA")}).Transport(&t)
	p, err := Discover(context.Background(), Config{Issuer: os.Getenv("AUTH_TEST_ISSUER"), ClientID: fakeClient, HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		panic(err)
	}
	source := NewSource(readTokens(&t, filepath.Join(dir, "disk")), func(ctx context.Context, old Tokens) (Tokens, error) {
		die(killAfterMark)
		fresh, err := p.Refresh(ctx, old)
		if err == nil {
			writeTokens(&t, filepath.Join(dir, "issued"), fresh)
		}
		die(killAfterReply)
		return fresh, err
	}, func(tokens Tokens) error {
		if tokens.Spent {
			die(killBeforeMark)
		}
		writeTokens(&t, filepath.Join(dir, "disk"), tokens)
		if !tokens.Spent {
			die(killAfterSave)
		}
		return nil
	}, nil)
	_, err = source.Token(context.Background())
	fmt.Println("the child is still alive:", err)
	os.Exit(1)
}

// childTB is a testing.TB outside a test.
type childTB struct{ testing.TB }

func (*childTB) Helper()        {}
func (*childTB) Cleanup(func()) {}
func (*childTB) Fatal(a ...any) { panic(fmt.Sprint(a...)) }

func writeTokens(t testing.TB, path string, tokens Tokens) {
	t.Helper()
	data, err := tokens.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readTokens(t testing.TB, path string) (tokens Tokens) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := tokens.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	return tokens
}
