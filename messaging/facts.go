package messaging

import (
	"encoding/json"
	"net/url"
	"path"
	"strings"

	"mellium.im/xmpp/jid"

	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// reading is what a stanza says: facts for the store, and what matters for a moment only.
type reading struct {
	stanza store.Stanza
	facts  []store.Fact // none: nothing that is kept

	chatState string
	receipt   bool // the sender wants to know that the message arrived
}

// message gives the new message that the stanza is, nil when it is none.
func (r *reading) message() *store.NewMessage {
	for _, f := range r.facts {
		if m, ok := f.(*store.NewMessage); ok {
			return m
		}
	}
	return nil
}

// read says what a stanza says. It is the only place that looks into an [xmpp.Message] that came in. Whether the sender may say it is
// checked in two places: here for what the stanza alone tells, in the store for what depends on the message that it is about. The writer
// runs it.
func (c *Client) read(m *xmpp.Message) (r reading, why ignored) {
	r.chatState = m.ChatState
	r.receipt = m.RequestReceipt && m.Carbon == xmpp.Direct
	if why = c.readStanza(m, &r); why != "" {
		return r, why
	}
	s := r.stanza
	direct := !s.Group
	add := func(f store.Fact) { r.facts = append(r.facts, f) }
	switch {
	case m.Retracted != nil: // what the archive has kept of a message
		add(&store.NewMessage{Stanza: s, Content: tombstone(m.Retracted, s.Author)})
	case m.Retraction != nil:
		add(&store.Retraction{Stanza: s, Target: m.Retraction.ID, Moderated: m.Retraction.Moderated, By: c.moderator(m)})
	case m.Reactions != nil:
		add(&store.Reactions{Stanza: s, Target: m.Reactions.ID, Emoji: m.Reactions.Emoji})
	case m.Invite != nil:
		c.readInvite(m, &r)
	case m.Decline != nil:
		add(c.readDecline(m, &r))
	case m.GivesUp:
		add(&store.NewMessage{Stanza: s, Content: model.Notice{Kind: model.Left, WhoJID: s.Author}})
	case !isZero(m.Returns):
		add(store.Return(s, text(m.Returns)))
	case s.Group && m.HasSubject && !m.HasBody && m.Thread == "":
		if f := c.subjectOf(m, &s); f != nil {
			add(f)
		}
	default:
		if content := c.withMentions(contentOf(m), m, &s); content != nil {
			add(&store.NewMessage{Stanza: s, Content: content, Replaces: m.Replaces, Reply: replyOf(m), Markable: m.Markable})
		}
	}
	switch {
	case m.Displayed != "":
		add(&store.Displayed{Stanza: s, Target: m.Displayed})
	case m.Received != "" && direct && !s.Own:
		add(&store.Receipt{Stanza: s, Target: m.Received})
	}
	return r, ""
}

// isSilent reports whether a message without facts has nothing that is shown or done either.
func isSilent(m *xmpp.Message) bool {
	return m.ChatState == "" && m.Received == "" && !m.HasSubject && len(m.StatusCodes) == 0 && (m.Encryption == nil || !m.Encryption.Empty)
}

// moderator is who has withdrawn a message for a room: an address where the room tells it just now.
func (c *Client) moderator(m *xmpp.Message) string {
	by := m.Retraction.By
	if r := c.rooms[conversationID(by)]; r != nil && m.ArchiveID == "" && by.Resourcepart() != "" && r.occupants[by.Resourcepart()] != "" {
		return r.occupants[by.Resourcepart()]
	}
	return by.String()
}

// tombstone is what stands in the place of a message that its author or a moderator has withdrawn.
func tombstone(r *xmpp.Retraction, author string) model.Retracted {
	by := author
	if r.Moderated {
		by = r.By.String()
	}
	return model.Retracted{At: r.Stamp.UTC(), ByJID: by}
}

func kept(s store.Stanza, what string, value any) *store.Kept {
	b, err := json.Marshal(value)
	if err != nil { // strings and numbers only
		b = nil
	}
	return &store.Kept{Stanza: s, What: what, Value: string(b)}
}

// readStanza decides to which conversation a stanza belongs and whose it is.
func (c *Client) readStanza(m *xmpp.Message, r *reading) (why ignored) {
	s := &r.stanza
	archive := c.own
	switch m.Type {
	case "groupchat":
		archive = m.From.Bare()
		s.Group, s.Conv = true, conversationID(m.From)
		s.Nick = m.From.Resourcepart()
		s.Author, s.Own = c.occupantOf(c.rooms[s.Conv], m)
		r.receipt = false
	case "chat", "normal":
		s.Own = m.From.Bare().Equal(c.own)
		s.Author = text(m.From)
		peer := m.From
		if s.Own {
			peer = m.To
		}
		switch {
		case isZero(peer):
			return ignoredNobody
		case peer.Bare().Equal(c.own):
			return ignoredSelf
		case c.rooms[conversationID(peer)] != nil && (m.Invite == nil && m.Decline == nil || peer.Resourcepart() != ""):
			return ignoredPrivate
		}
		s.Conv = conversationID(peer)
	default:
		return ignoredType
	}
	s.MsgID, s.OriginID = m.ID, m.OriginID
	for _, id := range m.StanzaIDs {
		if id.By.Equal(archive) {
			s.StanzaID = model.StanzaID(id.ID)
		}
	}
	if m.ArchiveID != "" {
		s.StanzaID, s.Time = model.StanzaID(m.ArchiveID), m.Delay
		return ""
	}
	s.Time = c.cfg.Now()
	if !m.Delay.IsZero() && m.Delay.Before(s.Time) { // it waited on the server while the connection was lost
		s.Time = m.Delay
	}
	return ""
}

// contentOf is what a message holds, nil when it holds nothing to be shown.
func contentOf(m *xmpp.Message) model.Content {
	if m.Unreadable() {
		if m.Encryption != nil {
			return model.Unreadable{Reason: model.Encrypted, Scheme: m.Encryption.Name}
		}
		return model.Unreadable{Reason: model.Unsupported}
	}
	body := m.BodyWithout(inOtherForm(m)...)
	switch {
	case m.Type == "groupchat" && m.From.Resourcepart() == "":
		if body == "" || len(m.StatusCodes) > 0 { // what the codes say is told by other means
			return nil
		}
		return model.Notice{Kind: model.FromRoom, Text: body}
	case len(m.Files) > 0:
		return fileOf(m, body)
	case len(m.OutOfBand) > 0 && (body == "" || body == m.OutOfBand[0].URL):
		return linkOf(m.OutOfBand)
	case m.Encryption != nil && m.Encryption.Empty:
		return nil // keys are exchanged, and nothing was written
	}
	for _, link := range m.OutOfBand {
		if !strings.Contains(body, link.URL) {
			body += "\n" + link.URL
		}
	}
	if body == "" && m.Subject == "" {
		return nil
	}
	return model.Text{Subject: m.Subject, Body: body}
}

// inOtherForm names what of the body is shown in another form.
func inOtherForm(m *xmpp.Message) (namespaces []string) {
	if m.Reply != nil {
		namespaces = append(namespaces, xmpp.NSReply)
	}
	if len(m.Files) > 0 {
		namespaces = append(namespaces, xmpp.NSFileSharing)
	}
	return namespaces
}

// fileOf are the files of a message, with what was written beside them.
func fileOf(m *xmpp.Message, caption string) model.File {
	list := make([]model.File, len(m.Files))
	for i, f := range m.Files {
		list[i] = model.File{
			Name: f.Name, MediaType: f.MediaType, Size: f.Size, Width: f.Width, Height: f.Height, Description: f.Description,
			Access: access(m.Files[i : i+1]), Preview: f.Thumbnail,
		}
		if len(f.Sources) > 0 {
			list[i].URL = f.Sources[0]
		}
	}
	if caption != "" {
		list[0].Description = caption
	}
	return list[0].With(list[1:])
}

// linkOf are files that are nothing but addresses.
func linkOf(links []xmpp.OutOfBand) model.File {
	list := make([]model.File, len(links))
	for i, link := range links {
		list[i] = model.File{URL: link.URL, Description: link.Description, Access: access(links[i : i+1])}
		if u, err := url.Parse(link.URL); err == nil && u.Path != "" {
			if name := path.Base(u.Path); name != "/" && name != "." {
				list[i].Name = name
			}
		}
	}
	return list[0].With(list[1:])
}

func access(files any) string {
	b, err := json.Marshal(files)
	if err != nil { // strings and numbers only
		return ""
	}
	return string(b)
}

// replyOf is what a message answers, with the quotation that it carries for programs that do not know replies.
func replyOf(m *xmpp.Message) *store.Reply {
	if m.Reply == nil {
		return nil
	}
	r := &store.Reply{ID: m.Reply.ID, Author: text(m.Reply.To)}
	if m.Type == "groupchat" && !isZero(m.Reply.To) && m.Reply.To.Resourcepart() != "" {
		r.Author = m.Reply.To.String()
	}
	if without := m.BodyWithout(xmpp.NSReply); without != m.Body && strings.HasSuffix(m.Body, without) {
		quoted := strings.TrimSuffix(m.Body, without)
		quoted = strings.TrimPrefix(quoted, "> ")
		r.Fallback = strings.TrimSpace(strings.ReplaceAll(quoted, "\n> ", "\n"))
	}
	return r
}

// conversationID names the conversation with a person or a room.
func conversationID(j jid.JID) model.ConversationID { return model.ConversationID(text(j)) }

// text is the bare form of a JID, "" for none.
func text(j jid.JID) string { return j.Bare().String() }

// isZero reports whether j is no JID.
func isZero(j jid.JID) bool { return j.Equal(jid.JID{}) }
