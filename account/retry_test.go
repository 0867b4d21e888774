package account

import (
	"testing"

	"discussions/auth"
	"discussions/messaging"
)

func TestWhenTheComputerWakesUpWhoeverIsConnectedConnectsAtOnce(t *testing.T) {
	l := newLab(t)
	amelie := auth.Identity{Subject: "sub-amelie", JID: "amelie.laurent@chat.example.org", Name: "Amélie Laurent"}
	open, locked, sealed := l.add(claire), l.add(paul), l.add(amelie)
	must(t, l.Lock(locked))
	must(t, l.LogOut(sealed))
	l.Retry()
	for id, want := range map[string]int{open: 1, locked: 1, sealed: 0} {
		if got := l.client(id).retries; got != want {
			t.Errorf("%s: %d retries, want %d", l.account(id).Name, got, want)
		}
	}
}

func TestTwoProgramsDoNotTakeTheConnectionInTurnWhenTheNetworkChanges(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	l.client(id).SetConnection(messaging.Connection{Problem: messaging.Replaced})
	l.Retry()
	if got := l.client(id).retries; got != 0 {
		t.Errorf("%d retries", got)
	}
}
