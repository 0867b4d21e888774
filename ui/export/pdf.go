package export

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font/sfnt"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/wording"
)

// Of a page, in millimetres, and the sizes of its letters, in points.
const (
	pageMargin = 18
	lineHeight = 5
	indent     = 6

	sizeTitle = 15
	sizeText  = 10
	sizeSmall = 8

	pictureWidth, pictureHeight = 80, 60 // at most
)

// page is the document that is written, and what its font can show.
type page struct {
	*fpdf.Fpdf
	font    *sfnt.Font
	buffer  sfnt.Buffer
	known   map[rune]bool
	emoji   *strings.Replacer
	missing bool // something could not be shown

	pictures int
}

// missingSign stands for a character that the font does not have.
const missingSign = '□'

// WritePDF writes a transcript as PDF, with the font of the program in it. An emoji that people pick is named; another character that the
// font lacks, such as a letter of another script, is shown as a box, and the last line says so.
func (t Transcript) WritePDF(w io.Writer) error {
	font, err := sfnt.Parse(theme.DefaultTextFont().Content())
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	p := page{Fpdf: fpdf.New("P", "mm", "A4", ""), font: font, known: map[rune]bool{}, emoji: emojiNames()}
	p.AddUTF8FontFromBytes("text", "", theme.DefaultTextFont().Content())
	p.AddUTF8FontFromBytes("text", "B", theme.DefaultTextBoldFont().Content())
	p.SetTitle(t.title(), true)
	p.SetCreator("Discussions", true)
	p.SetCreationDate(t.Time)
	p.SetModificationDate(t.Time)
	p.SetMargins(pageMargin, pageMargin, pageMargin)
	p.SetAutoPageBreak(true, pageMargin)
	p.AliasNbPages("{pages}")
	p.SetFooterFunc(func() {
		p.SetY(-12)
		p.SetFont("text", "", sizeSmall)
		number := fmt.Sprintf(" – %d / {pages}", p.PageNo())
		width, _ := p.GetPageSize()
		p.write("", sizeSmall, grey, 0, p.cut(t.title(), width-2*pageMargin-p.GetStringWidth(number)-4)+number, "R")
	})
	p.AddPage()
	p.write("B", sizeTitle, black, 0, t.title(), "L")
	for _, line := range t.subtitle() {
		p.write("", sizeSmall, grey, 0, line, "L")
	}
	for part := range t.paragraphs {
		p.Ln(2)
		if part.day != "" {
			p.Ln(2)
			p.write("B", sizeText, black, 0, part.day, "C")
			continue
		}
		head := part.head
		if part.note != "" {
			head += "  (" + part.note + ")"
		}
		p.write("B", sizeSmall, grey, 0, head, "L")
		p.write("", sizeText, black, indent, part.body, "L")
		for _, m := range part.files {
			p.picture(t, m)
		}
	}
	if p.missing {
		p.Ln(4)
		p.write("", sizeSmall, grey, 0, i18n.T("export.missing", "Sign", string(missingSign)), "L")
	}
	if err := p.Output(w); err != nil {
		return fmt.Errorf("export: write the PDF: %w", err)
	}
	return nil
}

// picture puts a small picture under what its message says.
func (p *page) picture(t Transcript, m messaging.Message) {
	f, _ := m.Content.(messaging.File)
	if t.Picture == nil || !wording.IsPicture(f) || p.pictures >= mostPictures {
		return
	}
	data := t.Picture(m)
	if data == nil {
		return
	}
	p.pictures++
	name, options := fmt.Sprint(p.pictures), fpdf.ImageOptions{ImageType: "JPG"}
	info := p.RegisterImageOptionsReader(name, options, bytes.NewReader(data))
	if info == nil || info.Width() <= 0 || info.Height() <= 0 {
		return
	}
	scale := min(pictureWidth/info.Width(), pictureHeight/info.Height())
	p.Ln(1)
	p.ImageOptions(name, pageMargin+indent, p.GetY(), info.Width()*scale, info.Height()*scale, true, options, 0, "")
}

const (
	black = 0x14
	grey  = 0x5a
)

func (p *page) write(style string, size float64, shade int, left float64, text, align string) {
	p.SetFont("text", style, size)
	p.SetTextColor(shade, shade, shade)
	p.SetX(pageMargin + left)
	p.MultiCell(0, lineHeight*max(1, size/sizeText), p.shown(text), "", align, false)
}

// cut is a text that is cut where it is wider than that.
func (p *page) cut(text string, width float64) string {
	done := p.GetStringWidth("…")
	for i, r := range text {
		if done += p.GetStringWidth(p.shown(string(r))); done > width {
			return text[:i] + "…"
		}
	}
	return text
}

// shown is a text of characters that the font has.
func (p *page) shown(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\u202f': // a narrow space that does not break: the font may lack it
			return '\u00a0'
		case r == '\u200d' || r >= '\ufe00' && r <= '\ufe0f': // parts of an emoji that is a box already
			return -1
		case p.has(r):
			return r
		}
		p.missing = true
		return missingSign
	}, p.emoji.Replace(strings.Map(withoutSkinTone, text)))
}

// has reports whether the font can show a character. The writer of PDF takes those of the first plane only.
func (p *page) has(r rune) bool {
	has, known := p.known[r]
	if !known {
		glyph, err := p.font.GlyphIndex(&p.buffer, r)
		has = err == nil && glyph != 0 && r <= 0xffff
		p.known[r] = has
	}
	return has
}
