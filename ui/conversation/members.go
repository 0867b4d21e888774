package conversation

import (
	"slices"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/pick"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	memberHeight  = 56
	membersHeight = 360 // of the list
	membersWidth  = 340
)

// membersPanel shows a group's people over the conversation, and what the user may do with the group.
type membersPanel struct {
	v       *View
	over    *look.Overlay
	list    *memberList
	avatar  *look.Avatar
	title   *look.Label
	detail  *look.Label
	actions *fyne.Container
	trouble *look.Label
	picker  *pick.Picker // of people to be added; nil: not open yet
}

// openMembers opens the list of a group's people under the header.
func (v *View) openMembers() {
	v.work.Go(func() {
		members := v.o.Client.Members(v.o.ID)
		v.later(func() { v.popMembers(members) })
	})
}

func (v *View) popMembers(members []messaging.Member) {
	c := v.canvas()
	if c == nil {
		return
	}
	p := &membersPanel{
		v: v, list: newMemberList(memberHeight * v.metrics.scale), actions: look.Column(0), avatar: look.NewAvatar("", avatarSize),
		title: look.NewLabel("", look.Style{Size: look.SizeBar, Bold: true, Cut: true}), detail: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true}),
		trouble: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Wrap: true}),
	}
	p.list.open = p.menu
	if v.o.Person != nil {
		p.list.card = p.card
	}
	p.list.onEscape = func() { p.over.Dismiss() }
	p.trouble.Hide()
	p.fill(members)
	words := look.Column(0, p.title, p.detail)
	top := look.Pad(look.Line(12, words, p.avatar, words), 4, 4, 10, 4)
	body := container.NewBorder(look.Column(0, top, p.trouble), p.actions, nil, nil, p.list)
	p.over = look.Popover(c, look.Pad(body, 10, 10, 10, 10), p.place, func() {
		v.members = nil
		v.Focus()
	})
	v.members = p
	c.Focus(p.list)
}

// place puts the panel under the header, as high as its list and what can be done need.
func (p *membersPanel) place(window, box fyne.Size) (fyne.Position, fyne.Size) {
	width := min(membersWidth*p.v.metrics.scale, window.Width-2*look.Space)
	people := min(membersHeight, float32(max(1, len(p.list.members)))*p.list.height)
	top := p.v.header.Size().Height - 8
	return fyne.NewPos(look.Space, top), fyne.NewSize(width, min(box.Height-p.list.MinSize().Height+people, window.Height-top-look.Space))
}

// fill shows the people, and what the user may do.
func (p *membersPanel) fill(members []messaging.Member) {
	c := p.v.conversation
	p.list.show(members, c.Role)
	p.avatar.Set(wording.Name(c.Name), c.Avatar)
	p.title.SetText(wording.Name(c.Name))
	detail := i18n.N("conversation.members", len(members))
	if len(members) == 0 {
		detail = i18n.T("conversation.members.none")
	}
	p.detail.SetText(detail)
	leading := 0
	for _, m := range members {
		if m.Role == messaging.Owner || m.Role == messaging.Organiser {
			leading++
		}
	}
	p.v.logDrawn("members drawn", "members", len(members), "leading", leading, "own", c.Role)
	p.actions.Objects = nil
	do := func(icon look.Icon, text string, colour fyne.ThemeColorName, f func()) {
		label := look.NewLabel(text, look.Style{Colour: colour})
		p.actions.Add(look.NewPressable(look.Pad(look.Line(12, label, look.Picture(icon.In(colour), 20), label), 9, 8, 9, 8), text, f))
	}
	if c.Refused == messaging.NotIn || c.Refused == messaging.Gone {
		return
	}
	p.actions.Add(look.Pad(look.Rule(), 6, 0, 4, 0))
	if c.Role.MayInvite() && c.Refused == messaging.NotRefused {
		do(look.IconPlus, i18n.T("group.add"), look.ColorAccent, p.add)
	}
	if c.Role == messaging.Owner && c.Refused == messaging.NotRefused {
		do(look.IconEdit, i18n.T("group.rename"), look.ColorAccent, p.rename)
		if c.Pictured {
			do(look.IconColour, i18n.T("group.colour"), look.ColorAccent, p.recolour)
		}
	}
	do(look.IconLeave, i18n.T("group.leave"), look.ColorText, p.leave)
	if c.Role == messaging.Owner && len(members) > 1 {
		do(look.IconTrash, i18n.T("group.end"), look.ColorDanger, p.end)
	}
	p.actions.Refresh()
}

// reread shows the group as it is now.
func (p *membersPanel) reread() {
	p.v.work.Go(func() {
		members := p.v.o.Client.Members(p.v.o.ID)
		p.v.later(func() {
			if p.v.members == p {
				p.fill(members)
				p.over.Refresh()
			}
		})
	})
}

// menu shows what the user may do with a member.
func (p *membersPanel) menu(m messaging.Member, place look.Place) {
	c, v := p.v.canvas(), p.v
	name, who := wording.Name(m.Name), messaging.ConversationID(m.JID)
	menu := look.NewMenu()
	if p.list.card != nil {
		menu.Text(i18n.T("person.show"), func() { p.card(m) })
	}
	change := func(text string, role messaging.Role) {
		menu.Text(text, func() { p.run(func() error { return v.o.Client.SetRole(v.ctx, v.o.ID, who, role) }) })
	}
	if v.conversation.Role == messaging.Owner {
		switch m.Role {
		case messaging.Plain:
			change(i18n.T("group.promote"), messaging.Organiser)
		case messaging.Organiser:
			change(i18n.T("group.demote"), messaging.Plain)
		}
		if m.Role != messaging.Owner {
			menu.Text(i18n.T("group.handOver"), func() {
				look.Ask(c, look.Question{
					Title: i18n.T("group.handOver.ask", "Name", name), Text: i18n.T("group.handOver.text"), Yes: i18n.T("group.handOver"),
					Do: func() { p.run(func() error { return v.o.Client.HandOver(v.ctx, v.o.ID, who) }) },
				})
			})
		}
	}
	menu.Text(i18n.T("group.remove"), func() {
		look.Ask(c, look.Question{
			Title: i18n.T("group.remove.ask", "Name", name), Text: i18n.T("group.remove.text"), Yes: i18n.T("group.remove"), Danger: true,
			Do: func() { p.run(func() error { return v.o.Client.RemoveMember(v.ctx, v.o.ID, who) }) },
		})
	})
	menu.Show(c, place, func() { c.Focus(p.list) })
}

// card shows what is known of a member.
func (p *membersPanel) card(m messaging.Member) {
	p.over.Dismiss()
	p.v.o.Person(messaging.ConversationID(m.JID))
}

// run does something with the group, and says in the panel where it fails.
func (p *membersPanel) run(do func() error) {
	p.v.canvas().Focus(p.list)
	p.say("")
	p.v.work.Go(func() {
		err := do()
		p.v.later(func() {
			if err != nil {
				p.v.o.Log.Warn("group not changed", "error", err)
				p.say(wording.GroupTrouble(err))
			}
			p.reread()
		})
	})
}

func (p *membersPanel) say(trouble string) {
	p.trouble.SetText(trouble)
	p.trouble.Hidden = trouble == ""
	p.over.Refresh()
}

// leave leaves the group after a question.
func (p *membersPanel) leave() {
	c, v := p.v.canvas(), p.v
	text := i18n.T("group.leave.text")
	if v.conversation.Role == messaging.Owner && len(p.list.members) == 1 {
		text = i18n.T("group.leave.last")
	}
	look.Ask(c, look.Question{
		Title: i18n.T("group.leave.ask", "Name", wording.Name(v.conversation.Name)), Text: text, Yes: i18n.T("group.leave"), Danger: true,
		Do: func() {
			p.run(func() error { return v.o.Client.LeaveGroup(v.ctx, v.o.ID, i18n.T("group.leave.words")) })
		},
	})
}

// end ends the group for all after a question.
func (p *membersPanel) end() {
	c, v := p.v.canvas(), p.v
	look.Ask(c, look.Question{
		Title: i18n.T("group.end.ask", "Name", wording.Name(v.conversation.Name)), Text: i18n.T("group.end.text"), Yes: i18n.T("group.end"), Danger: true,
		Do: func() { p.run(func() error { return v.o.Client.EndGroup(v.ctx, v.o.ID) }) },
	})
}

// manage does something that needs the server, and says under the messages where it fails.
func (v *View) manage(do func() error) {
	v.status.setTrouble("")
	v.work.Go(func() {
		if err := do(); err != nil {
			v.o.Log.Warn("group not changed", "error", err)
			v.later(func() { v.status.setTrouble(wording.GroupTrouble(err)) })
		}
	})
}

// mayChange reports whether somebody of a role may change what a member is.
func mayChange(own messaging.Role, m messaging.Member) bool {
	switch own {
	case messaging.Owner:
		return true
	case messaging.Organiser:
		return !slices.Contains([]messaging.Role{messaging.Owner, messaging.Organiser}, m.Role)
	}
	return false
}
