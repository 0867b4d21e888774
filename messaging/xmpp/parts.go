package xmpp

import "unicode/utf8"

// refuseParts counts what a message holds and what was not taken of it: the message itself is shown without that.
func (c *Client) refuseParts(m *messageStanza, out *Message) {
	lists := [...]struct {
		kind              string
		came, most, taken int // most of what came are looked at
	}{
		{"link", len(m.OutOfBand), maxFiles, len(out.OutOfBand)},
		{"file", len(m.Shared), maxFiles, len(out.Files)},
		{"reference", len(m.References), maxReferences, len(out.References)},
		{"fallback", len(m.Fallbacks), maxFallbacks, len(out.Fallbacks)},
		{"reaction", m.reactionElements.Reactions.len(), maxReactions, out.Reactions.len()},
	}
	for _, l := range lists {
		if l.came == l.taken {
			continue
		}
		c.refuseSome(RuleTooMany, l.kind, l.came-l.most)
		c.refuseSome(RulePart, l.kind, min(l.came, l.most)-l.taken)
	}
	part := func(kind string, came, taken bool) {
		if came && !taken {
			c.refuse(RulePart, kind)
		}
	}
	part("retraction", m.Retract != nil || m.ApplyTo != nil && (m.ApplyTo.Retract != nil || m.ApplyTo.Moderated != nil), out.Retraction != nil)
	part("reactions", m.reactionElements.Reactions != nil, out.Reactions != nil)
	part("reply", m.Reply != nil, out.Reply != nil)
	part("invitation", m.Direct != nil, out.Invite != nil)
	part("answer to an invitation", m.Room != nil && m.Room.Decline != nil, out.Decline != nil)
	part("correction", m.Replace != nil, out.Replaces != "")
	if m.Room != nil && out.From.Resourcepart() == "" {
		c.refuseSome(RuleTooMany, "status code", len(m.Room.Statuses)-maxCodes)
		c.refuseSome(RuleTooMany, "member", len(m.Room.Items)-maxAffiliates)
	}
	for _, x := range m.OutOfBand {
		c.refuseCut(x.Description)
	}
	for i := range m.Shared {
		f := &m.Shared[i].File
		c.refuseCut(f.Name)
		description, _ := pick(f.Description)
		c.refuseCut(description)
	}
}

// refuseCut counts a text that [cutText] shortens.
func (c *Client) refuseCut(text string) {
	if len(text) > maxText && utf8.RuneCountInString(text) > maxText {
		c.refuse(RuleCut, "message")
	}
}

// len is the number of reactions; of nil, none.
func (e *reactionsElement) len() int {
	if e == nil {
		return 0
	}
	return len(e.Reactions)
}

func (r *Reactions) len() int {
	if r == nil {
		return 0
	}
	return len(r.Emoji)
}
