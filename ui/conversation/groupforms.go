package conversation

import (
	"strings"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/pick"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// rename asks for another name of the group.
func (p *membersPanel) rename() {
	c, v := p.v.canvas(), p.v
	field := look.NewField(look.IconGroup, i18n.T("group.new.name"), v.board())
	field.SetText(v.conversation.Name)
	var over *look.Overlay
	do := func() {
		name := strings.TrimSpace(field.Text)
		if name == "" {
			return
		}
		over.Close()
		avatar := v.conversation.Avatar
		p.run(func() error {
			err := v.o.Client.RenameGroup(v.ctx, v.o.ID, name)
			if err == nil && avatar != nil && avatar.Image == nil { // other programs show the initials of the name too
				err = pick.Publish(v.ctx, v.o.Client, v.o.ID, name, avatar)
			}
			return err
		})
	}
	field.OnKey = func(name fyne.KeyName) {
		switch name {
		case fyne.KeyEscape:
			over.Dismiss()
		case fyne.KeyReturn, fyne.KeyEnter:
			do()
		}
	}
	over = p.form(i18n.T("group.rename"), field, 0, i18n.T("group.rename.do"), do)
	c.Focus(field)
	field.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// recolour lets the user choose another colour of the group.
func (p *membersPanel) recolour() {
	c, v := p.v.canvas(), p.v
	group := v.conversation
	colours := pick.NewColours(wording.Name(group.Name), group.Avatar)
	avatar := look.NewGroupAvatar(wording.Name(group.Name), group.Avatar, 48)
	colours.Row.OnChanged = func() { avatar.Set(wording.Name(group.Name), colours.Avatar()) }
	text := i18n.T("group.colour.text")
	if group.Avatar != nil && group.Avatar.Image != nil {
		text = i18n.T("group.colour.replaces")
	}
	words := look.NewLabel(text, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true})
	var over *look.Overlay
	do := func() {
		over.Close()
		chosen := colours.Avatar()
		p.run(func() error { return pick.Publish(v.ctx, v.o.Client, v.o.ID, group.Name, chosen) })
	}
	colours.Row.OnEnter = do
	over = p.form(i18n.T("group.colour"), look.Column(10, look.Line(12, words, avatar, words), colours.Row), 0, i18n.T("group.colour.do"), do)
	c.Focus(colours.Row)
}

// add lets the user choose people who are not in the group yet.
func (p *membersPanel) add() {
	c, v := p.v.canvas(), p.v
	picker := pick.New(p.v.board())
	p.picker = picker
	var over *look.Overlay
	do := func() {
		chosen := picker.Chosen()
		if len(chosen) == 0 {
			return
		}
		over.Close()
		words := i18n.T("group.invitation.words", "Name", v.o.AccountName, "Group", v.conversation.Name)
		p.run(func() error { return v.o.Client.AddMembers(v.ctx, v.o.ID, chosen, words) })
	}
	picker.OnEscape = func() { over.Dismiss() }
	over = p.form(i18n.T("group.add"), picker.Content, 320, i18n.T("group.add.do"), do)
	c.Focus(picker.Field)
	var in []messaging.ConversationID
	for _, m := range p.list.members {
		in = append(in, messaging.ConversationID(m.JID))
	}
	v.work.Go(func() {
		all, err := v.o.Client.Conversations()
		v.later(func() {
			if err != nil {
				p.say(wording.GroupTrouble(err))
				return
			}
			picker.Show(pick.People(all, in...))
		})
	})
}

// form shows a question with something to fill in, height high; 0: as high as it needs.
func (p *membersPanel) form(title string, content fyne.CanvasObject, height float32, yes string, do func()) *look.Overlay {
	c := p.v.canvas()
	var over *look.Overlay
	buttons := look.Columns(2, 8,
		look.NewButton(look.Quiet, i18n.T("confirm.cancel"), func() { over.Dismiss() }), look.NewButton(look.Primary, yes, do))
	heading := look.NewLabel(title, look.Style{Size: look.SizeTitle, Bold: true, Wrap: true})
	box := look.Pad(container.NewBorder(look.Pad(heading, 0, 0, 10, 0), look.Pad(buttons, 12, 0, 0, 0), nil, nil, content), 20, 20, 16, 20)
	over = look.Popover(c, box, func(window, least fyne.Size) (fyne.Position, fyne.Size) {
		size := fyne.NewSize(min(380, window.Width-32), min(least.Height+height, window.Height-2*look.Space))
		return fyne.NewPos((window.Width-size.Width)/2, max(look.Space, (window.Height-size.Height)/2)), size
	}, func() { c.Focus(p.list) })
	return over
}
