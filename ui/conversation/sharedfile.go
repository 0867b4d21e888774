package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/wording"
)

// sharedFile is a file that somebody shared, as a block shows it.
type sharedFile struct {
	e       *entry
	message messaging.Message // with this file alone, see [messaging.Message.Parts]
	file    messaging.File
	f       *fileView
}

// newShared is the block of a file.
func newShared(e *entry, m messaging.Message, f *fileView) block {
	s := sharedFile{e: e, message: m, f: f}
	s.file, _ = m.Content.(messaging.File)
	if wording.IsPicture(s.file) && s.file.Width > 0 && s.file.Height > 0 && !f.broken {
		return &pictureBlock{sharedFile: s}
	}
	return newFile(s)
}

// say describes the state of a file that is not shown, and what the user can do about it. asPicture leaves out what a picture's tile
// says elsewhere.
func (s *sharedFile) say(v *View, asPicture bool) (words, link string, do func()) {
	fetch := func() { v.fetchFile(s.message) }
	if words, cancel := s.progress(); words != "" {
		return words, i18n.T("confirm.cancel"), func() { cancel(v) }
	}
	switch s.f.state.Stage {
	case messaging.FileFailed:
		return wording.FileFailure(s.f.state.Failure), i18n.T("trouble.retry"), fetch
	case messaging.FileForeign:
		return i18n.T("file.foreign"), "", nil
	case messaging.FileAbsent:
		if !s.f.looked || s.e.Own && s.e.State == messaging.Failed {
			return "", "", nil
		}
		if asPicture {
			return "", i18n.T("picture.fetch"), fetch
		}
		return "", i18n.T("file.fetch"), fetch
	}
	return "", "", nil
}

// progress is how far a transfer is, and what ends it; "" where there is none.
func (s *sharedFile) progress() (words string, cancel func(*View)) {
	state := s.f.state
	if state.Stage != messaging.FileMoving {
		return "", nil
	}
	percent := s.percent()
	if s.e.Own && (s.e.State == messaging.Queued || s.e.State == messaging.Failed) {
		return i18n.T("file.sending", "Percent", percent), func(v *View) { v.discard(s.e.ID) }
	}
	return i18n.T("file.fetching", "Percent", percent), func(v *View) { v.o.Client.CancelFile(s.message.ID) }
}

// percent is how far a transfer is.
func (s *sharedFile) percent() int64 {
	if state := s.f.state; state.Total > 0 {
		return min(100, state.Done*100/state.Total)
	}
	return 0
}

func (v *View) fetchFile(m messaging.Message) {
	v.work.Go(func() { v.o.Client.FetchFile(m, messaging.Asked) })
}

// actions are what the user can do with the file, for the message's menu. Where there are several they name it.
func (s *sharedFile) actions(v *View) (list []action) {
	add := func(key string, do func()) {
		name := i18n.T(key)
		if len(s.e.files) > 1 {
			name = wording.Join(" – ", name, wording.FileNameOf(s.file).String())
		}
		list = append(list, action{name, do})
	}
	here := s.f.state.Stage == messaging.FileHere
	if here && s.f.picture != nil {
		add("picture.open", func() { v.openViewer(s.message) })
	}
	if here && v.o.SaveFiles {
		if v.o.OpenFile != nil {
			add("file.open", func() { v.openFile(s.message) })
		}
		add("file.save", func() { v.saveFile(s.message) })
	}
	if !here && s.f.state.Stage != messaging.FileMoving && s.f.state.Stage != messaging.FileForeign {
		add("file.fetch", func() { v.fetchFile(s.message) })
	}
	return list
}
