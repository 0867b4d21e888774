package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// invitationBlock is an invitation to a group: who invites, what they wrote, and the two answers.
type invitationBlock struct {
	e          *entry
	invitation messaging.Invitation
	title      string
	words      string

	m          *metrics
	titleLines []textlayout.Line
	lines      []textlayout.Line
}

const (
	invitationTile  = 40 // side of the square with the icon
	invitationSpace = 10
	invitationLines = 8 // of the inviter's words
	answersGap      = 20
)

func newInvitation(e *entry, i messaging.Invitation) *invitationBlock {
	b := &invitationBlock{e: e, invitation: i, title: wording.Invitation(e.Message, i), words: wording.Sanitize(i.Text)}
	if b.words != "" && !e.Own {
		b.title = i18n.T("group.invitation.title")
	}
	return b
}

func (b *invitationBlock) measure(m *metrics, width float32) fyne.Size {
	b.m = m
	room := width - invitationTile - invitationSpace
	b.title, b.titleLines = wrapCut(b.title, room, m.boldRuler, 3)
	height := float32(len(b.titleLines)) * m.textLine
	b.lines = nil
	if b.words != "" {
		b.words, b.lines = wrapCut(b.words, room, m.textRuler, invitationLines)
		height += float32(len(b.lines)) * m.textLine
	}
	if b.answers() != "" {
		height += rowGap + m.smallLine
	}
	wide := max(widest(b.titleLines), widest(b.lines), m.smallBoldRuler.Width(b.answers()))
	return fyne.NewSize(invitationTile+invitationSpace+min(room, wide), max(invitationTile, height))
}

// answers is what stands in the last line.
func (b *invitationBlock) answers() string {
	switch {
	case b.invitation.Answer == messaging.Accepted:
		return i18n.T("group.invitation.accepted")
	case b.invitation.Answer == messaging.Declined:
		return i18n.T("group.invitation.declined")
	case b.e.Own:
		return ""
	}
	return i18n.T("group.invitation.accept") + "      " + i18n.T("group.invitation.decline")
}

func (b *invitationBlock) draw(p *painter, x, y float32) {
	m := b.m
	p.shape(rect{x, y, invitationTile, invitationTile}, look.Colour(look.ColorBackground), 8)
	const inside = (invitationTile - 20) / 2
	p.icon(look.IconGroup.In(look.ColorAccent), x+inside, y+inside, 20)
	x += invitationTile + invitationSpace
	for _, line := range b.titleLines {
		p.text(b.title[line.Start:line.End], m.text, fyne.TextStyle{Bold: true}, look.Colour(look.ColorText), x, y+m.textLift)
		y += m.textLine
	}
	for _, line := range b.lines {
		p.text(b.words[line.Start:line.End], m.text, fyne.TextStyle{}, look.Colour(look.ColorText), x, y+m.textLift)
		y += m.textLine
	}
	y += rowGap
	if b.open() {
		x += p.link(i18n.T("group.invitation.accept"), look.SizeSmall, look.ColorAccent, x, y+m.smallLift, func() { p.v.accept(b.e) }) + answersGap
		p.link(i18n.T("group.invitation.decline"), look.SizeSmall, look.ColorSoft, x, y+m.smallLift, func() { p.v.decline(b.e) })
		return
	}
	p.text(b.answers(), m.small, fyne.TextStyle{}, look.Colour(look.ColorSoft), x, y+m.smallLift)
}

// open reports whether the user can still answer.
func (b *invitationBlock) open() bool {
	return !b.e.Own && b.invitation.Answer == messaging.Unanswered
}

func (b *invitationBlock) actions(v *View) []action {
	if !b.open() {
		return nil
	}
	return []action{
		{i18n.T("group.invitation.accept"), func() { v.accept(b.e) }},
		{i18n.T("group.invitation.decline"), func() { v.decline(b.e) }},
	}
}

// accept enters the group of an invitation.
func (v *View) accept(e *entry) {
	v.manage(func() error {
		_, err := v.o.Client.Accept(v.ctx, v.o.ID, e.ID)
		return err
	})
}

// decline refuses the invitation and notifies the inviter.
func (v *View) decline(e *entry) {
	v.manage(func() error { return v.o.Client.Decline(v.ctx, v.o.ID, e.ID) })
}
