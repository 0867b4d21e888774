package messagingtest

import (
	"context"
	"slices"
	"strings"

	"discussions/internal/picture"
	"discussions/messaging"
)

// What is done with groups needs a server: the fake does what a server does that allows all.

// isOnline reports whether the client is connected. c.mu is held.
func (c *Client) isOnline() error {
	if c.connection.State != messaging.Online {
		return messaging.ErrOffline
	}
	return nil
}

// CreateGroup implements the method of [messaging.Client].
func (c *Client) CreateGroup(ctx context.Context, name string, members []messaging.ConversationID, words string) (messaging.ConversationID, error) {
	if err := c.enter(ctx, "CreateGroup"); err != nil {
		return "", err
	}
	name = strings.TrimSpace(name)
	id := messaging.ConversationID(strings.ReplaceAll(strings.ToLower(name), " ", "-") + "@groups.example.org")
	err := c.opened(func() error {
		if name == "" {
			return messaging.ErrEmpty
		}
		return c.isOnline()
	})
	if err != nil {
		return "", err
	}
	c.Put(Conversation{
		Conversation: messaging.Conversation{ID: id, Group: true, Name: name, Role: messaging.Owner, Pictured: !c.NoPictures},
		People:       []messaging.Member{{JID: c.own.String(), Name: c.cfg.Name, Role: messaging.Owner, Own: true}},
	})
	return id, c.AddMembers(ctx, id, members, words)
}

// inGroup runs f with a group, online.
func (c *Client) inGroup(ctx context.Context, method string, id messaging.ConversationID, f func(*Conversation) error) error {
	if err := c.enter(ctx, method); err != nil {
		return err
	}
	return c.in(id, func(v *Conversation) error {
		switch err := c.isOnline(); {
		case !v.Group || v.Refused == messaging.NotIn:
			return messaging.ErrNoConversation
		case err != nil:
			return err
		}
		if err := f(v); err != nil {
			return err
		}
		c.keep(v)
		c.publish(messaging.ConversationChanged{ID: v.ID})
		return nil
	})
}

// AddMembers implements the method of [messaging.Client].
func (c *Client) AddMembers(ctx context.Context, id messaging.ConversationID, members []messaging.ConversationID, words string) error {
	for _, who := range members {
		err := c.inGroup(ctx, "AddMembers", id, func(v *Conversation) error {
			name := string(who)
			if known := c.find(who); known != nil {
				name = known.Name
			}
			v.People = append(v.People, messaging.Member{JID: string(who), Name: name, Role: messaging.Plain})
			return nil
		})
		if err != nil {
			return err
		}
		c.called("invite %s: %s", who, words)
	}
	return nil
}

// RemoveMember implements the method of [messaging.Client].
func (c *Client) RemoveMember(ctx context.Context, id, who messaging.ConversationID) error {
	return c.inGroup(ctx, "RemoveMember", id, func(v *Conversation) error {
		v.People = slices.DeleteFunc(slices.Clone(v.People), func(m messaging.Member) bool { return m.JID == string(who) })
		return nil
	})
}

// SetRole implements the method of [messaging.Client].
func (c *Client) SetRole(ctx context.Context, id, who messaging.ConversationID, role messaging.Role) error {
	return c.inGroup(ctx, "SetRole", id, func(v *Conversation) error {
		for i := range v.People {
			if v.People[i].JID == string(who) {
				v.People[i].Role = role
			}
		}
		if string(who) == c.own.String() {
			v.Role = role
		}
		return nil
	})
}

// HandOver implements the method of [messaging.Client].
func (c *Client) HandOver(ctx context.Context, id, to messaging.ConversationID) error {
	if err := c.SetRole(ctx, id, to, messaging.Owner); err != nil {
		return err
	}
	return c.SetRole(ctx, id, messaging.ConversationID(c.own.String()), messaging.Organiser)
}

// RenameGroup implements the method of [messaging.Client].
func (c *Client) RenameGroup(ctx context.Context, id messaging.ConversationID, name string) error {
	if strings.TrimSpace(name) == "" {
		return messaging.ErrEmpty
	}
	return c.inGroup(ctx, "RenameGroup", id, func(v *Conversation) error {
		v.Name = strings.TrimSpace(name)
		return nil
	})
}

// GroupsPictured implements the method of [messaging.Client].
func (c *Client) GroupsPictured(ctx context.Context) bool {
	if err := c.enter(ctx, "GroupsPictured"); err != nil {
		return false
	}
	return c.opened(c.isOnline) == nil && !c.NoPictures
}

// SetGroupPicture implements the method of [messaging.Client].
func (c *Client) SetGroupPicture(ctx context.Context, id messaging.ConversationID, png []byte) error {
	var avatar *messaging.Avatar
	if png != nil {
		var err error
		if avatar, err = picture.NewDecoder().ReadAvatar(ctx, png); err != nil {
			return err
		}
	}
	return c.inGroup(ctx, "SetGroupPicture", id, func(v *Conversation) error {
		if c.NoPictures {
			return messaging.ErrNotOffered
		}
		v.Avatar = avatar
		return nil
	})
}

// LeaveGroup implements the method of [messaging.Client].
func (c *Client) LeaveGroup(ctx context.Context, id messaging.ConversationID, _ string) error {
	return c.inGroup(ctx, "LeaveGroup", id, func(v *Conversation) error {
		owners := 0
		for _, m := range v.People {
			if m.Role == messaging.Owner && m.JID != c.own.String() {
				owners++
			}
		}
		if v.Role == messaging.Owner && owners == 0 && len(v.People) > 1 {
			return messaging.ErrLastOwner
		}
		v.Refused = messaging.NotIn
		return nil
	})
}

// EndGroup implements the method of [messaging.Client].
func (c *Client) EndGroup(ctx context.Context, id messaging.ConversationID) error {
	return c.inGroup(ctx, "EndGroup", id, func(v *Conversation) error {
		v.Refused = messaging.NotIn
		return nil
	})
}

// Enter implements the method of [messaging.Client].
func (c *Client) Enter(id messaging.ConversationID) error {
	return c.inGroup(context.Background(), "Enter", id, func(v *Conversation) error {
		v.Refused = messaging.NotRefused
		return nil
	})
}

// Accept implements the method of [messaging.Client].
func (c *Client) Accept(ctx context.Context, id messaging.ConversationID, message messaging.MessageID) (messaging.ConversationID, error) {
	room, err := c.answerInvitation("Accept", id, message, messaging.Accepted)
	if err != nil {
		return "", err
	}
	return room, ctx.Err()
}

// Decline implements the method of [messaging.Client].
func (c *Client) Decline(_ context.Context, id messaging.ConversationID, message messaging.MessageID) error {
	_, err := c.answerInvitation("Decline", id, message, messaging.Declined)
	return err
}

func (c *Client) answerInvitation(method string, id messaging.ConversationID, message messaging.MessageID, answer messaging.Answer) (room messaging.ConversationID, err error) {
	err = c.about(method, id, message, func(v *Conversation, m *messaging.Message) error {
		invitation, ok := m.Content.(messaging.Invitation)
		if !ok || m.Own {
			return messaging.ErrNoMessage
		}
		if err := c.isOnline(); err != nil {
			return err
		}
		invitation.Answer = answer
		m.Content, room = invitation, invitation.Room
		c.changed(v, m)
		return nil
	})
	return room, err
}
