package list

import (
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// row is one conversation in the list.
type row struct {
	look.Row
	onMenu func(at fyne.Position) // of the window
	shown  shown

	avatar    *look.Avatar
	dot       *look.Dot
	title     *look.Label
	favourite *canvas.Image
	muted     *canvas.Image
	time      *look.Label
	tick      *canvas.Image
	line      *look.Label
	mention   *look.Label // an unread message names the user
	badge     *look.Badge
}

var _ fyne.SecondaryTappable = (*row)(nil)

func newRow() *row {
	r := &row{
		avatar:    look.NewAvatar("", 40),
		dot:       look.NewDot(),
		title:     look.NewLabel("", look.Style{Bold: true, Cut: true}),
		favourite: look.Picture(look.IconStar.In(look.ColorAccent), 14),
		muted:     look.Picture(look.IconMuted, 14),
		time:      look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft}),
		tick:      look.Picture(look.IconSent, 16),
		line:      look.NewLabel("", look.Style{Size: look.SizeLine, Colour: look.ColorSoft, Cut: true}),
		badge:     look.NewBadge(0),
		mention:   look.NewLabel("@", look.Style{Bold: true, Colour: look.ColorAccent}),
	}
	r.favourite.Hidden, r.muted.Hidden, r.tick.Hidden, r.mention.Hidden = true, true, true, true // as the zero value of shown
	texts := look.Column(0, look.Line(6, r.title, r.title, r.favourite, r.muted, r.time), look.Line(4, r.line, r.tick, r.line, look.Blank(0, 24), r.mention, r.badge))
	// 60 pixels high; the list adds 4 between rows.
	r.Extend(r, look.Pad(look.Line(12, texts, look.WithDot(r.avatar, r.dot), texts), 6, look.Space, 6, look.Space), 0, 60)
	return r
}

// TappedSecondary implements [fyne.SecondaryTappable].
func (r *row) TappedSecondary(e *fyne.PointEvent) {
	if r.onMenu != nil {
		r.onMenu(e.AbsolutePosition)
	}
}

// shown is all that a row shows, to draw only what has changed.
type shown struct {
	name, line, time                  string
	avatar                            *messaging.Avatar
	style                             look.Style // of line
	tick                              look.Icon
	ticked                            bool
	dot                               fyne.ThemeColorName
	hollow                            bool // the dot
	unread                            int
	favourite, quiet, mention, chosen bool
}

func showing(c messaging.Conversation, now time.Time, chosen bool) shown {
	s := shown{name: wording.Name(c.Name), avatar: c.Avatar, unread: c.Unread, favourite: c.Favourite, quiet: c.Muted(now), mention: c.Mentioned, chosen: chosen}
	s.line, s.style = lastLine(c)
	if c.Last != nil {
		s.time = wording.When(c.Last.Time, now)
	}
	s.tick, s.ticked = tickOf(c)
	s.dot, s.hollow = wording.PresenceDot(c.Presence)
	if c.Unread == 0 && c.MarkedUnread {
		s.unread = look.Unnumbered
	}
	return s
}

// set shows a conversation; chosen is the one that Enter opens.
func (r *row) set(c messaging.Conversation, now time.Time, chosen bool) {
	was, is := r.shown, showing(c, now, chosen)
	if was == is {
		return
	}
	r.shown = is
	r.avatar.Set(is.name, is.avatar)
	if was.name != is.name {
		r.title.SetText(is.name)
	}
	r.line.Set(is.line, is.style)
	r.time.SetText(is.time)
	if was.tick != is.tick || was.ticked != is.ticked {
		r.tick.Hidden = !is.ticked
		if is.ticked {
			r.tick.Resource = is.tick
			r.tick.Refresh()
		}
	}
	if was.dot != is.dot || was.hollow != is.hollow {
		r.dot.Set(is.dot, is.hollow)
	}
	r.favourite.Hidden, r.muted.Hidden = !is.favourite, !is.quiet
	r.badge.Quiet(is.quiet)
	if was.unread != is.unread {
		r.badge.Set(is.unread)
	}
	if was.mention != is.mention {
		r.mention.Hidden = !is.mention
		r.mention.Refresh()
	}
	r.Choose(is.chosen)
	r.Arrange()
}

// lastLine is the text and the style of a row's second line.
func lastLine(c messaging.Conversation) (string, look.Style) {
	style := look.Style{Size: look.SizeLine, Colour: look.ColorSoft, Cut: true}
	switch {
	case len(c.Typing) > 0:
		style.Colour, style.Italic = look.ColorAccent, true
		return wording.TypingIn(c), style
	case c.Draft && c.Unread == 0:
		style.Italic = true
		return i18n.T("list.draft"), style
	case c.Last == nil:
		if c.Group && c.Detail == "" && c.Members > 0 {
			return i18n.N("conversation.members", c.Members), style
		}
		return wording.Name(c.Detail), style
	}
	body := wording.Preview(*c.Last)
	_, notice := c.Last.Content.(messaging.Notice)
	switch {
	case notice: // it names a person itself
	case c.Last.State == messaging.Failed:
		style.Colour = look.ColorDanger
		return i18n.T("list.failed", "Text", body), style
	case c.Last.Own:
		body = i18n.T("list.you", "Text", body)
	case c.Group:
		body = i18n.T("list.said", "Name", wording.Name(c.Last.Author), "Text", body)
	}
	if c.Unread > 0 {
		style.Colour, style.Bold = look.ColorText, true
	}
	return body, style
}

// tickOf is the icon for the state of an own last message.
func tickOf(c messaging.Conversation) (look.Icon, bool) {
	if c.Last == nil || !c.Last.Own || len(c.Typing) > 0 || c.Draft && c.Unread == 0 {
		return look.Icon{}, false
	}
	return wording.StateIcon(c.Last.State)
}
