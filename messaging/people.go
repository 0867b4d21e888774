package messaging

import (
	"context"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"discussions/messaging/internal/confusable"
	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// people are the known people, in memory. [Client].mu guards it.
type people struct {
	own, domain string // the account's bare JID, and its domain
	ownName     string // "": not known
	persons     map[string]store.Person
	called      map[string]string                 // names to show, which lists need often
	names       confusable.Names                  // with the account itself
	members     map[ConversationID][]store.Member // by group
}

func newPeople(own, ownName string) *people {
	_, domain, _ := strings.Cut(own, "@")
	p := &people{
		own: own, domain: domain, ownName: ownName, persons: map[string]store.Person{}, called: map[string]string{},
		names: confusable.New(), members: map[ConversationID][]store.Member{},
	}
	if ownName != "" {
		p.names.Set(own, ownName)
	}
	return p
}

// put adds a person, and returns the others whose shown name changes by this: it is shared now, or no longer.
func (p *people) put(v store.Person) (others []string) {
	p.persons[v.JID] = v
	others = slices.DeleteFunc(p.names.Set(v.JID, p.unmarked(v.JID, p.bare(v.JID))), func(jid string) bool { _, known := p.persons[jid]; return !known })
	for _, jid := range append([]string{v.JID}, others...) {
		p.called[jid] = p.marked(jid, p.bare(jid))
	}
	return others
}

// loadPeople reads the known people.
func (c *Client) loadPeople() error {
	p := newPeople(c.own.String(), c.cfg.Name)
	s := c.store.Load()
	list, err := s.People()
	if err != nil {
		return err
	}
	for _, v := range list {
		p.put(v)
	}
	if p.members, err = s.Members(); err != nil {
		return err
	}
	c.mu.Lock()
	c.people = p
	c.mu.Unlock()
	return nil
}

// named gives a person's name where one is known.
func (p *people) named(jid string) string {
	v := p.persons[jid]
	if v.Name != "" {
		return v.Name
	}
	return v.FullName
}

// name gives a person's name, made from the address where none is known; see [people.marked].
func (p *people) name(jid string) string {
	if name, known := p.called[jid]; known {
		return name
	}
	return p.marked(jid, p.bare(jid))
}

// bare is a person's name without the mark for namesakes.
func (p *people) bare(jid string) string {
	if jid == p.own && p.ownName != "" {
		return p.ownName
	}
	if name := p.named(jid); name != "" {
		return name
	}
	return fromAddress(jid)
}

// mostForeign is how many characters of a name stand before what it is marked with, so that a list shows some of that.
const mostForeign = 24

// marked is a name with a mark that distinguishes its owner: the domain of another organisation, where people may have a colleague's name, or
// the address if somebody else is called the same or the name has unusual letters, of which only the local part is shown for the account's own
// domain. Names from the contact list were given by the user and need no mark.
func (p *people) marked(jid, name string) string {
	local, domain, found := strings.Cut(jid, "@")
	if !found || p.domain == "" || name == jid {
		return name
	}
	whole := p.unmarked(jid, name)
	switch {
	case !p.names.Shared(jid, whole) && !confusable.HasUnusualLetters(name):
		return whole
	case domain == p.domain:
		return withMark(name, unescape(local))
	}
	return withMark(name, unescape(local)+"@"+domain)
}

// unmarked is what somebody is called who needs no mark but, from another organisation, its domain.
func (p *people) unmarked(jid, name string) string {
	if p.isForeign(jid) {
		return withMark(name, p.outside(jid))
	}
	return name
}

func withMark(name, mark string) string {
	if letters := []rune(name); len(letters) > mostForeign {
		name = string(letters[:mostForeign]) + "…"
	}
	return name + " (" + mark + ")"
}

func (p *people) isInside(domain string) bool {
	return domain == p.domain || strings.HasSuffix(domain, "."+p.domain)
}

// isForeign reports whether somebody is of another organisation, and has no name in the contact list.
func (p *people) isForeign(jid string) bool {
	return p.outside(jid) != "" && p.persons[jid].Name == ""
}

// outside is the domain of somebody of another organisation.
func (p *people) outside(jid string) string {
	_, domain, _ := strings.Cut(jid, "@")
	if p.domain == "" || p.isInside(domain) {
		return ""
	}
	return domain
}

// fromAddress makes a name of an address.
func fromAddress(jid string) string {
	local, _, found := strings.Cut(jid, "@")
	if !found {
		return jid
	}
	words := strings.FieldsFunc(unescape(local), func(r rune) bool { return r == '.' || r == '_' || r == ' ' })
	if len(words) == 0 {
		return jid
	}
	for i, w := range words {
		first, n := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToUpper(first)) + w[n:]
	}
	return strings.Join(words, " ")
}

// unescape reads what XEP-0106 (JID Escaping) writes in a local part.
func unescape(local string) string { return escapes.Replace(local) }

var escapes = strings.NewReplacer(`\20`, " ", `\22`, `"`, `\26`, "&", `\27`, "'", `\2f`, "/", `\3a`, ":", `\3c`, "<", `\3e`, ">", `\40`, "@", `\5c`, `\`)

// job gives a person's job, "" when unknown.
func (p *people) job(jid string) string {
	v := p.persons[jid]
	if v.Title != "" {
		return v.Title
	}
	return v.Org
}

// author gives the name of the author of another person's message. A room that hides addresses tells nothing but a nickname, which
// anybody can take: it is marked as one, and never taken for a member's name.
func (p *people) author(conv ConversationID, author, nick string, group bool) string {
	switch {
	case !group:
		return p.name(string(conv))
	case strings.Contains(author, "/") && nick != "":
		return model.NicknameMark + nick
	case strings.Contains(author, "/"):
		return ""
	}
	return p.name(author)
}

// message makes a stored message one to be shown. c.mu is held, or the writer runs it.
func (c *Client) message(m *store.Message) Message {
	out := Message{
		ID: m.ID(), Conversation: m.Conv, Cursor: m.Cursor(), Own: m.Own, Content: m.Content, Time: m.Time, State: m.State, Failure: m.Failure,
		Edited: m.Edited, Reactions: c.reactions(m), ReplyTo: c.quote(m), ReadBy: m.ReadBy,
	}
	out.Author, out.AuthorJID = c.author(m)
	if text, ok := m.Content.(Text); ok {
		out.MentionsMe = !m.Own && text.Mentions.Me()
	}
	if gone, ok := m.Content.(Retracted); ok {
		gone.By, gone.ByMe = c.nameOf(m.Conv, gone.ByJID), gone.ByJID == c.own.String() || gone.ByJID == "" && m.Own
		if gone.By == "" && (gone.ByJID == m.Author || gone.ByJID == "" && m.Own) {
			gone.By = out.Author
		}
		out.Content = gone
	}
	switch told := m.Content.(type) {
	case Notice:
		out.Content = c.notice(m, told)
	case Invitation:
		if told.Answer == Unanswered && c.rooms[told.Room] != nil {
			told.Answer = Accepted // by another device
		}
		out.Content = told
	}
	return out
}

// author gives the name and the address of a message's author.
func (c *Client) author(m *store.Message) (name, jid string) {
	if m.Own {
		return c.cfg.Name, c.own.String()
	}
	return c.people.author(m.Conv, m.Author, m.Nick, m.Group), m.Author
}

// nameOf gives the name of a bare JID, or of an occupant of a group; "" for nobody.
func (c *Client) nameOf(conv ConversationID, author string) string {
	if author == c.own.String() {
		return c.cfg.Name
	}
	if _, nick, occupant := strings.Cut(author, "/"); occupant {
		if strings.HasPrefix(nick, "\x1f") { // an occupant-id: it has no name by itself
			return ""
		}
		return c.people.author(conv, author, nick, true)
	}
	if author == "" {
		return ""
	}
	return c.people.name(author)
}

// reactions gathers the reactions to a message: the emoji in the order in which each was first chosen.
func (c *Client) reactions(m *store.Message) (list []Reaction) {
	at := map[string]int{}
	for _, r := range m.Reacted {
		name := c.people.author(m.Conv, r.Author, r.Nick, m.Group)
		if r.Own {
			name = c.cfg.Name
		}
		for _, emoji := range r.Emoji {
			i, known := at[emoji]
			if !known {
				i = len(list)
				at[emoji] = i
				list = append(list, Reaction{Emoji: emoji})
			}
			list[i].By = append(list[i].By, name)
			list[i].Own = list[i].Own || r.Own
		}
	}
	return list
}

// quote is what a message answers: the original where it is here, else what the answer says of it.
func (c *Client) quote(m *store.Message) *Quote {
	switch {
	case m.Reply == nil:
		return nil
	case m.Quoted == nil:
		return &Quote{Author: c.nameOf(m.Conv, m.Reply.Author), Text: m.Reply.Fallback}
	}
	q := &Quote{ID: m.Quoted.ID(), Cursor: m.Quoted.Cursor(), Text: model.PlainText(m.Quoted.Content)}
	q.Author, _ = c.author(m.Quoted)
	_, q.Gone = m.Quoted.Content.(Retracted)
	q.File, _ = m.Quoted.Content.(File)
	return q
}

// Members lists a group's people by name.
func (c *Client) Members(id ConversationID) (list []Member) {
	conv, err := c.canonical(id)
	if err != nil {
		return nil
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, m := range c.people.members[conv] {
		list = append(list, Member{JID: m.JID, Name: c.memberName(m), Job: c.people.job(m.JID), Role: Role(m.Affiliation), Own: m.JID == c.own.String()})
	}
	c.sayNames(list, c.people.members[conv])
	sort.Slice(list, func(i, j int) bool { return fold(list[i].Name) < fold(list[j].Name) })
	return list
}

// sayNames gives members the name that mentions them: the plain one, unless it looks like another member's.
func (c *Client) sayNames(list []Member, members []store.Member) {
	alike := map[string]int{}
	plain := make([]string, len(list))
	for i, m := range members {
		plain[i] = c.people.bare(m.JID)
		if c.people.named(m.JID) == "" && m.Nick != "" {
			plain[i] = m.Nick
		}
		alike[confusable.Skeleton(plain[i])]++
	}
	for i := range list {
		if list[i].Said = list[i].Name; plain[i] != "" && alike[confusable.Skeleton(plain[i])] == 1 {
			list[i].Said = plain[i]
		}
	}
}

// memberName is what a member of a group is called.
func (c *Client) memberName(m store.Member) string {
	name := c.people.named(m.JID)
	switch {
	case m.JID == c.own.String() && c.cfg.Name != "":
		return c.cfg.Name
	case name == "" && m.Nick != "":
		return c.people.marked(m.JID, m.Nick)
	}
	return c.people.name(m.JID)
}

// syncRoster reads the contact list.
func (c *Client) syncRoster(ctx context.Context) error {
	items, err := c.wire.Roster(ctx)
	if err != nil {
		return err
	}
	return c.write(func(s *store.Store) error { return c.keepContacts(s, items, true) })
}

// keepContacts stores contacts, on the writer.
func (c *Client) keepContacts(s *store.Store, items []xmpp.RosterItem, whole bool) error {
	var list []store.Person
	var accepted []ConversationID
	for _, i := range items {
		id := text(i.JID)
		if id == c.own.String() {
			continue
		}
		if i.Subscription == "from" || i.Subscription == "both" {
			accepted = append(accepted, conversationID(i.JID))
		}
		list = append(list, store.Person{JID: id, Contact: i.Subscription != "remove", Name: i.Name})
	}
	if err := s.SetContacts(list, whole); err != nil {
		return err
	}
	if err := c.loadPeople(); err != nil {
		return err
	}
	c.publish(ConversationsChanged{})
	c.forgetRequests(accepted...) // on another device
	if whole {
		c.askCrowdedOut(items)
	}
	return nil
}

// rosterPushed takes a change of the contact list; a locked client reads the whole list when it is unlocked.
func (c *Client) rosterPushed(items []xmpp.RosterItem) error {
	s := c.store.Load()
	if s == nil {
		return nil
	}
	err := c.keepContacts(s, items, false)
	c.failed("keep the contacts", err)
	return err
}
