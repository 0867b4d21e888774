package xmpp

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
)

// TestNothingIsDroppedWithoutATrace: what is not taken of what comes in is counted by its rule, and logged by that rule and its kind alone.
func TestNothingIsDroppedWithoutATrace(t *testing.T) {
	message := func(content string) string {
		return `<message xmlns="jabber:client" from="` + juliet + `/b" id="1"><body>x</body>` + content + `</message>`
	}
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "%d", fmt.Sprint(i)))
		}
		return b.String()
	}
	long := strings.Repeat("é", maxText+1)
	for _, c := range []struct {
		name, in string
		want     map[Rule]int
	}{
		{"no stanza at all", `<secret xmlns="urn:example:secret"/>`, map[Rule]int{RuleUnknown: 1}},
		{"an IQ of no type", `<iq xmlns="jabber:client" from="` + juliet + `/b" id="1" type="secret"/>`, map[Rule]int{RuleUnknown: 1}},
		{"an answer to nothing", `<iq xmlns="jabber:client" from="` + juliet + `/b" id="secret" type="result"/>`, map[Rule]int{RuleUnasked: 1}},
		{"a copy of nothing", `<message xmlns="jabber:client" from="` + romeo + `"><received xmlns="urn:xmpp:carbons:2"/></message>`, map[Rule]int{RuleHollow: 1}},
		{"contacts without an address", `<iq xmlns="jabber:client" id="1" type="set"><query xmlns="jabber:iq:roster"><item jid="secret@@"/><item jid=""/></query></iq>`, map[Rule]int{RuleEntry: 2}},
		{"a blocked nobody", `<iq xmlns="jabber:client" id="1" type="set"><block xmlns="urn:xmpp:blocking"><item jid="secret@@"/></block></iq>`, map[Rule]int{RuleEntry: 1}},
		{"a read mark of nothing", `<message xmlns="jabber:client"><event xmlns="http://jabber.org/protocol/pubsub#event"><items node="` + nsDisplayed + `"><item id="secret@@"/></items></event></message>`,
			map[Rule]int{RuleEntry: 1}},
		{"a link to no page", message(`<x xmlns="jabber:x:oob"><url>file:///secret</url></x>`), map[Rule]int{RulePart: 1}},
		{"17 links", message(many(17, `<x xmlns="jabber:x:oob"><url>https://secret.example/%d</url></x>`)), map[Rule]int{RuleTooMany: 1}},
		{"18 files", message(many(18, `<file-sharing xmlns="urn:xmpp:sfs:0"/>`)), map[Rule]int{RuleTooMany: 2}},
		{"a long description", message(`<x xmlns="jabber:x:oob"><url>https://secret.example</url><desc>` + long + `</desc></x>`), map[Rule]int{RuleCut: 1}},
		{"65 references", message(many(65, `<reference xmlns="urn:xmpp:reference:0" uri="xmpp:secret%d"/>`)), map[Rule]int{RuleTooMany: 1}},
		{"a reference to nothing", message(`<reference xmlns="urn:xmpp:reference:0"/>`), map[Rule]int{RulePart: 1}},
		{"a reaction in words", message(`<reactions xmlns="urn:xmpp:reactions:0" id="m1"><reaction>secret</reaction><reaction>👍</reaction></reactions>`), map[Rule]int{RulePart: 1}},
		{"reactions to nothing", message(`<reactions xmlns="urn:xmpp:reactions:0"/>`), map[Rule]int{RulePart: 1}},
		{"a retraction of nothing", message(`<retract xmlns="urn:xmpp:message-retract:1"/>`), map[Rule]int{RulePart: 1}},
		{"moderation by nobody", message(`<retract xmlns="urn:xmpp:message-retract:1" id="m1"><moderated xmlns="urn:xmpp:message-moderate:1"/></retract>`), map[Rule]int{RulePart: 1}},
		{"a correction of nothing", message(`<replace xmlns="urn:xmpp:message-correct:0"/>`), map[Rule]int{RulePart: 1}},
		{"an answer to no message", message(`<reply xmlns="urn:xmpp:reply:0"/>`), map[Rule]int{RulePart: 1}},
		{"an invitation to nowhere", message(`<x xmlns="jabber:x:conference" jid="secret@@"/>`), map[Rule]int{RulePart: 1}},
		{"a fallback of no place", message(`<fallback xmlns="urn:xmpp:fallback:0"><body start="9" end="secret"/></fallback>`), map[Rule]int{RulePart: 1}},
		{"33 status codes", `<message xmlns="jabber:client" from="` + coven + `" type="groupchat"><x xmlns="http://jabber.org/protocol/muc#user">` + many(33, `<status code="1"/>`) + `</x></message>`,
			map[Rule]int{RuleTooMany: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log strings.Builder
			client := New(Config{JID: jidOf(romeo), Log: newTextLog(&log)})
			s := &session{client: client}
			f, err := decodeFrame([]byte(c.in), nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.receive(f); err != nil {
				t.Fatal(err)
			}
			client.events.Close()
			if got := client.Refused(); !maps.Equal(got, c.want) {
				t.Errorf("counted %v", got)
			}
			if lines := strings.Count(log.String(), "\n"); lines != len(c.want) || strings.Contains(log.String(), "secret") {
				t.Errorf("%d lines: %s", lines, log.String())
			}
		})
	}
}

// RFC 6120 §8.2.3: a request that is not read has an answer all the same.
func TestARefusedRequestIsAnswered(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		s.write(`<iq xmlns="jabber:client" from="` + juliet + `/b" id="deep" type="get">` + strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) + `</iq>`)
		s.expect(`not-acceptable`)
		s.write(`<message xmlns="jabber:client" from="` + juliet + `"><body>next</body></message>`)
		if got := await[MessageReceived](r); got.Message.Body != "next" || r.Refused()[RuleDepth] != 1 {
			t.Errorf("told %q, refused %v", got.Message.Body, r.Refused())
		}
	})
}

// TestAnAnswerWithoutItsContentIsNotTakenForNone: else all contacts, groups and members would be gone by one odd answer.
func TestAnAnswerWithoutItsContentIsNotTakenForNone(t *testing.T) {
	for name, ask := range map[string]func(t *testing.T, r *running) error{
		"the roster":        func(t *testing.T, r *running) error { _, err := r.Roster(t.Context()); return err },
		"the blocked":       func(t *testing.T, r *running) error { _, err := r.BlockList(t.Context()); return err },
		"what an entity is": func(t *testing.T, r *running) error { _, err := r.Info(t.Context(), jidOf(romeo)); return err },
		"its services":      func(t *testing.T, r *running) error { _, err := r.items(t.Context(), jidOf(romeo)); return err },
		"a node":            func(t *testing.T, r *running) error { _, err := r.itemsOf(t.Context(), nsBookmarks); return err },
		"the preferences":   func(t *testing.T, r *running) error { _, err := r.ArchivePrefs(t.Context()); return err },
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := async(func() (struct{}, error) { return struct{}{}, ask(t, r) })
				s.write(answerTo(s.expect(`<iq `, `type="get"`), romeo, ""))
				if _, err := wait(); !errors.Is(err, errNoContent) {
					t.Errorf("error: %v", err)
				}
			})
		})
	}
	t.Run("a list of members", func(t *testing.T) {
		withSession(t, func(t *testing.T, r *running, s *fakeConn) {
			wait := async(func() (bool, error) {
				_, whole, err := r.Affiliations(t.Context(), jidOf(coven))
				return whole, err
			})
			for _, content := range []string{"", "", `<query xmlns="http://jabber.org/protocol/muc#admin"><item jid="a@b" affiliation="member"/></query>`} {
				s.write(answerTo(s.expect("muc#admin"), coven, content))
			}
			if whole, err := wait(); whole || err != nil {
				t.Errorf("whole: %t, %v", whole, err)
			}
		})
	})
}

// One service that hangs, or answers nonsense, hides no other one.
func TestAServiceThatHangsHidesNoOther(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() (UploadService, error) { return r.UploadService(t.Context()) })
		s.write(answerTo(s.expect("disco#items"), "montague.example", `<query xmlns="http://jabber.org/protocol/disco#items"><item jid="odd.example"/><item jid="upload.example"/></query>`))
		s.write(answerTo(s.expect("disco#info", `to="odd.example"`), "odd.example", ""))
		s.write(answerTo(s.expect("disco#info", `to="upload.example"`), "upload.example",
			`<query xmlns="http://jabber.org/protocol/disco#info"><identity category="store" type="file"/><feature var="urn:xmpp:http:upload:0"/></query>`))
		if got, err := wait(); err != nil || got.JID.String() != "upload.example" {
			t.Errorf("found %+v, %v", got, err)
		}
	})
}

// TestNoOddNumberRefusesAStanza: the decoder of XML refuses the whole for one attribute that is no number where it should be one. So all are
// read as texts.
func TestNoOddNumberRefusesAStanza(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var look func(t reflect.Type, path string)
	look = func(of reflect.Type, path string) {
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice:
			look(of.Elem(), path)
		case reflect.Struct:
			if seen[of] {
				return
			}
			seen[of] = true
			for i := range of.NumField() {
				f := of.Field(i)
				if tag := f.Tag.Get("xml"); f.Anonymous || tag != "-" {
					look(f.Type, path+"."+f.Name)
				}
			}
		case reflect.String, reflect.Interface:
		default:
			t.Errorf("%s is a %s", path, of)
		}
	}
	for _, stanza := range []any{messageStanza{}, presenceStanza{}, iqStanza{}, streamFeatures{}, nonza{}} {
		look(reflect.TypeOf(stanza), reflect.TypeOf(stanza).Name())
	}
	c := New(Config{JID: jidOf(romeo)})
	defer c.events.Close()
	f, err := decodeFrame([]byte(`<message xmlns="jabber:client" from="`+juliet+`/b"><body>x</body><file-sharing xmlns="urn:xmpp:sfs:0"><file xmlns="urn:xmpp:file:metadata:0">`+
		`<name>a.jpg</name><thumbnail xmlns="urn:xmpp:thumbs:1" uri="cid:1" width="large" height="1.5"/></file></file-sharing></message>`), nil)
	if err != nil || f.refused != nil {
		t.Fatal(err, f.refused)
	}
	if m, ok := c.decodeMessage(f.message); !ok || m.Body != "x" || len(m.Files) != 1 || m.Files[0].Name != "a.jpg" {
		t.Errorf("read %+v", m)
	}
}
