package sandboxtest_test

import (
	"testing"

	"discussions/internal/sandboxtest"
)

func TestStart(t *testing.T) {
	s := sandboxtest.Start(t)
	if s.Token(t, s.Claire().JID) == "" {
		t.Error("no token")
	}
	if len(s.People) < 9 {
		t.Errorf("%d people, want at least 9", len(s.People))
	}
}
