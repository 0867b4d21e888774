package auth

import (
	"testing"

	"discussions/internal/sandboxtest"
)

// TestWithTheSandbox logs in at a real provider (zitadel's library) in the sandbox, whose servers run on Linux.
func TestWithTheSandbox(t *testing.T) {
	s := sandboxtest.Start(t, "--engine", "prosody") // it starts in a fraction of the time; the provider is the same
	t.Run("login by both ways", func(t *testing.T) { sandboxLogins(t, s) })
	t.Run("single sign-on, forced login, end of session", func(t *testing.T) { sandboxSessions(t, s) })
	t.Run("a refresh token only with consent", func(t *testing.T) { sandboxConsent(t, s) })
	t.Run("the person denies", func(t *testing.T) { sandboxDenial(t, s) })
	t.Run("rotation and reuse", func(t *testing.T) { sandboxRotation(t, s) })
	t.Run("revocation", func(t *testing.T) { sandboxRevocation(t, s) })
	t.Run("refused, down, cut", func(t *testing.T) { sandboxFaults(t, s) })
	t.Run("clock", func(t *testing.T) { sandboxClock(t, s) })
	t.Run("killed around a refresh", func(t *testing.T) { sandboxKills(t, s) })
}
