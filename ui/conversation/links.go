package conversation

import (
	"net/url"
	"slices"

	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

const (
	linksInMenu = 5  // links of a message that a menu names at once
	linkNamed   = 40 // characters of a link's name there
)

// linksBetween are the links of a text that stand between two places, at least in part.
func (e *entry) linksBetween(from, to int) []wording.Link {
	i, _ := slices.BinarySearchFunc(e.links, from, func(l wording.Link, at int) int {
		if l.End <= at {
			return -1
		}
		return 1
	})
	j := i
	for j < len(e.links) && e.links[j].Start < to {
		j++
	}
	return e.links[i:j]
}

// linkActions open the links from a number on: some, then others in a menu of their own.
func (v *View) linkActions(e *entry, from int) (list []action) {
	to := min(from+linksInMenu, len(e.links))
	if len(e.links) == to+1 {
		to++ // no menu for one
	}
	for _, l := range e.links[from:to] {
		list = append(list, action{i18n.T("conversation.link.open", "Address", linkName(e, l)), func() { v.openLink(e, l) }})
	}
	if to < len(e.links) {
		list = append(list, action{i18n.T("conversation.link.others"), func() { v.showActions(v.linkActions(e, to), v.menuAt) }})
	}
	return list
}

// linkName is a link as it stands in the text, cut where it is long.
func linkName(e *entry, l wording.Link) string {
	runes := []rune(e.text[l.Start:l.End])
	if len(runes) > linkNamed {
		return string(runes[:linkNamed-1]) + "…"
	}
	return string(runes)
}

// drawLine draws a line of a text, with its links in a colour of their own and underlined.
func (b *textBlock) drawLine(p *painter, line textlayout.Line, x, y float32) {
	m := b.m
	words, rightToLeft := b.words(line)
	visual, links := textlayout.Visual(words, rightToLeft), b.e.linksBetween(line.Start, line.End)
	put := func(text string, colour fyne.ThemeColorName, x float32) {
		if text != "" {
			p.ordered(text, m.text, fyne.TextStyle{}, look.Colour(colour), x, y+m.textLift)
		}
	}
	if visual != words || len(links) == 0 { // in one piece: parts could only be drawn in the order of reading
		put(visual, look.ColorText, x)
	}
	done := 0
	for _, l := range links {
		from, to := max(l.Start, line.Start)-line.Start, min(l.End, line.End)-line.Start
		spans := textlayout.Spans(words, rightToLeft, from, to, m.textRuler)
		if visual == words {
			put(words[done:from], look.ColorText, x+m.textRuler.Width(words[:done]))
			put(words[from:to], look.ColorAccent, x+spans[0].X)
			done = to
		}
		for _, s := range spans {
			p.shape(rect{x + s.X, y + m.textLine - 3, s.Width, 1}, look.Colour(look.ColorAccent), 0)
		}
	}
	if visual == words && len(links) > 0 {
		put(words[done:], look.ColorText, x+m.textRuler.Width(words[:done]))
	}
}

// linkAt is the link at a point of the row, nil where there is none.
func (r *messageView) linkAt(at fyne.Position) *wording.Link {
	if r.l == nil || !r.onText(at) {
		return nil
	}
	text, place := r.l.text()
	row := int((at.Y - place.y) / text.m.textLine)
	if at.Y < place.y || row >= len(text.lines) {
		return nil
	}
	line := text.lines[row]
	words, rightToLeft := text.words(line)
	x := at.X - place.x - text.indent(line)
	for i := range r.row.e.links {
		l := &r.row.e.links[i]
		from, to := max(l.Start, line.Start)-line.Start, min(l.End, line.End)-line.Start
		if from >= to {
			continue
		}
		for _, s := range textlayout.Spans(words, rightToLeft, from, to, text.m.textRuler) {
			if x >= s.X && x < s.X+s.Width {
				return l
			}
		}
	}
	return nil
}

// openLink opens a link in the program that the desktop has for it. Where the text may suggest another place, the user is told first where it
// leads. Nothing is ever fetched by this program.
func (v *View) openLink(e *entry, l wording.Link) {
	u, err := url.Parse(l.Target)
	if err != nil {
		return
	}
	open := func() {
		v.status.setTrouble("")
		v.work.Go(func() {
			if err := v.o.open(u); err != nil {
				v.o.Log.Warn("link not opened", "scheme", u.Scheme)
				v.later(func() { v.status.setTrouble(i18n.T("conversation.link.failed")) })
			}
		})
	}
	c := v.canvas()
	if l.Clear || c == nil {
		open()
		return
	}
	look.Ask(c, look.Question{
		Title: i18n.T("conversation.link.ask"), Text: i18n.T("conversation.link.leads", "Host", l.Host), Advice: i18n.T("conversation.link.advice"),
		Yes: i18n.T("conversation.link.yes"), Danger: true, Do: open,
	})
}
