package messaging

import (
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/outbox"
	"discussions/messaging/xmpp"
)

// dropped sends a message that the server acknowledges and loses.
func dropped(t *testing.T, c *Client, w *wiretest.Server, to jid.JID, text string) {
	t.Helper()
	w.Change(func() { w.NoArchive, w.NoReflection = true, true })
	writes(t, c, w, to, text)
	w.Change(func() { w.NoArchive, w.NoReflection = false, false })
}

// writes sends a message, and waits for what follows.
func writes(t *testing.T, c *Client, w *wiretest.Server, to jid.JID, text string) {
	t.Helper()
	_, err := c.Send(id(to), Text{Body: text})
	check(t, err)
	w.Flow()
	time.Sleep(provingDelay)
	synctest.Wait()
}

func TestWhatTheServerHasLostIsSentAgainInTheSameSession(t *testing.T) {
	for name, to := range map[string]jid.JID{"a person": sophie, "a group": garde} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, w := inGarde(t)
				writes(t, c, w, to, "un")
				dropped(t, c, w, to, "perdu")
				writes(t, c, w, to, "trois")
				same(t, "waiting for proof", c.Unsent(), 1)
				time.Sleep(outbox.LateRow - 2*time.Second)
				same(t, "the archive may be late", w.Bodies(), []string{"un", "perdu", "trois"})
				time.Sleep(4 * time.Second)
				synctest.Wait()
				w.Flow()
				time.Sleep(time.Second)
				synctest.Wait()
				same(t, "sent", w.Bodies(), []string{"un", "perdu", "trois", "perdu"})
				same(t, "with one id", w.Sent[1].OriginID == w.Sent[3].OriginID, true)
				same(t, "left", c.Unsent(), 0)
				same(t, "in the archive's order", history(t, c, to, 10), []string{"un", "trois", "perdu"})
			})
		})
	}
}

// A room without an archive that does not send a message back has not taken it, though the server has.
func TestWhatAGroupWithoutAnArchiveDoesNotSendBackIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		w.Change(func() { w.NoMAM = true })
		writes(t, c, w, garde, "un")
		same(t, "left when it came back", c.Unsent(), 0)
		w.Change(func() { w.NoReflection = true })
		writes(t, c, w, garde, "perdu")
		w.Change(func() { w.NoReflection = false })
		same(t, "waiting for proof", c.Unsent(), 1)
		time.Sleep(outbox.LateRow + 4*time.Second)
		synctest.Wait()
		w.Flow()
		time.Sleep(time.Second)
		synctest.Wait()
		same(t, "sent", w.Bodies(), []string{"un", "perdu", "perdu"})
		same(t, "with one id", w.Sent[1].OriginID == w.Sent[2].OriginID, true)
		same(t, "left", c.Unsent(), 0)
		same(t, "shown once", history(t, c, garde, 10), []string{"un", "perdu"})
	})
}

// TestWhereTheArchiveMayKeepNothingNobodySeesAMessageTwice: preferences (XEP-0313 §7) may leave somebody out, and a group may keep nothing.
func TestWhereTheArchiveMayKeepNothingNobodySeesAMessageTwice(t *testing.T) {
	for name, to := range map[string]jid.JID{"a person": julien, "a group": garde} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, w := inGarde(t)
				writes(t, c, w, sophie, "gardé")
				w.Change(func() { w.NoArchive, w.NoReflection = true, true })
				writes(t, c, w, to, "un")
				w.Change(func() { w.NoArchive = false })
				writes(t, c, w, sophie, "gardé aussi")
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				same(t, "sent", w.Bodies(), []string{"gardé", "un", "gardé aussi"})
			})
		})
	}
}

// A message that somebody has, and that an archive does not keep, tells that the archive keeps nothing of them any more.
func TestWhatAnArchiveKeepsNoMoreIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		writes(t, c, w, sophie, "gardé")
		w.Change(func() { w.NoArchive = true })
		m, err := c.Send(id(sophie), Text{Body: "reçu"})
		check(t, err)
		w.Flow()
		(&ScriptedPeer{w}).Delivered(m.ID)
		writes(t, c, w, sophie, "sans accusé de réception")
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		same(t, "sent", w.Bodies(), []string{"gardé", "reçu", "sans accusé de réception"})
	})
}

// A server may refuse acknowledgements for a session (XEP-0198 §3), as it does under load: what that session loses is reported by no
// stream.
func TestWhatASessionWithoutAcknowledgementsLostIsSentInTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Change(func() { w.NoAcks = true })
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		_, err := c.Send(id(sophie), Text{Body: "reçu"})
		check(t, err)
		w.Change(func() { w.NoArchive = true })
		_, err = c.Send(id(sophie), Text{Body: "perdu"})
		check(t, err)
		w.Cut()
		w.Change(func() { w.NoAcks, w.NoArchive = false, false })
		w.Connect(false)
		synctest.Wait()
		w.Flow()
		time.Sleep(time.Second)
		synctest.Wait()
		same(t, "sent", w.Bodies(), []string{"reçu", "perdu", "perdu"})
		same(t, "left", c.Unsent(), 0)
		same(t, "told", c.Diagnosis().Again, map[string]int{string(againLost): 1})
	})
}

// TestTheFirstMessageThatTheServerHasLostIsSentAgain: nothing that was written to them before tells whether the archive keeps it, and its
// preferences do (XEP-0441).
func TestTheFirstMessageThatTheServerHasLostIsSentAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		prefs *xmpp.ArchivePrefs
		again bool
	}{
		"the archive keeps all":                {&xmpp.ArchivePrefs{Default: "always"}, true},
		"all but what is written with them":    {&xmpp.ArchivePrefs{Default: "always", Never: []jid.JID{julien}}, false},
		"only what is written with them":       {&xmpp.ArchivePrefs{Default: "never", Always: []jid.JID{julien}}, true},
		"only contacts, and they are none":     {&xmpp.ArchivePrefs{Default: "roster"}, false},
		"the server does not say what it does": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Prefs = tt.prefs
				c := newTest(t, t.TempDir(), w)
				w.Connect(false)
				synctest.Wait()
				writes(t, c, w, sophie, "gardé")
				dropped(t, c, w, julien, "perdu")
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				w.Flow()
				time.Sleep(time.Second)
				synctest.Wait()
				sent, left, counted := []string{"gardé", "perdu"}, 1, map[string]int{}
				if tt.again {
					sent, left, counted = append(sent, "perdu"), 0, map[string]int{string(againMissing): 1}
				}
				same(t, "sent", w.Bodies(), sent)
				same(t, "left", c.Unsent(), left)
				same(t, "told", c.Diagnosis().Again, counted)
			})
		})
	}
}

// A message that was seen again, and whose session is lost while the account is locked, is with the server for certain.
func TestWhatWasSeenAgainLeavesTheOutboxAfterALock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		w.Change(func() { w.NoAck = true })
		writes(t, c, w, garde, "vu")
		same(t, "its acknowledgement is still to come", c.Unsent(), 1)
		check(t, c.Lock())
		w.Cut()
		w.Connect(false)
		synctest.Wait()
		check(t, c.Unlock(key))
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "left", c.Unsent(), 0)
		same(t, "sent", w.Bodies(), []string{"vu"})
	})
}
