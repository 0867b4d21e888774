package messaging

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/messaging/internal/confusable"
	"discussions/messaging/internal/wiretest"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// A vCard service that is down for a while must not make people nameless.
func TestACardThatCannotBeReadChangesNothing(t *testing.T) {
	for name, err := range map[string]error{
		"the service is down": &xmpp.StanzaError{Type: "cancel", Condition: "internal-server-error"},
		"it is overloaded":    &xmpp.StanzaError{Type: "wait", Condition: "resource-constraint"},
		"nobody may ask":      &xmpp.StanzaError{Type: "auth", Condition: "forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, dir := wiretest.New(), t.TempDir()
				w.Contacts = []xmpp.RosterItem{{JID: sophie}, {JID: julien}}
				w.Cards[sophie.String()] = xmpp.VCard{FullName: "Dr Sophie Durand", Title: "Cardiologue"}
				w.Cards[julien.String()] = xmpp.VCard{FullName: "Julien Roux"}
				c := newTest(t, dir, w)
				w.Connect(false)
				synctest.Wait()
				c.cfg.Now = func() time.Time { return time.Now().Add(2 * cardLasts) } // the cards are old
				w.CardErrs = map[string]error{sophie.String(): err}
				w.Cut()
				w.Connect(false)
				synctest.Wait()
				v := must(c.Conversation(id(sophie)))
				same(t, "name", v.Name+", "+v.Detail, "Dr Sophie Durand, Cardiologue")
			})
		})
	}
}

func TestOneCardThatIsTooLargeDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Contacts = []xmpp.RosterItem{{JID: sophie}, {JID: julien}}
		w.Cards[julien.String()] = xmpp.VCard{FullName: "Julien Roux"}
		w.CardErrs = map[string]error{sophie.String(): fmt.Errorf("a card: %w", xmpp.ErrGuard)}
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		time.Sleep(10 * time.Minute) // as long as retries are allowed
		synctest.Wait()
		same(t, "the other's name", must(c.Conversation(id(julien))).Name, "Julien Roux")
		same(t, "cards asked for", w.Given, 1)
	})
}

func TestANameIsMadeOfTheAddressWhereNoneIsKnown(t *testing.T) {
	for jid, want := range map[string]string{
		"claire.martin@example.org":    "Claire Martin",
		"éloïse.brûlé@example.org":     "Éloïse Brûlé",
		`jean\20dupont@example.org`:    "Jean Dupont",
		`d\27arc.jeanne_m@example.org`: "D'arc Jeanne M",
		"..@example.org":               "..@example.org",
		"rooms.example.org":            "rooms.example.org",
	} {
		if got := newPeople("", "").name(jid); got != want {
			t.Errorf("%s: %q, want %q", jid, got, want)
		}
	}
}

// TestPeopleOfOtherOrganisationsAreMarked: people of other organisations use a colleague's name.
func TestPeopleOfOtherOrganisationsAreMarked(t *testing.T) {
	p := newPeople("claire.martin@chu.example", "")
	for _, v := range []store.Person{
		{JID: "s@ailleurs.example", FullName: "Sophie Bernard"},
		{JID: "contact@ailleurs.example", Contact: true, FullName: "Sophie Bernard"},
		{JID: "paul@ailleurs.example", FullName: "Paul Durand"},
		{JID: "pau1@ailleurs.example", FullName: "Dr Pau1 Durand"},
		{JID: "paul@autrechu.example", FullName: "Paul Durand"},
		{JID: "paul.durand@chu.example", FullName: "Paul Durand"},
		{JID: "odd@ailleurs.example", FullName: "Ines\u200b Caron"},
		{JID: "given@ailleurs.example", Contact: true, Name: "Sophie, du labo"},
		{JID: "long@ailleurs.example", FullName: "Sophie Bernard" + strings.Repeat(" ", 50) + strings.Repeat("x", 500)},
	} {
		p.put(v)
	}
	got, want := map[string]string{}, map[string]string{
		"sophie.bernard@chu.example":                  "Sophie Bernard",
		"sophie.bernard@sms.chu.example":              "Sophie Bernard",
		"sophie.bernard@ailleurs.example":             "Sophie Bernard (sophie.bernard@ailleurs.example)",
		"sophie.bernard@chu.example.ailleurs.example": "Sophie Bernard (chu.example.ailleurs.example)",
		"sophie.bernard@autrechu.example":             "Sophie Bernard (autrechu.example)",
		"s@ailleurs.example":                          "Sophie Bernard (s@ailleurs.example)",
		"contact@ailleurs.example":                    "Sophie Bernard (contact@ailleurs.example)",
		"paul@ailleurs.example":                       "Paul Durand (paul@ailleurs.example)",
		"pau1@ailleurs.example":                       "Dr Pau1 Durand (pau1@ailleurs.example)",
		"paul@autrechu.example":                       "Paul Durand (autrechu.example)",
		"paul.durand@chu.example":                     "Paul Durand",
		"odd@ailleurs.example":                        "Ines\u200b Caron (odd@ailleurs.example)",
		"given@ailleurs.example":                      "Sophie, du labo",
		"long@ailleurs.example":                       "Sophie Bernard" + strings.Repeat(" ", 10) + "… (long@ailleurs.example)",
	}
	for jid := range want {
		got[jid] = p.name(jid)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	c := &Client{people: p}
	if got := c.memberName(store.Member{JID: "x@ailleurs.example", Nick: "Sophie Bernard"}); got != "Sophie Bernard (x@ailleurs.example)" {
		t.Errorf("as a member she is %q", got)
	}
}

// TestNamesThatLookTheSameAreMarked: people of the same organisation use a colleague's name, or one that looks the same.
func TestNamesThatLookTheSameAreMarked(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"Paul Durand", "Paul Durand"},
		{"Zoé Lœb-Müller", "Zoé Lœb-Müller"},
		{"Nguyễn Văn An", "Nguyễn Văn An"},
		{"He\u0301le\u0300ne Petit", "He\u0301le\u0300ne Petit"}, // accents as macOS writes them
		{"Sophie Bernard", "Sophie Bernard (x)"},
		{"Dr SOPHIE  BERNARD", "Dr SOPHIE  BERNARD (x)"},
		{"Sophie Bemard", "Sophie Bemard (x)"}, // rn
		{"S0phie Bernard", "S0phie Bernard (x)"},
		{"Dr Сlаire Mаrtin", "Dr Сlаire Mаrtin (x)"}, // Cyrillic letters
		{"Ѕорhіе", "Ѕорhіе (x)"},
		{"Sophie\u200b Bernard", "Sophie\u200b Bernard (x)"},
		{"Sophie \u202eBernard", "Sophie \u202eBernard (x)"},
		{"Sophie Ｂernard", "Sophie Ｂernard (x)"},                                                     // a wide letter
		{"\U0001d40f\U0001d41a\U0001d42e\U0001d425", "\U0001d40f\U0001d41a\U0001d42e\U0001d425 (x)"}, // letters of mathematics
		{"Sophie Bernard\u0335", "Sophie Bernard\u0335 (x)"},
		{"Claire Martin", "Claire Martin (x)"}, // as the account itself
	} {
		p := newPeople("claire.martin@chu.example", "Dr Claire Martin")
		p.put(store.Person{JID: "sophie.bernard@chu.example", Name: "Sophie Bernard"})
		p.put(store.Person{JID: "x@chu.example", FullName: test.name})
		if got := p.name("x@chu.example"); got != test.want {
			t.Errorf("%q: %q, want %q", test.name, got, test.want)
		}
		want := "Sophie Bernard"
		if confusable.Skeleton(test.name) == confusable.Skeleton(want) {
			want += " (sophie.bernard)"
		}
		if got := p.name("sophie.bernard@chu.example"); got != want {
			t.Errorf("beside %q the colleague is %q, want %q", test.name, got, want)
		}
	}
	p := newPeople("claire.martin@chu.example", "Dr Claire Martin")
	p.put(store.Person{JID: "claire.martin@chu.example", FullName: "Claire Martin"})
	same(t, "the account itself", p.name("claire.martin@chu.example"), "Dr Claire Martin")
	p.put(store.Person{JID: "s@ailleurs.example", Contact: true, Name: "Sophie Bernard"})
	p.put(store.Person{JID: "sophie.bernard@chu.example", Contact: true, Name: "Sophie Bernard"})
	same(t, "who is elsewhere, as the contact list has them", p.name("s@ailleurs.example"), "Sophie Bernard (s@ailleurs.example)")
	same(t, "the colleague", p.name("sophie.bernard@chu.example"), "Sophie Bernard (sophie.bernard)")
	same(t, "somebody who is not known here", p.name("sophie_bernard@chu.example"), "Sophie Bernard (sophie_bernard)")
}

// TestNamesAreToldApartAsTheyChange changes names one after another, and compares with people who had those names from the beginning.
func TestNamesAreToldApartAsTheyChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const own, elsewhere, there = "own@chu.example", "d@ailleurs.example", "a@ailleurs.example"
		ownName := rapid.SampledFrom([]string{"", "Anne"}).Draw(t, "own name")
		p, now := newPeople(own, ownName), map[string]store.Person{}
		for range rapid.IntRange(1, 20).Draw(t, "changes") {
			v := store.Person{
				JID:      rapid.SampledFrom([]string{"a@chu.example", "b@chu.example", "c@chu.example", "a@sms.chu.example", elsewhere, there, own}).Draw(t, "who"),
				FullName: rapid.SampledFrom([]string{"", "Anne", "anne", "Bob", "B0b"}).Draw(t, "name"),
			}
			p.put(v)
			now[v.JID] = v
		}
		fresh := newPeople(own, ownName)
		for _, jid := range slices.Sorted(maps.Keys(now)) {
			fresh.put(now[jid])
		}
		if diff := cmp.Diff(fresh.called, p.called); diff != "" {
			t.Fatal(diff)
		}
		if ownName != "" {
			now[own] = store.Person{}
		}
		for jid := range now {
			alone := true
			for other := range now {
				if other != jid && p.name(other) == p.name(jid) {
					t.Fatalf("%s and %s are both called %q", other, jid, p.name(jid))
				}
				alone = alone && (other == jid || p.isForeign(other) || confusable.Skeleton(p.bare(other)) != confusable.Skeleton(p.bare(jid)))
			}
			if marked := p.name(jid) != p.bare(jid); marked == alone && !p.isForeign(jid) {
				t.Fatalf("%s, alone with the name: %t, is called %q", jid, alone, p.name(jid))
			}
		}
	})
}
