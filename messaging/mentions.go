package messaging

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// mostMentions bounds the mentions of one text.
const mostMentions = 64

// shortestName is the fewest letters of a name that mentions somebody without an "@": shorter ones are words.
const shortestName = 3

// withMentions notes whom a text mentions: by references (XEP-0372), and this account also by its name, for programs without
// references.
func (c *Client) withMentions(content model.Content, m *xmpp.Message, s *store.Stanza) model.Content {
	said, ok := content.(model.Text)
	if !ok {
		return content
	}
	r := c.rooms[s.Conv]
	var list []model.Mention
	var at []int // the start and the end of each in the body that was sent, as code points
	for _, ref := range m.References {
		who := ref.Mentioned()
		if isZero(who) {
			continue
		}
		mention := model.Mention{JID: text(who), Me: who.Bare().Equal(c.own)}
		if r != nil && who.Bare().Equal(r.jid) {
			mention.JID, mention.Me = who.String(), who.Resourcepart() == r.nick
		}
		list, at = append(list, mention), append(at, ref.Range.Start, ref.Range.End)
	}
	if len(list) > 0 {
		at = m.PlacesWithout(at, inOtherForm(m)...)
	}
	for i := range list {
		if start, end := at[2*i], at[2*i+1]; start < end && end <= len(said.Body) {
			list[i].Start, list[i].End = start, end
		}
	}
	if s.Group && !s.Own {
		names := []string{c.cfg.Name}
		if r != nil {
			names = append(names, r.nick)
		}
		for _, name := range names {
			for _, at := range places(said.Body, name) {
				if !overlaps(list, at) && len(list) < mostMentions {
					list = append(list, model.Mention{Start: at[0], End: at[1], JID: c.own.String(), Me: true})
				}
			}
		}
	}
	said.Mentions = model.MentionsOf(list)
	return said
}

func overlaps(list []model.Mention, at [2]int) bool {
	return slices.ContainsFunc(list, func(m model.Mention) bool { return m.Start < at[1] && at[0] < m.End })
}

// places finds a name in a text as a word of its own. An "@" before it belongs to it; then capitals do not matter.
func places(text, name string) (found [][2]int) {
	if name == "" {
		return nil
	}
	short := utf8.RuneCountInString(name) < shortestName
	for i := range text {
		end := i + len(name)
		if end > len(text) || len(found) == mostMentions {
			break
		}
		if !beginsWord(text, i) || !endsWord(text, end) || !strings.EqualFold(text[i:end], name) {
			continue
		}
		start := i
		if i > 0 && text[i-1] == '@' && beginsWord(text, i-1) {
			start--
		}
		if start == i && (short || text[i:end] != name) { // "claire" may be a word
			continue
		}
		found = append(found, [2]int{start, end})
	}
	return found
}

func beginsWord(text string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	return at == 0 || !isWord(before)
}

func endsWord(text string, at int) bool {
	if at == len(text) {
		return true
	}
	after, _ := utf8.DecodeRuneInString(text[at:])
	return utf8.RuneStart(text[at]) && !isWord(after)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// mentioning notes whom a text of this account names: "@" and the name of a member. The longest name counts. The writer runs it.
func (c *Client) mentioning(conv ConversationID, content model.Content) model.Content {
	text, ok := content.(model.Text)
	if !ok {
		return content
	}
	text.Mentions = ""
	if !strings.Contains(text.Body, "@") {
		return text
	}
	people := c.mentionable(conv)
	var list []model.Mention
	for i := 0; i < len(text.Body) && len(list) < mostMentions; i++ {
		if text.Body[i] != '@' || !beginsWord(text.Body, i) {
			continue
		}
		for j := range people { // the longest name first
			p := &people[j]
			if end := i + 1 + p.namedBy(text.Body[i+1:]); end > i+1 {
				list = append(list, model.Mention{Start: i, End: end, JID: p.JID, Me: p.JID == c.own.String()})
				i = end - 1
				break
			}
		}
	}
	text.Mentions = model.MentionsOf(list)
	return text
}

// namedBy is how much of the beginning of a text is a name of the member; 0: it is another word.
func (m *Member) namedBy(text string) int {
	for _, name := range []string{m.Name, m.Said} {
		if name != "" && len(name) <= len(text) && endsWord(text, len(name)) && strings.EqualFold(text[:len(name)], name) {
			return len(name)
		}
	}
	return 0
}

// mentionable lists who can be mentioned in a group, the longest name first: its members, and whoever is there.
func (c *Client) mentionable(conv ConversationID) (list []Member) {
	known := map[string]bool{}
	for _, m := range c.people.members[conv] {
		known[m.JID] = true
		list = append(list, Member{JID: m.JID, Name: c.memberName(m), Job: c.people.job(m.JID)})
	}
	c.sayNames(list, c.people.members[conv])
	if r := c.rooms[conv]; r != nil {
		for nick, who := range r.occupants {
			switch {
			case who == "" && nick != r.nick:
				list = append(list, Member{JID: string(conv) + "/" + nick, Name: nick})
			case who != "" && !known[who]:
				known[who] = true
				list = append(list, Member{JID: who, Name: c.memberName(store.Member{JID: who, Nick: nick}), Job: c.people.job(who)})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Member) int { return len(b.Name) - len(a.Name) })
	return list
}

// references are the mentions of a text as they go over the wire, in code points; shift is how far the text is moved in the body.
func references(text model.Text, shift int) (list []xmpp.Reference) {
	for _, m := range text.Mentions.List() {
		who, err := xmpp.ParseJID(m.JID)
		if err != nil || m.End > len(text.Body) {
			continue
		}
		at := shift + utf8.RuneCountInString(text.Body[:m.Start])
		list = append(list, xmpp.Mention(who, xmpp.Range{Start: at, End: at + utf8.RuneCountInString(text.Body[m.Start:m.End])}))
	}
	return list
}
