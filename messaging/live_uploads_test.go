//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"testing"

	"go.uber.org/goleak"

	"discussions/internal/sandboxtest"
)

// fileTests are what files do with a real upload service, that of ejabberd and that of Prosody.
var fileTests = []struct {
	name string
	f    func(*testing.T, *sandboxtest.Sandbox)
}{
	{"a file", sharedFiles},
	{"files of another program", askedFiles},
}

func TestFilesWithProsody(t *testing.T) { filesWith(t, sandboxtest.Start(t, "--engine", "prosody")) }

func filesWith(t *testing.T, s *sandboxtest.Sandbox) {
	for _, test := range fileTests {
		t.Run(test.name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			t.Cleanup(func() { goleak.VerifyNone(t, before) })
			test.f(t, s)
		})
	}
}
