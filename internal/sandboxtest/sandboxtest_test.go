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
	s.WaitOnline(t, s.Sophie().JID)
	s.Say(t, s.Claire().JID, s.Sophie().JID, "Bonjour Sophie")
	t.Log(s.WaitReceived(t, s.Sophie().JID, "Bonjour Sophie"))
	s.Say(t, s.Claire().JID, s.Groups[0].JID, "Bonjour à tous")
	t.Log(s.WaitReceived(t, s.Sophie().JID, "Bonjour à tous"))
	t.Log(s.Online(t))
}
