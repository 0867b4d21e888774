package xmpp

import (
	"errors"
	"strings"
	"testing"

	"mellium.im/xmpp/jid"
	"pgregory.net/rapid"
)

// names are resources that RFC 7622 or this program's edition of Unicode refuses, and that servers let through.
func names() map[string]string {
	return map[string]string{
		"a middle dot":               "Paul Durand, infirmier·ère",
		"a joined emoji":             "👩‍⚕️ Sophie",
		"newer than our tables":      "Zoé \U0001FAEA\U000E0FFF",
		"a zero-width non-joiner":    "می\u200cخواهم",
		"a private character":        "\uF8FF Mac",
		"an Arabic digit of 2 kinds": "٣۳",
		"a slash and an at sign":     "a/b@c",
		"not normalised":             "e\u0301té",
		"spaces at both ends":        " Paul ",
	}
}

func TestAResourceIsOpaque(t *testing.T) {
	for name, resource := range names() {
		j, err := ParseJID("garde@salles.spico.test/" + resource)
		if err != nil || j.Resourcepart() != resource || j.Bare().String() != "garde@salles.spico.test" || j.String() != "garde@salles.spico.test/"+resource {
			t.Errorf("%s: %q, %v", name, j.Resourcepart(), err)
		}
	}
	long, err := ParseJID("a@b/" + strings.Repeat("é", 10_000))
	if err != nil || long.Resourcepart() != strings.Repeat("é", maxPart/2) {
		t.Errorf("%d bytes, %v", len(long.Resourcepart()), err)
	}
}

func TestAddressesAreReadLeniently(t *testing.T) {
	for in, want := range map[string]string{
		"Juliet@Capulet.EXAMPLE/Balcony": "juliet@capulet.example/Balcony",
		"capulet.example":                "capulet.example",
		"ＪＵＬＩＥＴ@capulet.example":         "juliet@capulet.example",
		"infirmier·ère@spico.test":       "infirmier·ère@spico.test",
		"zoé\U0001FAEA@spico.test":       "zoé\U0001FAEA@spico.test",
		"Kelvin\u00b7@spico.test":        "Kelvin\u00b7@spico.test",
		"":                               "", "@": "", "@b": "", "a@": "", "a@/x": "", "/": "", "/x": "", "a@b/": "", "@@/": "", "a@b@c": "", "a b@c": "", "a@b c": "", "a\n@b": "",
		"\xff@b": "", "a@b/\xff": "", "a..": "", "a@b..": "", "a·\"@b": "", "a@" + strings.Repeat("b", 2000): "", strings.Repeat("a", 2000) + "@b": "",
	} {
		j, err := ParseJID(in)
		if j.String() != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", in, j, err)
		}
	}
}

// TestNoOddAddressIsTakenForAnother: what RFC 7622 does not allow is never equal to an address that it allows.
func TestNoOddAddressIsTakenForAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.OneOf(rapid.RuneFrom([]rune("abKKſßİıﬁ·@/.é")), rapid.Rune()), 1, 12, -1).Draw(t, "address")
		j, err := ParseJID(s)
		if err != nil {
			return
		}
		again, err := ParseJID(j.String())
		if err != nil || !again.Equal(j) {
			t.Fatalf("%q gives %q, and that %q (%v)", s, j, again, err)
		}
	})
}

// TestPlainAddressesAreReadAsByTheRules compares with RFC 7622 as mellium's package implements it.
func TestPlainAddressesAreReadAsByTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringOfN(rapid.RuneFrom([]rune("aabcxnz019.-_A é")), 0, 8, -1)
		s := part.Draw(t, "local") + rapid.SampledFrom([]string{"@", "@", "@xn--", ""}).Draw(t, "at") + part.Draw(t, "domain")
		got, ok := parsePlain(s)
		if !ok {
			return
		}
		if want, err := jid.Parse(s); err != nil || !want.Equal(got) {
			t.Fatalf("%q: %q, by the rules %q (%v)", s, got, want, err)
		}
	})
	if _, ok := parsePlain("claire.martin@chat-1.spico.test"); !ok {
		t.Error("an ordinary address is not plain")
	}
}

func BenchmarkParseJID(b *testing.B) {
	for range b.N {
		if _, err := ParseJID("claire.martin@spico.test/discussions-1a2b3c4d"); err != nil {
			b.Fatal(err)
		}
	}
}

func TestNoNameIsAReasonToDropAStanza(t *testing.T) {
	for name, nick := range names() {
		t.Run(name, func(t *testing.T) {
			from := exampleRoom + "/" + nick
			for _, c := range []struct{ kind, from string }{{"groupchat", from}, {"chat", juliet + "/" + nick}} {
				if m := readMessage(t, c.kind, c.from, "<body>x</body>"); m.Body != "x" || m.From.Resourcepart() != nick {
					t.Errorf("live: %+v", m)
				}
			}
			if m := readArchived(t, `<message xmlns="jabber:client" type="groupchat" from="`+from+`"><body>x</body></message>`); m.From.Resourcepart() != nick {
				t.Errorf("archived: %+v", m)
			}
			carbon := carbonOf("sent", romeo, romeo+"/"+nick)
			if events := eventsOf(t, romeo, carbon); len(events) != 1 {
				t.Errorf("carbon: %+v", events)
			}
			presence := eventsOf(t, romeo, `<presence xmlns="jabber:client" from="`+from+`"/>`)
			if got := presence[0].(PresenceReceived).Presence.From.Resourcepart(); got != nick {
				t.Errorf("presence: %q", got)
			}
		})
	}
}

func TestANicknameOfAnyKindEntersARoom(t *testing.T) {
	for name, nick := range names() {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := async(func() (struct{}, error) { return struct{}{}, r.Join(t.Context(), jidOf(coven), nick) })
				f, err := decodeFrame([]byte(s.expect("muc")), nil)
				if err != nil {
					t.Fatal(err)
				}
				s.write(occupantPresence(f.presence.To, "", memberItem, 110))
				if _, err := wait(); err != nil {
					t.Fatal(err)
				}
				if p := await[PresenceReceived](r).Presence; !p.Occupant.Self || p.From.String() != f.presence.To {
					t.Errorf("%+v", p)
				}
			})
		})
	}
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		for _, nick := range []string{"", "a\nb", "\xff", strings.Repeat("a", maxPart+1)} {
			if err := r.Join(t.Context(), jidOf(coven), nick); err == nil {
				t.Errorf("%q enters", nick)
			}
		}
	})
}

func TestANicknameThatIsRefusedIsTriedInPlainLetters(t *testing.T) {
	for _, c := range []struct{ condition, nick, second string }{
		{"bad-request", "👩‍⚕️ Claire,  infirmière·e", "Claire, infirmière.e"},
		{"jid-malformed", "Zoe\u0301 \U0001FAEA", "Zoé"},
		{"bad-request", "👩‍⚕️", "romeo"},
		{"bad-request", "Claire", ""},
		{"conflict", "👩‍⚕️ Claire", ""},
	} {
		t.Run(c.condition+" "+c.nick, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := async(func() (struct{}, error) { return struct{}{}, r.Join(t.Context(), jidOf(coven), c.nick) })
				s.expect("muc")
				s.write(`<presence xmlns="jabber:client" type="error" from="` + coven + `/` + c.nick + `"><error type="modify"><` + c.condition + ` xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></presence>`)
				if c.second != "" {
					s.expect("muc", `to="`+coven+`/`+c.second+`"`)
					s.write(occupantPresence(coven+"/"+c.second, "", memberItem, 110))
				}
				var refused *StanzaError
				if _, err := wait(); (err == nil) != (c.second != "") || err != nil && (!errors.As(err, &refused) || refused.Condition != c.condition) {
					t.Errorf("error: %v", err)
				}
			})
		})
	}
}
