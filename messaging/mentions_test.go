package messaging

import (
	"testing"
	"testing/synctest"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// inGroup makes a client that is in a group, as "Claire".
func inGroup(t *testing.T, w *wiretest.Server) *Client {
	t.Helper()
	w.Groups = []xmpp.Bookmark{{JID: garde, Name: "Garde", Nick: "Claire", Autojoin: true}}
	w.Contacts = []xmpp.RosterItem{{JID: sophie, Name: "Sophie Bernard", Subscription: "both"}, {JID: julien, Name: "Julien", Subscription: "both"}}
	c := newTest(t, t.TempDir(), w)
	w.Connect(false)
	synctest.Wait()
	return c
}

func TestWhoIsMentionedInAGroup(t *testing.T) {
	reference := func(uri string, start, end int) xmpp.Reference {
		return xmpp.Reference{Type: "mention", URI: uri, Range: xmpp.Range{Start: start, End: end}}
	}
	for name, test := range map[string]struct {
		body string
		refs []xmpp.Reference
		me   bool
		want []string // what is marked
	}{
		"nobody":                                   {"Bonjour à tous", nil, false, nil},
		"by reference, in code points":             {"éé 👍 Claire ?", []xmpp.Reference{reference("xmpp:claire@example.org", 5, 11)}, true, []string{"Claire"}},
		"by the nickname in the room":              {"Qui ? Dr C.", []xmpp.Reference{reference("xmpp:garde@rooms.example.org/Claire", 6, 11)}, true, []string{"Dr C."}},
		"somebody else by reference":               {"Sophie ?", []xmpp.Reference{reference("xmpp:sophie@example.org", 0, 6)}, false, []string{"Sophie"}},
		"somebody else's nickname in another room": {"Claire B. ?", []xmpp.Reference{reference("xmpp:other@rooms.example.org/Claire", 0, 9)}, false, []string{"Claire B."}},
		"a place outside of the text":              {"Bonjour", []xmpp.Reference{reference("xmpp:claire@example.org", 5, 99)}, true, []string{"ur"}},
		"a place that is not told":                 {"Bonjour", []xmpp.Reference{{Type: "mention", URI: "xmpp:claire@example.org"}}, true, []string{""}},
		"of another message":                       {"Bonjour", []xmpp.Reference{{Type: "mention", URI: "xmpp:claire@example.org", Anchor: "xmpp:x@y"}}, false, nil},
		"no person":                                {"Bonjour", []xmpp.Reference{reference("https://example.org", 0, 3), reference("xmpp:@@", 0, 3)}, false, nil},
		"by name, as others write it":              {"Claire: tu peux venir ?", nil, true, []string{"Claire"}},
		"by name with an @":                        {"Merci @claire", nil, true, []string{"@claire"}},
		"by the full name":                         {"Le Dr Claire Martin arrive", nil, true, []string{"Dr Claire Martin"}},
		"a word is no name":                        {"L'urine est claire, un éclaireur, Clairette", nil, false, nil},
		"an address is no name":                    {"x@Claire et a.b@claire.fr", nil, true, []string{"Claire"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				c := inGroup(t, w)
				m := w.SaysIn("Sophie", test.body)
				m.References = test.refs
				w.Live(m)
				got := last(t, c)
				var marked []string
				for _, mention := range got.Content.(Text).Mentions.List() {
					marked = append(marked, got.Content.(Text).Body[mention.Start:mention.End])
				}
				same(t, "marked", marked, test.want)
				same(t, "me", got.MentionsMe, test.me)
				same(t, "in the list", must(c.Conversation(id(garde))).Mentioned, test.me)
			})
		})
	}
}

func TestTheMarkInTheListFollowsWhatIsReadCorrectedAndWithdrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		mentioned := func() bool { synctest.Wait(); return must(c.Conversation(id(garde))).Mentioned }
		first := w.SaysIn("Sophie", "@Claire ?")
		w.Live(first)
		w.Live(w.SaysIn("Sophie", "autre chose"))
		same(t, "at first", mentioned(), true)
		fixed := w.SaysIn("Sophie", "@Paul ?")
		fixed.Replaces = first.ID
		w.Live(fixed)
		same(t, "corrected", mentioned(), false)
		again := w.SaysIn("Sophie", "@Claire, pardon")
		again.Replaces = first.ID
		w.Live(again)
		same(t, "corrected once more", mentioned(), true)
		gone := w.SaysIn("Sophie", "")
		gone.HasBody, gone.Retraction = false, &xmpp.Retraction{ID: first.ID}
		w.Live(gone)
		same(t, "withdrawn", mentioned(), false)
		w.Live(w.SaysIn("Sophie", "@Claire !"))
		same(t, "again", mentioned(), true)
		check(t, c.MarkRead(id(garde)))
		same(t, "read", mentioned(), false)
	})
}

func TestAMentionIsTheSameFromTheArchive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		w.Cut()
		w.SaysIn("Sophie", "Claire: vous venez ?")
		w.Connect(false)
		same(t, "me", last(t, c).MentionsMe, true)
		same(t, "in the list", must(c.Conversation(id(garde))).Mentioned, true)
	})
}

func TestAnOwnTextMentionsMembersByName(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want []xmpp.Reference
	}{
		"a member":                   {"Bonjour @Sophie Bernard !", []xmpp.Reference{{Type: "mention", URI: "xmpp:sophie@example.org", Range: xmpp.Range{Start: 8, End: 23}}}},
		"in code points":             {"👩‍⚕️ à @sophie bernard", []xmpp.Reference{{Type: "mention", URI: "xmpp:sophie@example.org", Range: xmpp.Range{Start: 7, End: 22}}}},
		"nobody of that name":        {"@Sophie Bernardin et @Zoé", nil},
		"an address":                 {"ecrire à x@Sophie Bernard", nil},
		"without an @":               {"Sophie Bernard", nil},
		"a contact who is not in it": {"@Julien", nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				c := inGroup(t, w)
				must(c.Send(id(garde), Text{Body: test.body}))
				synctest.Wait()
				sent := w.Sent[len(w.Sent)-1]
				same(t, "references", sent.References, test.want)
				w.Flow()
				got := last(t, c)
				same(t, "body", model.PlainText(got.Content), test.body)
				same(t, "marked", len(got.Content.(Text).Mentions.List()), len(test.want))
				same(t, "not me", got.MentionsMe, false)
				same(t, "one message", len(history(t, c, garde, 10)), 1)
			})
		})
	}
}

// The mark that distinguishes namesakes is not part of the mention, unless two members have the same name.
func TestAMentionHasThePlainName(t *testing.T) {
	const elsewhere = "ines.caron@elsewhere.example"
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		said := func(members ...store.Member) (names []string) {
			c.mu.Lock()
			c.people.members[id(garde)] = members
			c.mu.Unlock()
			for _, m := range c.Members(id(garde)) {
				names = append(names, m.Said)
			}
			return names
		}
		same(t, "of another organisation", said(store.Member{JID: elsewhere, Nick: "Inès Caron"}), []string{"Inès Caron"})
		must(c.Send(id(garde), Text{Body: "Merci @Inès Caron !"}))
		synctest.Wait()
		same(t, "mentioned", w.Sent[len(w.Sent)-1].References[0].URI, "xmpp:"+elsewhere)
		same(t, "two of a name", said(store.Member{JID: elsewhere, Nick: "Inès Caron"}, store.Member{JID: "ines@elsewhere.example", Nick: "Ines Caron"}),
			[]string{"Ines Caron (elsewhere.example)", "Inès Caron (elsewhere.example)"})
	})
}

func TestAMentionInAnAnswerStandsBehindTheQuotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		w.Live(w.SaysIn("Sophie", "Qui vient ?"))
		first := last(t, c)
		must(c.Reply(id(garde), first.ID, Text{Body: "@Sophie Bernard, moi"}))
		synctest.Wait()
		sent := w.Sent[len(w.Sent)-1]
		at := sent.References[0].Range
		same(t, "named", string([]rune(sent.Body)[at.Start:at.End]), "@Sophie Bernard")
		w.Flow()
		text := last(t, c).Content.(Text)
		mention := text.Mentions.List()[0]
		same(t, "marked", text.Body[mention.Start:mention.End], "@Sophie Bernard")
	})
}
