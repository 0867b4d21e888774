//go:build unix

package auth

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const someAddress = "https://id.test/authorize?state=" + canary + "&x=a%20b;$(touch%20/tmp/x)"

// script writes an executable that does what the lines say; $out is a file of the test.
func script(t *testing.T, name, out, lines string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\nout="+out+"\n"+lines+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBROWSERIsHonoured(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	good := script(t, "good", out, `printf '%s|' "$@" > $out`)
	bad := script(t, "bad", out, "exit 3")
	tests := []struct{ name, chosen, want string }{
		{"a command", good, someAddress + "|"},
		{"a command with words", good + " --new-window", "--new-window|" + someAddress + "|"},
		{"a place for the address", good + " --app=%s -x", "--app=" + someAddress + "|-x|"},
		{"the first that works", "/no/such/browser:" + bad + ": :" + good, someAddress + "|"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("BROWSER", tt.chosen)
			if err := OpenBrowser(t.Context(), someAddress); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestABrowserThatCannotBeOpened(t *testing.T) {
	bad := script(t, "bad", "", "exit 3")
	for _, chosen := range []string{bad, "/no/such/browser", bad + ":/no/such/browser"} {
		err := openBrowser(t.Context(), chosen, someAddress, time.Minute)
		if !errors.Is(err, ErrBrowser) {
			t.Errorf("%s: error %v", chosen, err)
		}
		checkSafeError(t, err)
	}
	t.Setenv("PATH", t.TempDir()) // no xdg-open
	t.Setenv("BROWSER", "")
	if err := OpenBrowser(t.Context(), someAddress); !errors.Is(err, ErrBrowser) {
		t.Errorf("error %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := openBrowser(ctx, bad, someAddress, time.Minute); !errors.Is(err, ErrBrowser) || !errors.Is(err, ErrCancelled) {
		t.Errorf("error %v", err)
	}
}

// The command may be the browser itself, and then keeps running.
func TestABrowserThatStaysInFront(t *testing.T) {
	dir := t.TempDir()
	hold := filepath.Join(dir, "hold")
	if err := os.WriteFile(hold, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	stays := script(t, "stays", filepath.Join(dir, "out"), "while [ -e "+hold+" ]; do sleep 0.01; done; echo done > $out")
	if err := openBrowser(t.Context(), stays, someAddress, time.Millisecond); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if !launch(ctx, []string{stays, someAddress}, time.Hour) {
		t.Error("the caller's end counts as a failure")
	}
	if err := os.Remove(hold); err != nil {
		t.Fatal(err)
	}
	// goleak checks at the end that both were waited for.
}

func TestOnlyWebAddressesAreOpened(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	good := script(t, "good", out, "touch $out")
	for _, address := range []string{
		"", "file:///etc/passwd", "javascript:alert(1)", "smb://evil.test/x", "http://id.test/", "mailto:x@id.test", "--help", "/etc/passwd",
		"https://", "https://id.test/\nx", "https://user:" + canary + "@id.test/", "data:text/html,x", "http://127.0.0.1.evil.test/",
	} {
		err := openBrowser(t.Context(), good, address, time.Minute)
		if !errors.Is(err, ErrBrowser) {
			t.Errorf("%q: error %v", address, err)
		}
		checkSafeError(t, err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("one was opened")
	}
	if err := openBrowser(t.Context(), good, "http://127.0.0.1:8080/authorize", time.Minute); err != nil {
		t.Error(err)
	}
}

func TestTheSystemOpensTheBrowser(t *testing.T) {
	command := systemBrowser(someAddress)
	if command[len(command)-1] != someAddress || strings.Contains(command[0], " ") {
		t.Errorf("command %q", command)
	}
}
