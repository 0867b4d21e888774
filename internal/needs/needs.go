// Package needs tells tests which of their real parts this machine lacks.
//
// A test that needs a server, a desktop or another program calls one of these functions first. Where the part is
// missing the test is skipped with a sentence, so that go test ./... passes on any machine. make test starts every part and sets
// [Everything]; a missing part then fails the test.
package needs

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// Everything is the environment variable that forbids to skip a test.
const Everything = "DISCUSSIONS_TEST_EVERYTHING"

// Missing ends a test because part is not there, such as "an unlocked secret service".
func Missing(t testing.TB, part string) {
	t.Helper()
	if os.Getenv(Everything) != "" {
		t.Fatalf("needs %s, and no test may be skipped here", part)
	}
	t.Skipf("needs %s: make test brings it", part)
}

// Programs needs programs in the PATH.
func Programs(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			Missing(t, "the program "+name)
		}
	}
}

// OneProgram needs one of several programs in the PATH.
func OneProgram(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err == nil {
			return
		}
	}
	Missing(t, "one of the programs "+strings.Join(names, ", "))
}

// Browser needs a Chromium or Chrome, which need not be in the PATH on Windows and macOS.
func Browser(t testing.TB) {
	t.Helper()
	if runtime.GOOS == "linux" {
		OneProgram(t, "chromium", "chromium-browser", "google-chrome")
	}
}

// Session needs the desktop session of internal/dev/session.sh: a screen, a session bus, an unlocked secret service. The session of the
// person who runs the tests is not used: a test must not type into it, nor leave anything in its keyring.
func Session(t testing.TB) {
	t.Helper()
	if os.Getenv("DISCUSSIONS_SESSION") == "" {
		Missing(t, "a desktop session of its own (internal/dev/session.sh)")
	}
}
