package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mellium.im/xmpp/jid"
)

// XEP-0055: Jabber Search. A service of the account's server keeps a directory of its people.

const nsSearch = "jabber:iq:search"

// mostFound is how many people are read from one answer of a directory.
const mostFound = 200

// DirectoryEntry is a person in the directory.
type DirectoryEntry struct {
	JID  jid.JID // bare
	Card VCard
}

// directory is the service of the session's server.
type directory struct {
	service jid.JID
	fields  []string // that people are found by, of those that this program knows
	form    bool     // it wants a data form
}

type searchElement struct {
	XMLName xml.Name    `xml:"jabber:iq:search query"`
	First   *string     `xml:"first"`
	Last    *string     `xml:"last"`
	Nick    *string     `xml:"nick"`
	Mail    *string     `xml:"email"`
	Items   []foundItem `xml:"item"`
	Form    *searchForm
}

// foundItem is a person in an answer without a form.
type foundItem struct {
	JID   string `xml:"jid,attr"`
	First string `xml:"first"`
	Last  string `xml:"last"`
	Nick  string `xml:"nick"`
	Mail  string `xml:"email"`
}

type searchForm struct {
	XMLName xml.Name       `xml:"jabber:x:data x"`
	Type    string         `xml:"type,attr"`
	Fields  []searchField  `xml:"field"`
	Items   []searchResult `xml:"item"`
}

type searchResult struct {
	Fields []searchField `xml:"field"`
}

type searchField struct {
	Var   string `xml:"var,attr"`
	Type  string `xml:"type,attr,omitempty"`
	Value string `xml:"value"`
}

// ownFields are the fields by which people look for a colleague in ejabberd's own directory, and ldapFields those where it asks an LDAP server
// (RFC 4519): it names them as that does.
func ownFields() []string {
	return []string{"last", "fn", "first", "nick", "orgunit", "orgname", "locality"}
}

func ldapFields() []string {
	return []string{"sn", "cn", "displayName", "givenName", "title", "role", "ou", "o", "l", "physicalDeliveryOfficeName"}
}

// FindInDirectory asks the directory for people of whom a field begins with word: a name, a job, an organisation or a place. The same person
// comes once. Errors: [ErrNotOffered].
func (c *Client) FindInDirectory(ctx context.Context, word string) (found []DirectoryEntry, err error) {
	d, err := c.findDirectory(ctx)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	seen := map[string]bool{}
	var refused *StanzaError
	for _, field := range d.fields {
		iq, err := c.requestLong(ctx, d.service, "set", d.question(field, word), maxAnswer)
		if errors.As(err, &refused) { // it does not look into this field
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("directory: %w", err)
		}
		entries := iq.Search.decode()
		c.refuseSome(RuleEntry, "person found", iq.Search.len()-len(entries))
		for _, e := range entries {
			if !seen[e.JID.String()] {
				seen[e.JID.String()] = true
				found = append(found, e)
			}
		}
	}
	return found, nil
}

// question asks for people of whom a field begins with a word. ejabberd's own directory needs a star at the end for that; others find the
// word anywhere, and would take the star literally.
func (d directory) question(name, word string) searchElement {
	word = strings.ReplaceAll(word, "*", "")
	if slices.Contains(ownFields(), name) && d.form {
		word += "*"
	}
	if !d.form {
		q := searchElement{}
		*map[string]**string{"first": &q.First, "last": &q.Last, "nick": &q.Nick}[name] = &word
		return q
	}
	form := searchForm{Type: "submit", Fields: []searchField{{Var: "FORM_TYPE", Type: "hidden", Value: nsSearch}, {Var: name, Value: word}}}
	if slices.Contains(ldapFields(), name) {
		form.Fields = form.Fields[1:] // ejabberd 23.01 would ask LDAP for somebody with a FORM_TYPE
	}
	return searchElement{Form: &form}
}

// findDirectory looks for the directory of the server, once in a session.
func (c *Client) findDirectory(ctx context.Context) (d directory, err error) {
	c.mu.Lock()
	stream, known := c.stream, c.directory
	c.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	found, err := c.findService(ctx, func(who jid.JID, info Info) (bool, error) {
		if !slices.Contains(info.Features, nsSearch) || !slices.ContainsFunc(info.Identities, func(i Identity) bool { return i.Category == "directory" }) {
			return false, nil // rooms are searched as well
		}
		iq, err := c.request(ctx, who, "get", searchElement{})
		if err != nil {
			return false, err
		}
		d = iq.Search.directory(who)
		return len(d.fields) > 0, nil
	})
	if err != nil {
		return directory{}, err
	}
	if !found {
		return d, ErrNotOffered
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stream == stream {
		c.directory = &d
	}
	return d, nil
}

// directory is what a service says of how it is asked.
func (q *searchElement) directory(service jid.JID) directory {
	d := directory{service: service}
	if q == nil {
		return d
	}
	if d.form = q.Form != nil; !d.form {
		for name, offered := range map[string]*string{"last": q.Last, "first": q.First, "nick": q.Nick} {
			if offered != nil {
				d.fields = append(d.fields, name)
			}
		}
		slices.Sort(d.fields)
		return d
	}
	for _, name := range append(ownFields(), ldapFields()...) {
		if slices.ContainsFunc(q.Form.Fields, func(f searchField) bool { return f.Var == name }) {
			d.fields = append(d.fields, name)
		}
	}
	return d
}

// len is how many were found.
func (q *searchElement) len() int {
	switch {
	case q == nil:
		return 0
	case q.Form == nil:
		return len(q.Items)
	}
	return len(q.Items) + len(q.Form.Items)
}

// decode reads who was found.
func (q *searchElement) decode() (found []DirectoryEntry) {
	if q == nil {
		return nil
	}
	add := func(address string, v VCard) {
		if j, err := ParseJID(address); err == nil && j.Localpart() != "" {
			found = append(found, DirectoryEntry{j.Bare(), v})
		}
	}
	for _, i := range atMost(mostFound, q.Items) {
		add(i.JID, VCard{FullName: first([]string{strings.TrimSpace(i.First + " " + i.Last), i.Nick}), Mail: i.Mail})
	}
	if q.Form == nil {
		return found
	}
	for _, item := range atMost(mostFound, q.Form.Items) {
		of := map[string]string{}
		for _, f := range item.Fields {
			of[strings.ToLower(f.Var)] = strings.TrimSpace(f.Value)
		}
		add(of["jid"], VCard{
			FullName: first([]string{of["fn"], strings.TrimSpace(of["first"] + " " + of["last"]), of["nick"]}), Title: of["title"], Role: of["role"],
			Org: of["orgname"], Unit: of["orgunit"], Place: of["locality"], Mail: of["email"],
		})
	}
	return found
}
