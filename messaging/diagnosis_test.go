package messaging

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"discussions/messaging/xmpp"
)

func TestADiagnosisCountsWhatWasDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, peer := NewScripted(t)
		check(t, c.Unlock(key))
		c.Start()
		peer.w.Groups = []xmpp.Bookmark{{JID: garde, Autojoin: true}}
		peer.Connect()
		synctest.Wait()
		peer.w.Refusals = map[xmpp.Rule]int{xmpp.RuleDepth: 2}
		peer.w.Live(xmpp.Message{From: garde, Type: "headline", Body: "x", HasBody: true})
		private := garde
		private, err := private.WithResource("Paul")
		check(t, err)
		peer.w.Live(xmpp.Message{From: private, Type: "chat", Body: "x", HasBody: true})
		peer.Disconnect()
		peer.w.Connect(true)
		synctest.Wait()
		got := c.Diagnosis()
		got.Connection, got.Features = Connection{}, xmpp.Features{}
		want := Diagnosis{
			Sessions: 1, Resumed: 1, Again: map[string]int{}, Refused: map[string]int{string(xmpp.RuleDepth): 2},
			Ignored: map[string]int{string(ignoredType): 1, string(ignoredPrivate): 1},
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
	})
}
