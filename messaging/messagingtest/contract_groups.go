package messagingtest

import (
	"errors"
	"image"
	"image/draw"
	"testing/synctest"

	"discussions/internal/picture"
	"discussions/messaging"
)

// roles are what the people of a group are in it, by address.
func (c *contract) roles(id messaging.ConversationID) map[messaging.ConversationID]messaging.Role {
	list := map[messaging.ConversationID]messaging.Role{}
	for _, m := range c.Members(id) {
		list[messaging.ConversationID(m.JID)] = m.Role
	}
	return list
}

func (c *contract) ownGroup() {
	c.online()
	ctx := c.Context()
	type roles = map[messaging.ConversationID]messaging.Role
	if _, err := c.CreateGroup(ctx, "  ", nil, ""); !errors.Is(err, messaging.ErrEmpty) {
		c.Errorf("a group without a name: %v", err)
	}
	id, err := c.CreateGroup(ctx, "Nuit", []messaging.ConversationID{Sophie}, "Venez")
	c.must(err)
	synctest.Wait()
	v := c.conversation(id)
	c.same("the group", []any{v.Group, v.Name, v.Role, v.Refused}, []any{true, "Nuit", messaging.Owner, messaging.NotRefused})
	c.same("who is in it", c.roles(id), roles{Claire: messaging.Owner, Sophie: messaging.Plain})
	for _, m := range c.Members(id) {
		c.same("own "+m.JID, m.Own, m.JID == string(Claire))
	}
	c.must(c.AddMembers(ctx, id, []messaging.ConversationID{paul}, ""))
	c.must(c.SetRole(ctx, id, Sophie, messaging.Organiser))
	c.must(c.RemoveMember(ctx, id, paul))
	c.forget()
	c.must(c.RenameGroup(ctx, id, " Jour "))
	synctest.Wait()
	c.same("the new name", c.conversation(id).Name, "Jour")
	if len(c.told(&c.events)) == 0 {
		c.Error("nobody was told of the name")
	}
	blue := picture.AvatarColours()[4]
	m := image.NewRGBA(image.Rect(0, 0, 32, 32))
	draw.Draw(m, m.Rect, image.NewUniform(blue), image.Point{}, draw.Src)
	png, err := picture.EncodeAvatar(m, blue)
	c.must(err)
	c.same("groups keep a picture", []bool{c.GroupsPictured(ctx), v.Pictured}, []bool{true, true})
	c.must(c.SetGroupPicture(ctx, id, png))
	synctest.Wait()
	c.same("the colour", c.conversation(id).Avatar.Colour, blue)
	c.must(c.SetGroupPicture(ctx, id, nil))
	synctest.Wait()
	if a := c.conversation(id).Avatar; a != nil {
		c.Errorf("without a picture: %+v", a)
	}
	if err := c.RenameGroup(ctx, id, " "); !errors.Is(err, messaging.ErrEmpty) {
		c.Errorf("renamed to nothing: %v", err)
	}
	if err := c.LeaveGroup(ctx, id, "Au revoir"); !errors.Is(err, messaging.ErrLastOwner) {
		c.Errorf("the last owner leaves: %v", err)
	}
	c.must(c.HandOver(ctx, id, Sophie))
	synctest.Wait()
	c.same("handed over", c.roles(id), roles{Claire: messaging.Organiser, Sophie: messaging.Owner})
	c.must(c.LeaveGroup(ctx, id, "Au revoir"))
	synctest.Wait()
	c.same("left", c.conversation(id).Refused, messaging.NotIn)
	if err := c.RenameGroup(ctx, id, "x"); !errors.Is(err, messaging.ErrNoConversation) {
		c.Errorf("renamed afterwards: %v", err)
	}
}

func (c *contract) groupsOffline() {
	c.online()
	ctx := c.Context()
	id, err := c.CreateGroup(ctx, "Nuit", nil, "")
	c.must(err)
	synctest.Wait()
	c.Disconnect()
	synctest.Wait()
	_, made := c.CreateGroup(ctx, "Jour", nil, "")
	for what, err := range map[string]error{
		"made": made, "added": c.AddMembers(ctx, id, []messaging.ConversationID{Sophie}, ""), "role": c.SetRole(ctx, id, Sophie, messaging.Organiser),
		"renamed": c.RenameGroup(ctx, id, "x"), "pictured": c.SetGroupPicture(ctx, id, nil), "left": c.LeaveGroup(ctx, id, "Au revoir"), "ended": c.EndGroup(ctx, id), "entered": c.Enter(id),
	} {
		if !errors.Is(err, messaging.ErrOffline) {
			c.Errorf("%s while offline: %v", what, err)
		}
	}
	c.must(c.Lock())
	if _, err := c.CreateGroup(ctx, "Jour", nil, ""); !errors.Is(err, messaging.ErrLocked) {
		c.Errorf("made while locked: %v", err)
	}
}

func (c *contract) invitations() {
	c.online()
	for _, answer := range []messaging.Answer{messaging.Declined, messaging.Accepted} {
		c.Invites("Venez")
		synctest.Wait()
		m := c.conversation(Sophie).Last
		got, ok := m.Content.(messaging.Invitation)
		if !ok {
			c.Fatalf("%T", m.Content)
		}
		c.same("words", []string{got.Text, string(got.Answer)}, []string{"Venez", ""})
		if answer == messaging.Accepted {
			group, err := c.Accept(c.Context(), Sophie, m.ID)
			c.must(err)
			c.same("the group", group, got.Room)
		} else {
			c.must(c.Decline(c.Context(), Sophie, m.ID))
		}
		synctest.Wait()
		got = c.conversation(Sophie).Last.Content.(messaging.Invitation)
		c.same("answered", got.Answer, answer)
	}
	own := c.send("bonjour")
	if _, err := c.Accept(c.Context(), Sophie, own.ID); !errors.Is(err, messaging.ErrNoMessage) {
		c.Errorf("a message that is no invitation: %v", err)
	}
}
