package list

import (
	"context"
	"strings"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/pick"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// newGroup makes a private group: its name, and who is in it.
type newGroup struct {
	h    screen.Host
	id   string // of the account
	left bool

	name    *look.Field
	avatar  *look.Avatar // as the group will be shown
	colours pick.Colours // hidden unless the server's groups keep a picture
	people  *pick.Picker
	trouble *look.Label
	create  *look.Button
	page    fyne.CanvasObject
}

func showNewGroup(h screen.Host, id string) { h.Show(&newGroup{h: h, id: id}) }

func (g *newGroup) Name() string          { return "new group" }
func (g *newGroup) Owner() string         { return g.id }
func (g *newGroup) Focus() fyne.Focusable { return g.name }
func (g *newGroup) Leave()                { g.left = true }
func (g *newGroup) back()                 { showNew(g.h, g.id) }

func (g *newGroup) Content() fyne.CanvasObject {
	board := screen.Board(g.h, g.id)
	g.name = look.NewField(look.IconEdit, i18n.T("group.new.name"), board)
	g.name.OnChanged = func(string) { g.h.Touch(); g.draw() }
	g.name.OnKey = func(name fyne.KeyName) {
		switch name {
		case fyne.KeyEscape:
			g.back()
		case fyne.KeyDown, fyne.KeyReturn, fyne.KeyEnter:
			g.h.Canvas().Focus(g.people.Field)
		}
	}
	g.avatar = look.NewAvatar("", 48)
	g.colours = pick.NewColours("", nil)
	g.colours.Row.OnChanged = func() { g.h.Touch(); g.draw() }
	g.colours.Row.OnEnter = func() { g.h.Canvas().Focus(g.people.Field) }
	g.colours.Row.Hide()
	g.people = pick.New(board)
	g.people.OnChanged = g.h.Touch
	g.people.OnEscape = g.back
	g.trouble = look.NewLabel("", look.Style{Colour: look.ColorDanger, Wrap: true})
	g.trouble.Hide()
	g.create = look.NewButton(look.Primary, i18n.T("group.new.create"), g.make)
	g.draw()
	g.load()
	private := look.NewLabel(i18n.T("group.new.private"), look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true})
	head := look.Column(10, look.Line(12, g.name, g.avatar, g.name), g.colours.Row, private, g.trouble)
	top := look.Column(0, screen.BackBar(i18n.T("group.new"), g.back), look.Pad(head, 14, look.Space, 6, look.Space))
	g.page = screen.Page(top, look.Pad(g.people.Content, 6, look.Space, 0, look.Space), look.BottomBar(g.create))
	return g.page
}

// draw shows the disc that belongs to the name and the colour.
func (g *newGroup) draw() {
	name := strings.TrimSpace(g.name.Text)
	if name == "" {
		name = "?"
	}
	g.colours.SetName(wording.Name(name))
	g.avatar.Set(wording.Name(name), g.colours.Avatar())
}

func (g *newGroup) load() {
	c, ok := g.h.Manager().Client(g.id)
	if !ok {
		return
	}
	screen.Run(g.h, func(context.Context) ([]messaging.Conversation, error) { return c.Conversations() }, func(all []messaging.Conversation, err error) {
		switch {
		case g.left:
		case err != nil:
			g.h.Explain(err)
		default:
			g.people.Show(pick.People(all))
		}
	})
	screen.Run(g.h, func(ctx context.Context) (bool, error) { return c.GroupsPictured(ctx), nil }, func(pictured bool, _ error) {
		if !g.left && pictured {
			g.colours.Row.Show()
			g.page.Refresh()
			g.h.AfterPaint(func() { g.h.Log().Debug("colours drawn") })
		}
	})
}

func (g *newGroup) say(trouble string) {
	g.trouble.SetText(trouble)
	g.trouble.Hidden = trouble == ""
	g.page.Refresh()
}

// make makes the group, and opens its conversation.
func (g *newGroup) make() {
	c, ok := g.h.Manager().Client(g.id)
	name := strings.TrimSpace(g.name.Text)
	switch {
	case !ok:
		return
	case name == "":
		g.say(i18n.T("group.new.noName"))
		g.h.Canvas().Focus(g.name)
		return
	}
	g.h.Touch()
	g.say("")
	g.create.Disable()
	own, _ := g.h.Account(g.id)
	words := i18n.T("group.invitation.words", "Name", own.Name, "Group", name)
	chosen, avatar := g.people.Chosen(), g.colours.Avatar()
	screen.Run(g.h, func(ctx context.Context) (messaging.ConversationID, error) {
		group, err := c.CreateGroup(ctx, name, chosen, words)
		if group != "" && avatar != nil {
			if err := pick.Publish(ctx, c, group, name, avatar); err != nil { // it can be chosen later
				g.h.Log().Warn("no colour for a new group", "error", err)
			}
		}
		return group, err
	}, func(group messaging.ConversationID, err error) {
		if g.left {
			return
		}
		g.create.Enable()
		if err != nil {
			g.say(wording.GroupTrouble(err))
		}
		if group != "" {
			g.h.ShowList(g.id)
			g.h.OpenConversation(g.id, group, name)
		}
	})
}

func (g *newGroup) TypedRune(r rune) { g.h.Canvas().Focus(g.people.Field); g.people.Field.TypedRune(r) }

func (g *newGroup) TypedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		g.back()
	}
}
