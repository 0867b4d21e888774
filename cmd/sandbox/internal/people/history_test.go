package people

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var now = time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)

func TestHistory(t *testing.T) {
	everyone := Everyone(0)
	all := History(everyone, Groups(everyone), 5000, now)
	count := make(map[string]int)
	bodies := make(map[string]bool)
	ids := make(map[string]bool)
	for i, m := range all {
		if i > 0 && m.Time.Before(all[i-1].Time) {
			t.Fatalf("message %d is older than the one before it", i)
		}
		if m.Time.After(now) {
			t.Fatalf("message %d is from the future: %s", i, m.Time)
		}
		if m.Body == "" || strings.ContainsAny(m.Body, "{}") {
			t.Errorf("message %d is not filled in: %q", i, m.Body)
		}
		if ids[m.ID] {
			t.Fatalf("two messages have the id %s", m.ID)
		}
		ids[m.ID], bodies[m.Body] = true, true
		if m.Group == nil {
			a, b := m.From.Local(), m.To.Local()
			count[min(a, b)+" "+max(a, b)]++
		} else {
			count[m.Group.Name]++
		}
	}
	for _, long := range []string{"claire.martin sophie.bernard", "claire.martin julien.roux"} {
		if count[long] != 5000 {
			t.Errorf("%s have %d messages, want 5000", long, count[long])
		}
	}
	for _, g := range Groups(everyone) {
		if count[g.Name] < 20 {
			t.Errorf("the group %s has %d messages", g.Name, count[g.Name])
		}
	}
	if len(bodies) < 500 {
		t.Errorf("only %d different texts", len(bodies))
	}
	if oldest := now.Sub(all[0].Time); oldest < 90*24*time.Hour || oldest > 365*24*time.Hour {
		t.Errorf("the oldest message is %s old", oldest)
	}
}

func TestHistoryIsTheSameEachTime(t *testing.T) {
	everyone := Everyone(0)
	first := History(everyone, Groups(everyone), 300, now)
	second := History(everyone, Groups(everyone), 300, now)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
}

func TestEveryone(t *testing.T) {
	seen := make(map[string]string)
	for _, p := range Everyone(600) {
		for _, key := range []string{p.JID, p.Mail, p.Card} {
			if other, ok := seen[key]; ok && other != p.Name {
				t.Fatalf("%s and %s share %s", p.Name, other, key)
			}
			seen[key] = p.Name
		}
		if len(p.CardCode) != 4 {
			t.Errorf("the card of %s has the code %q", p.Name, p.CardCode)
		}
	}
	if n := len(Everyone(600)); n != 600 {
		t.Errorf("%d people, want 600", n)
	}
}
