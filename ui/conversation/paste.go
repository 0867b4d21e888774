package conversation

import (
	"context"
	"errors"
	"strings"
	"time"

	"discussions/internal/clipboard"
	"discussions/internal/i18n"
	"discussions/ui/wording"
)

const (
	mostPasted  = 64 << 20         // bytes of a picture in the clipboard
	pasteWithin = 10 * time.Second // that the program that holds it has to give it
)

// paste looks for what is in the clipboard besides text: it goes into the tray. text is what is pasted where there is nothing else.
func (v *View) paste(text string) {
	v.status.setTrouble("")
	v.files.work.Do(func() {
		ctx, cancel := context.WithTimeout(v.ctx, pasteWithin)
		c, err := v.o.Paste(ctx, mostPasted)
		cancel()
		if err != nil {
			v.later(func() { v.notPasted(text, err) })
			return
		}
		from := make([]source, 0, len(c.Files)+1)
		for _, path := range c.Files {
			from = append(from, source{path: path})
		}
		if c.Picture != nil {
			from = append(from, source{name: i18n.T("attach.pasted"), data: c.Picture})
		}
		for _, s := range from {
			a, err := v.look(v.ctx, s)
			v.later(func() { v.attached(a, s.label(), err) })
		}
	})
}

// notPasted pastes the text after all, or says why there is nothing to paste.
func (v *View) notPasted(text string, err error) {
	switch {
	case text != "":
		v.composer.input.pasteText(text)
	case errors.Is(err, clipboard.ErrTooLarge):
		v.status.setTrouble(i18n.T("attach.pasteLarge", "Limit", wording.FileSize(mostPasted)))
	case errors.Is(err, clipboard.ErrEmpty), errors.Is(err, context.Canceled):
	default:
		v.notRead(err)
	}
}

func (v *View) notRead(err error) {
	v.o.Log.Info("clipboard not read", "error", err)
	v.status.setTrouble(i18n.T("attach.pasteFailed"))
}

// mayBeFiles reports whether a text is what file managers put into the clipboard beside files: their paths or addresses, one a line.
func mayBeFiles(text string) bool {
	if text == "" || len(text) > 1<<16 {
		return false
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		drive := len(line) > 3 && line[1] == ':' && line[2] == '\\'
		if !strings.HasPrefix(line, "/") && !strings.HasPrefix(line, "file://") && !drive && line != "copy" && line != "cut" && line != "x-special/nautilus-clipboard" {
			return false
		}
	}
	return true
}
