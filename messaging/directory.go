package messaging

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	folding "discussions/internal/fold"
	"discussions/messaging/xmpp"
)

// FindPeople looks into the organisation's directory for people by name, job, organisation and place: each word of text begins a word of what
// is known of them there. They come by name. Errors: [ErrLocked], [ErrOffline], [ErrNotOffered].
func (c *Client) FindPeople(ctx context.Context, text string) ([]Card, error) {
	if _, err := c.open(); err != nil {
		return nil, err
	}
	words, search := strings.Fields(text), folding.NewSearch(text)
	if len(search) == 0 {
		return nil, nil
	}
	if !c.online() {
		return nil, ErrOffline
	}
	// The server compares accents and capitals exactly, and one word at a time. It gets the longest word first; the others are
	// compared here. A directory may not be searched for jobs, but for the place.
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(utf8.RuneCountInString(b), utf8.RuneCountInString(a)) })
	for _, word := range words[:min(len(words), mostWords)] {
		entries, err := c.wire.FindInDirectory(ctx, word)
		switch {
		case errors.Is(err, xmpp.ErrNotOffered):
			return nil, ErrNotOffered
		case errors.Is(err, xmpp.ErrNotConnected), errors.Is(err, xmpp.ErrNoAnswer):
			return nil, ErrOffline
		case err != nil:
			return nil, err
		}
		if found := c.fitting(entries, search); len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

// mostWords is how many words of a text a directory is asked for, one after the other.
const mostWords = 3

// fitting gives the cards of those of a directory whom a search fits, by name.
func (c *Client) fitting(entries []xmpp.DirectoryEntry, search folding.Search) (found []Card) {
	names := map[ConversationID]string{}
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, e := range entries {
		id := conversationID(e.JID)
		if e.JID.Equal(c.own) {
			continue
		}
		card := c.card(id).or(e.Card)
		if !search.Fits(folding.Searchable(strings.Join([]string{card.Name, e.Card.FullName, card.Job, card.Org, card.Unit, card.Place}, " "))) {
			continue
		}
		names[id] = folding.Text(card.Name)
		found = append(found, card)
	}
	slices.SortFunc(found, func(a, b Card) int { return cmp.Or(cmp.Compare(names[a.ID], names[b.ID]), cmp.Compare(a.ID, b.ID)) })
	return found
}

// or is a card with what the directory knows, where nothing else was known: a name made from the address is not known.
func (v Card) or(d xmpp.VCard) Card {
	if d.FullName != "" && (v.Job == "" && v.Org == "" && !v.Contact) {
		v.Name, v.Plain = d.FullName, d.FullName
	}
	v.Job = cmp.Or(v.Job, d.Title, d.Role)
	v.Org, v.Unit, v.Place, v.Mail = cmp.Or(v.Org, d.Org), cmp.Or(v.Unit, d.Unit), cmp.Or(v.Place, d.Place), cmp.Or(v.Mail, d.Mail)
	return v
}
