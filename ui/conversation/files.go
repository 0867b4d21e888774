package conversation

import (
	"encoding/base64"
	"image"
	"io"
	"slices"

	"discussions/internal/dispatch"
	"discussions/internal/picture"
	"discussions/messaging"
	"discussions/ui/wording"
)

const (
	shownSide    = 320 // of a picture in the timeline, at most
	decodedSide  = 2 * shownSide
	keptPictures = 24
	keptViews    = 2 * keepMax
	mostDecoded  = picture.MaxBytes
)

// fileViews is what a view knows of the files of its messages, by the IDs of [messaging.Message.Parts]. It belongs to Fyne's goroutine.
type fileViews struct {
	v       *View
	decoder *picture.Decoder
	side    int                            // of a decoded picture, at most
	kept    int                            // decoded pictures, of those that were in view last
	loaded  func(messaging.MessageID) bool // whether the file's message is loaded; the state of others may be dropped
	redraw  func(messaging.MessageID)
	byID    map[messaging.MessageID]*fileView
	recent  []messaging.MessageID // with a decoded picture, the oldest first
	work    dispatch.Tasks        // looks at the disk and decodes, apart from what the user does
}

// fileView is one file.
type fileView struct {
	state   messaging.FileState
	looked  bool // the state is known
	preview image.Image
	picture image.Image // nil: not decoded
	loading bool
	broken  bool // it cannot be decoded: it is shown as a file
}

func newFileViews(v *View, decoder *picture.Decoder) *fileViews {
	if decoder == nil {
		decoder = picture.NewDecoder()
	}
	return &fileViews{
		v: v, decoder: decoder, side: decodedSide, kept: keptPictures, byID: map[messaging.MessageID]*fileView{},
		loaded: func(id messaging.MessageID) bool { return v.thread.byID[id.Whole()] != nil },
		redraw: func(id messaging.MessageID) {
			if e := v.thread.byID[id.Whole()]; e != nil {
				v.redraw(e)
			}
		},
	}
}

// of is what is known of a file that is drawn. The rest is found out, and its message drawn again.
func (fs *fileViews) of(m messaging.Message) *fileView {
	f := fs.byID[m.ID]
	if f == nil {
		f = &fileView{}
		fs.byID[m.ID] = f
		fs.trim()
	}
	if !f.looked && !f.loading || f.state.Stage == messaging.FileHere && f.picture == nil && !f.broken && isPicture(m) {
		fs.load(m, f)
	}
	return f
}

// trim drops the state of messages that are no longer loaded.
func (fs *fileViews) trim() {
	if len(fs.byID) <= keptViews {
		return
	}
	for id, f := range fs.byID {
		if !f.loading && !fs.loaded(id) {
			delete(fs.byID, id)
		}
	}
}

// file is what is known of a file.
func (v *View) file(m messaging.Message) *fileView {
	if v == nil { // a row that nobody shows
		return &fileView{}
	}
	return v.files.of(m)
}

// load looks where a file is, has a picture fetched, and decodes one that is here.
func (fs *fileViews) load(m messaging.Message, f *fileView) {
	content, ok := m.Content.(messaging.File)
	if f.loading || !ok {
		return
	}
	f.loading = true
	looked, before := f.looked, f.state
	fs.work.Do(func() {
		client, ctx := fs.v.o.Client, fs.v.ctx
		state := client.FileState(m)
		var preview, whole image.Image
		broken := false
		if wording.IsPicture(content) {
			if state.Stage != messaging.FileHere && !looked {
				preview = fs.preview(content)
			}
			if state.Stage == messaging.FileHere {
				if decoded := fs.decode(m, fs.side); decoded != nil {
					whole = decoded
				}
				broken = whole == nil && ctx.Err() == nil
			}
		}
		if state.Stage == messaging.FileAbsent && (!looked || before.Stage == messaging.FileHere) { // it may have been evicted to keep the budget
			client.FetchFile(m, messaging.Unasked)
		}
		fs.v.later(func() {
			f.loading, f.looked = false, true
			if f.state == before { // otherwise an event came first, with a newer state
				f.state = state
			}
			f.broken = broken
			if preview != nil {
				f.preview = preview
			}
			if whole != nil {
				fs.keep(m.ID, f, whole)
				fs.v.logDrawn("picture drawn")
			}
			fs.redraw(m.ID)
		})
	})
}

// keep keeps a decoded picture, and evicts the one that was decoded longest ago.
func (fs *fileViews) keep(id messaging.MessageID, f *fileView, whole image.Image) {
	f.picture = whole
	fs.recent = append(slices.DeleteFunc(fs.recent, func(other messaging.MessageID) bool { return other == id }), id)
	if len(fs.recent) > fs.kept {
		if oldest := fs.byID[fs.recent[0]]; oldest != nil {
			oldest.picture = nil
		}
		fs.recent = fs.recent[1:]
	}
}

// preview decodes the tiny picture that came with a message; nil where there is none.
func (fs *fileViews) preview(f messaging.File) image.Image {
	data, err := base64.StdEncoding.DecodeString(f.Preview)
	if err != nil || len(data) == 0 {
		return nil
	}
	if info, err := picture.Inspect(data); err != nil || info.Width > 128 || info.Height > 128 {
		return nil
	}
	m, err := fs.decoder.Decode(fs.v.ctx, data, 128)
	if err != nil {
		return nil
	}
	return m
}

// decode decodes the picture of a message that is on this computer; nil where it cannot be.
func (fs *fileViews) decode(m messaging.Message, side int) *image.RGBA {
	r, err := fs.v.o.Client.OpenFile(m)
	if err != nil {
		return nil
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, mostDecoded))
	if err != nil {
		return nil
	}
	defer clear(data)
	whole, err := fs.decoder.Decode(fs.v.ctx, data, side)
	if err != nil {
		fs.v.o.Log.Warn("picture not shown", "error", err)
		return nil
	}
	return whole
}

// changed follows an event.
func (fs *fileViews) changed(e messaging.FileChanged) {
	f := fs.byID[e.ID]
	if f == nil {
		return // it is looked at when it is drawn
	}
	if f.state.Stage == messaging.FileFailed && e.State.Stage == messaging.FileAbsent { // it may be fetched now
		f.looked = false
	}
	f.state = e.State
	fs.redraw(e.ID)
}

// forget drops the state of a message whose content is gone.
func (fs *fileViews) forget(m messaging.Message) {
	if _, ok := m.Content.(messaging.File); ok {
		return
	}
	for id, f := range fs.byID {
		if id.Whole() == m.ID {
			f.picture, f.preview, f.broken = nil, nil, true
		}
	}
}

func isPicture(m messaging.Message) bool {
	f, ok := m.Content.(messaging.File)
	return ok && wording.IsPicture(f)
}
