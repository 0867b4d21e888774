package messagingtest

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"discussions/internal/fold"
	"discussions/messaging"
)

// Card implements the method of [messaging.Client].
func (c *Client) Card(id messaging.ConversationID) (card messaging.Card, err error) {
	err = c.in(id, func(v *Conversation) error {
		card = v.Card
		card.ID, card.Name, card.Job = v.ID, cmp.Or(card.Name, v.Name), cmp.Or(card.Job, v.Detail)
		card.Plain = cmp.Or(card.Plain, card.Name)
		card.Presence, card.Status, card.Blocked = v.Presence, v.Status, v.Blocked
		return nil
	})
	return card, err
}

// FetchCard implements the method of [messaging.Client]. It gives what [Client.Card] gives.
func (c *Client) FetchCard(ctx context.Context, id messaging.ConversationID) (card messaging.Card, err error) {
	if err := c.enter(ctx, "FetchCard"); err != nil {
		return card, err
	}
	if err := c.whenOnline(); err != nil {
		return card, err
	}
	return c.Card(id)
}

// AskToBeContact implements the method of [messaging.Client].
func (c *Client) AskToBeContact(id messaging.ConversationID) error {
	return c.in(id, func(v *Conversation) error {
		if c.connection.State != messaging.Online {
			return messaging.ErrOffline
		}
		c.calls = append(c.calls, "contact "+string(v.ID))
		return nil
	})
}

// SetBlocked implements the method of [messaging.Client].
func (c *Client) SetBlocked(ctx context.Context, id messaging.ConversationID, on bool) error {
	if err := c.enter(ctx, "SetBlocked"); err != nil {
		return err
	}
	return c.in(id, func(v *Conversation) error {
		if c.connection.State != messaging.Online {
			return messaging.ErrOffline
		}
		c.calls = append(c.calls, fmt.Sprint("block ", v.ID, " ", on))
		if v.Blocked != on {
			v.Blocked = on
			c.keep(v)
			c.publish(messaging.ConversationChanged{ID: v.ID})
		}
		return nil
	})
}

// Status implements the method of [messaging.Client].
func (c *Client) Status() messaging.Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// SetStatus implements the method of [messaging.Client]. It does not end by itself.
func (c *Client) SetStatus(v messaging.Status) error {
	if err := c.enter(context.Background(), "SetStatus"); err != nil {
		return err
	}
	return c.opened(func() error {
		if v.Text = strings.TrimSpace(v.Text); v.Presence == messaging.Absent {
			v.Presence = messaging.Available
		}
		if c.status != v {
			c.status = v
			c.publish(messaging.StatusChanged{Status: v})
		}
		return nil
	})
}

// FindPeople implements the method of [messaging.Client]. It looks into Directory.
func (c *Client) FindPeople(ctx context.Context, text string) (found []messaging.Card, err error) {
	if err := c.enter(ctx, "FindPeople"); err != nil {
		return nil, err
	}
	if err := c.whenOnline(); err != nil {
		return nil, err
	}
	search := fold.NewSearch(text)
	for _, card := range c.Directory {
		if search.Fits(fold.Searchable(strings.Join([]string{card.Name, card.Job, card.Org, card.Unit, card.Place}, " "))) {
			found = append(found, card)
		}
	}
	return found, nil
}

// whenOnline is an error where nothing can be asked of the server.
func (c *Client) whenOnline() error {
	return c.opened(func() error {
		if c.connection.State != messaging.Online {
			return messaging.ErrOffline
		}
		return nil
	})
}
