package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"discussions/messaging/xmpp/internal/stanzagen"
)

// rooted makes a message whose root has one more attribute.
func rooted(attribute string) string {
	return `<message ` + attribute + ` xmlns="jabber:client" from="` + juliet + `/b" id="1"><body>x</body></message>`
}

// A fault in the root of a stanza can come from a stranger, as can one below it.
func TestAStanzaIsRefusedByItsRoot(t *testing.T) {
	for _, c := range []struct {
		name, in string
		rule     Rule
	}{
		{"33 attributes", rooted(attributes(maxAttributes - 2)), RuleAttributes},
		{"an attribute twice", rooted(`a="" a=""`), RuleRepeated},
		{"a long attribute", rooted(`a="` + strings.Repeat("x", maxAttribute+1) + `"`), RuleAttribute},
		{"an attribute longer than a stanza", rooted(`a="` + strings.Repeat("x", maxBytes) + `"`), RuleLength},
		{"an odd attribute", rooted(`a:b:c=""`), RuleMalformed},
		{"an attribute without a value", rooted(`a`), RuleMalformed},
		{"not UTF-8", rooted("a=\"\xff\""), RuleMalformed},
		{"an unknown entity", rooted(`a="&lol;"`), RuleMalformed},
		{"no end", `<presence xmlns="jabber:client" id="`, RuleMalformed},
		{"the name alone", `<iq`, RuleMalformed},
		{"a prefix", `<c:message xmlns:c="jabber:client" a="" a=""/>`, RuleRepeated},
		{"space before it", " \n" + rooted(`a="" a=""`), RuleRepeated},
		{"600 kB of id in a presence", `<presence xmlns="jabber:client" from="a@b" id="` + strings.Repeat("x", 600<<10) + `"/>`, RuleLength},
		{"long below the root", inMessage(strings.Repeat("x", maxBytes)), RuleLength},
		{"deep below the root", inMessage(strings.Repeat("<a>", 100)), RuleDepth},
		{"many tokens below the root", inMessage(strings.Repeat("<a/>", maxTokens)), RuleTokens},
		{"a comment below the root", inMessage("<!-- -->"), RuleNotPlain},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				s.write(c.in)
				s.write(`<message xmlns="jabber:client" from="` + juliet + `"><body>next</body></message>`)
				if got := await[MessageReceived](r); got.Message.Body != "next" {
					t.Errorf("told %q", got.Message.Body)
				}
				if got := r.Refused(); len(got) != 1 || got[c.rule] != 1 {
					t.Errorf("refused: %v", got)
				}
				s.write(`<r xmlns="urn:xmpp:sm:3"/>`)
				s.expect(`<a xmlns="urn:xmpp:sm:3" h="3"/>`) // the answer to carbons, the refused one, the next
			})
		})
	}
}

// TestNoStanzaEndsASession gives 10,000 stanzas of all shapes to a session, which lives, acknowledges them all and takes what comes next.
func TestNoStanzaEndsASession(t *testing.T) {
	const each, runs = 1000, 10
	for seed := range uint64(runs) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				cfg := f.config()
				told := make(chan Event, 100)
				cfg.Handle = func(e Event) {
					switch e := e.(type) {
					case Connected, Disconnected:
						told <- e
					case MessageReceived:
						if e.Message.ID == "the next one" {
							told <- e
						}
					}
				}
				client := start(t, cfg)
				s := f.session()
				<-told
				g := stanzagen.New(seed)
				g.Broken = true
				g.From = []string{juliet, juliet + "/balcony", exampleRoom, exampleRoom + "/infirmier·ère", "capulet.example", romeoFull, romeo, "@@"}
				acks := make(chan string, 1)
				go s.answerAll(acks)
				for range each {
					if err := s.ws.Write(context.Background(), 1, []byte(g.Stanza(romeoFull))); err != nil {
						t.Fatal(err)
					}
				}
				s.write(`<message xmlns="jabber:client" from="` + juliet + `" id="the next one"><body>x</body></message>`)
				if lost, ok := (<-told).(Disconnected); ok {
					t.Fatal(lost.Err)
				}
				s.write(`<r xmlns="urn:xmpp:sm:3"/>`)
				for want := fmt.Sprintf(`h="%d"`, each+2); !strings.Contains(<-acks, want); { // some came during the flood
				}
				t.Logf("refused: %v", client.Refused())
			})
		})
	}
}

// answerAll reads what the client says, answers its pings, and hands on its acknowledgements.
func (c *fakeConn) answerAll(acks chan<- string) {
	for {
		_, data, err := c.ws.Read(context.Background())
		if err != nil {
			return
		}
		text := string(data)
		if strings.HasPrefix(text, "<a ") {
			acks <- text
		}
		if strings.Contains(text, "urn:xmpp:ping") && strings.Contains(text, `type="get"`) {
			_ = c.ws.Write(context.Background(), 1, []byte(answerTo(text, "montague.example", "")))
		}
	}
}

// TestTheGeneratorMakesXML: what is not meant to be broken is sent through real servers, which end the stream of a client that sends
// invalid XML.
func TestTheGeneratorMakesXML(t *testing.T) {
	g := stanzagen.New(1)
	for range 500 {
		s := g.Stanza(romeo)
		d := xml.NewDecoder(strings.NewReader(s))
		for {
			_, err := d.Token()
			if err != nil {
				if err.Error() != "EOF" {
					t.Fatalf("%v in %.2000s", err, s)
				}
				break
			}
		}
	}
}

func TestALongAnswerOfWhoWasAskedIsRead(t *testing.T) {
	entries := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	roster := `<query xmlns="jabber:iq:roster">` + entries(20_000, `<item jid="prenom.nom%d@hopital.example" name="Prénom Nom" subscription="both"><group>Pharmacie</group></item>`) + `</query>`
	members := `<query xmlns="http://jabber.org/protocol/muc#admin">` + entries(20_000, `<item jid="prenom.nom%d@hopital.example" affiliation="member"/>`) + `</query>`
	small := `<query xmlns="jabber:iq:roster">` + entries(10_000, `<item jid="a%d@b"/>`) + `</query>` // below maxBytes, above maxTokens
	card := `<vCard xmlns="vcard-temp"><PHOTO><BINVAL>` + strings.Repeat("A", 640<<10) + `</BINVAL></PHOTO><FN>Claire</FN></vCard>`
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		for _, content := range []string{roster, small} {
			wait := async(func() ([]RosterItem, error) { return r.Roster(t.Context()) })
			q := s.expect("jabber:iq:roster")
			s.write(answerTo(q, juliet, roster)) // forged: neither read nor taken
			s.write(answerTo(`<iq id="guess">`, "", roster))
			s.write(answerTo(q, "", content))
			if items, err := wait(); err != nil || len(items) != strings.Count(content, "<item") {
				t.Errorf("%d contacts, %v", len(items), err)
			}
		}
		wait := async(func() ([]Affiliate, error) { return withoutWhole(r.Affiliations(t.Context(), jidOf(coven))) })
		for range 3 {
			s.write(answerTo(s.expect("muc#admin"), coven, members))
		}
		if all, err := wait(); err != nil || len(all) != 60_000 {
			t.Errorf("%d members, %v", len(all), err)
		}
		waitCard := async(func() (VCard, error) { return r.VCard(t.Context(), jidOf(juliet)) })
		s.write(answerTo(s.expect("vcard-temp"), juliet, card))
		if got, err := waitCard(); err != nil || got.FullName != "Claire" {
			t.Errorf("card: %+v, %v", got, err)
		}
		if got := r.Refused(); got[RuleAnswer] != 2 && got[RuleLength] != 4 {
			t.Errorf("refused: %v", got)
		}
	})
}

func TestAnAnswerBeyondItsLimitIsFinal(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() (VCard, error) { return r.VCard(t.Context(), jidOf(juliet)) })
		s.write(answerTo(s.expect("vcard-temp"), juliet, `<vCard xmlns="vcard-temp"><NOTE>`+strings.Repeat("A", maxCard)+`</NOTE></vCard>`))
		var guard *GuardError
		if _, err := wait(); !errors.As(err, &guard) || guard.Rule != RuleLength || !errors.Is(err, ErrGuard) {
			t.Errorf("error: %v", err)
		}
		other := async(func() (VCard, error) { return r.VCard(t.Context(), jidOf("nurse@capulet.example")) })
		s.write(answerTo(s.expect("vcard-temp"), "nurse@capulet.example", `<vCard xmlns="vcard-temp"><FN>Nurse</FN></vCard>`))
		if got, err := other(); err != nil || got.FullName != "Nurse" {
			t.Errorf("the next card: %+v, %v", got, err)
		}
	})
}

func TestAStanzaBeyondAllMeasureIsThrownAway(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		w, err := s.ws.Writer(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		piece := []byte(strings.Repeat("x", 1<<20))
		_, _ = w.Write([]byte(`<message xmlns="jabber:client"><body>`))
		for range 40 {
			_, _ = w.Write(piece)
		}
		_, _ = w.Write([]byte(`</body></message>`))
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		s.write(`<message xmlns="jabber:client" from="` + juliet + `"><body>next</body></message>`)
		if got := await[MessageReceived](r); got.Message.Body != "next" || r.Refused()[RuleLength] != 1 {
			t.Errorf("told %q, refused %v", got.Message.Body, r.Refused())
		}
	})
}

func TestRefusalsAreLoggedByPowersOfTenAndWithoutContent(t *testing.T) {
	var log strings.Builder
	c := New(Config{JID: jidOf(romeo), Log: newTextLog(&log)})
	s := &session{client: c}
	for range 1234 {
		f, err := decodeFrame([]byte(inMessage("<secret-name a='secret-value'>secret-text</other>")), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = s.receive(f)
	}
	c.events.Close()
	if lines := strings.Count(log.String(), "\n"); lines != 4 || !strings.Contains(log.String(), "malformed") || strings.Contains(log.String(), "secret") {
		t.Errorf("%d lines: %s", lines, log.String())
	}
	if got := c.Refused()[RuleMalformed]; got != 1234 {
		t.Errorf("counted %d", got)
	}
}
