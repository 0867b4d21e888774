package account

import (
	"strings"
	"testing"

	"discussions/auth"
	"discussions/messaging"
)

func TestConnectedAccountsReconnectAtOnceWhenTheComputerWakesUp(t *testing.T) {
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

func TestEveryAccountKnowsWhetherAWindowCanBeSeen(t *testing.T) {
	l := newLab(t)
	first := l.add(claire)
	l.SetVisible(false)
	second := l.add(paul) // added while none can be
	must(t, l.LogOut(first))
	must(t, l.unlock(first, code))
	said := func(id string) (last string) {
		for _, call := range l.client(id).Calls() {
			if strings.HasPrefix(call, "visible") {
				last = call
			}
		}
		return last
	}
	for _, id := range []string{first, second} {
		if got := said(id); got != "visible false" {
			t.Errorf("%s: %q", l.account(id).Name, got)
		}
	}
	l.SetVisible(true)
	for _, id := range []string{first, second} {
		if got := said(id); got != "visible true" {
			t.Errorf("%s: %q", l.account(id).Name, got)
		}
	}
}
