package players

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What the people say about a message. It is named by the id that [Troupe.Say] gives and [Received] tells; in a group the id that the
// group has given it is used where the extension wants that.

const store = "<store xmlns='urn:xmpp:hints'/>"

// Correct replaces the text of a person's message (XEP-0308).
func (t *Troupe) Correct(ctx context.Context, from, to, message, body string) (id string, err error) {
	id = rand.Text()
	return id, t.write(ctx, from, to, id, bodyContent(id, body)+"<replace xmlns='urn:xmpp:message-correct:0' id='"+escape(message)+"'/>")
}

// Retract withdraws a person's message (XEP-0424).
func (t *Troupe) Retract(ctx context.Context, from, to, message string) error {
	name, err := t.nameOf(ctx, to, message)
	if err != nil {
		return err
	}
	const fallback = "A message was withdrawn."
	return t.write(ctx, from, to, rand.Text(), "<retract xmlns='urn:xmpp:message-retract:1' id='"+escape(name)+"'/><body>"+fallback+
		"</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'/>"+store)
}

// React tells all of a person's reactions to a message (XEP-0444).
func (t *Troupe) React(ctx context.Context, from, to, message string, emoji []string) error {
	name, err := t.nameOf(ctx, to, message)
	if err != nil {
		return err
	}
	return t.write(ctx, from, to, rand.Text(), reactions(name, emoji))
}

// Read tells that a person has read a message, and all before it (XEP-0333).
func (t *Troupe) Read(ctx context.Context, from, to, message string) error {
	name, err := t.nameOf(ctx, to, message)
	if err != nil {
		return err
	}
	return t.write(ctx, from, to, rand.Text(), displayed(name)+store)
}

// Reply is an answer to a message of an author (XEP-0461).
type Reply struct {
	Message, Author string
	Quoted          string // the text of the message, for programs without XEP-0461; may be empty
	Body            string
}

// Reply answers a message.
func (t *Troupe) Reply(ctx context.Context, from, to string, r Reply) (id string, err error) {
	name, err := t.nameOf(ctx, to, r.Message)
	if err != nil {
		return "", err
	}
	id = rand.Text()
	return id, t.write(ctx, from, to, id, replyContent(id, name, r))
}

func reactions(name string, emoji []string) string {
	var list strings.Builder
	for _, e := range emoji {
		list.WriteString("<reaction>" + escape(e) + "</reaction>")
	}
	return "<reactions xmlns='urn:xmpp:reactions:0' id='" + escape(name) + "'>" + list.String() + "</reactions>" + store
}

func replyContent(id, name string, r Reply) string {
	quotation := ""
	if r.Quoted != "" {
		quotation = "> " + strings.ReplaceAll(r.Quoted, "\n", "\n> ") + "\n"
	}
	content := bodyContent(id, quotation+r.Body) + "<reply xmlns='urn:xmpp:reply:0' id='" + escape(name) + "' to='" + escape(r.Author) + "'/>"
	if quotation != "" {
		content += "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='" +
			strconv.Itoa(utf8.RuneCountInString(quotation)) + "'/></fallback>"
	}
	return content
}

// nameOf waits for the id that a group gives to a message; between two people it is the message's own.
func (t *Troupe) nameOf(ctx context.Context, to, message string) (name string, err error) {
	if !isGroup(to) {
		return message, nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found := t.change.Until(ctx, func() bool {
		t.mu.Lock()
		defer t.mu.Unlock()
		name = t.names[to+"\x00"+message]
		return name != ""
	})
	if !found {
		return "", fmt.Errorf("nobody has seen the message %q in %s", message, to)
	}
	return name, nil
}

// sawInGroup notes the id that a group gave to a message.
func (t *Troupe) sawInGroup(m *message) {
	if m.Type != "groupchat" || m.ID == "" || m.StanzaID == nil {
		return
	}
	room, _, _ := strings.Cut(m.From, "/")
	t.mu.Lock()
	t.names[room+"\x00"+m.ID] = m.StanzaID.ID
	t.mu.Unlock()
	t.change.Announce()
}
