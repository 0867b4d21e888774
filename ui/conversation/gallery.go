package conversation

import (
	"errors"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/conversation/timeline"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// gallery lies over the messages and shows the pictures and files of the conversation, the newest first, by month. Those on this computer are
// read in parts while the user scrolls; older ones come from the server when the user asks.
type gallery struct {
	v       *View
	content *fyne.Container
	title   *look.Label
	list    *timeline.Timeline
	note    *look.Label
	files   *fileViews

	messages []messaging.Message // that were read, the newest first
	parts    []messaging.Message // their files, see [messaging.Message.Parts]
	place    map[messaging.MessageID]int
	rows     []galleryRow
	size     fyne.Size // that the rows were made for
	fill     float32   // height of what is empty below few rows
	more     bool      // there are others on this computer
	loading  bool
	again    bool // something has changed while it was being read
	past     bool // older ones may be on the server
	failed   error
}

const (
	galleryPage   = 100 // messages read at once
	galleryFetch  = 4   // parts of the archive that one press fetches
	keptTiles     = 80  // decoded
	decodedTile   = 2 * tileSide
	galleryReadAt = 6 // rows before the end
)

// ShowFiles shows the conversation's pictures and files. They lie over the messages until Escape, or until the user goes to a message.
func (v *View) ShowFiles() {
	if v.closed {
		return
	}
	if v.search != nil {
		v.search.Content.Hide()
	}
	if v.gallery == nil {
		v.gallery = newGallery(v)
		v.body.Add(v.gallery.content)
	}
	v.gallery.content.Show()
	v.arrange()
	v.gallery.reload()
	v.gallery.list.TakeFocusIn(v.canvas())
}

// browsing reports whether the gallery is in view.
func (v *View) browsing() bool { return v.gallery != nil && v.gallery.content.Visible() }

func (v *View) endBrowsing() {
	v.gallery.content.Hide()
	v.Focus()
}

func newGallery(v *View) *gallery {
	g := &gallery{v: v, past: true, place: map[messaging.MessageID]int{}}
	g.files = newFileViews(v, v.files.decoder)
	g.files.side, g.files.kept = decodedTile, keptTiles
	g.files.loaded = func(id messaging.MessageID) bool { _, ok := g.place[id]; return ok }
	g.files.redraw = func(messaging.MessageID) { g.redraw() }
	g.title = look.NewLabel(i18n.T("gallery.title"), look.Style{Bold: true, Cut: true})
	bar := look.Line(8, g.title, g.title, look.IconButton(look.IconCross, i18n.T("viewer.close"), v.endBrowsing))
	g.note = look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter})
	g.list = timeline.New(galleryRows{g})
	g.list.OnTouched = v.o.Touched
	g.list.OnMoved = g.moved
	g.list.OnEnd = func() { g.list.ToRow(max(0, len(g.rows)-1), 0) }
	g.list.OnTyped = func(rune) {}
	g.list.OnShortcut = v.moveOrForward
	g.list.OnKey = func(k *fyne.KeyEvent) {
		if k.Name == fyne.KeyEscape {
			v.endBrowsing()
		}
	}
	top := look.Column(4, look.Pad(bar, 8, look.Space, 4, look.Space), g.note)
	g.content = container.NewStack(look.NewBlock(look.ColorBackground, "", 0), container.NewBorder(top, nil, nil, nil, g.list))
	return g
}

// place lays the gallery out below y.
func (v *View) placeGallery(y float32, size fyne.Size) {
	if v.gallery != nil {
		v.gallery.content.Move(fyne.NewPos(0, y))
		v.gallery.content.Resize(fyne.NewSize(size.Width, size.Height-y))
		v.gallery.arrange()
	}
}

// reload reads as much as is there anew.
func (g *gallery) reload() {
	if g.loading {
		g.again = true
		return
	}
	g.read(messaging.Cursor{}, max(galleryPage, len(g.messages)))
}

// read reads messages before a place; for the zero place they take the place of all.
func (g *gallery) read(before messaging.Cursor, n int) {
	g.loading = true
	v := g.v
	g.files.work.Do(func() {
		list, more, err := v.o.Client.SharedFiles(v.o.ID, before, n)
		v.later(func() {
			g.loading, g.failed = false, err
			if err != nil {
				v.o.Log.Warn("files not read", "error", err)
			} else {
				if before.IsZero() {
					g.messages = nil
				}
				g.messages, g.more = append(g.messages, list...), more
				g.arrangeAnew()
			}
			g.tell()
			if g.again {
				g.again = false
				g.reload()
			}
			v.logDrawn("files drawn")
		})
	})
}

// moved reads on when the end comes near.
func (g *gallery) moved() {
	if _, last := g.list.InView(); g.more && !g.loading && g.failed == nil && last >= len(g.rows)-galleryReadAt {
		g.read(g.messages[len(g.messages)-1].Cursor, galleryPage)
	}
}

// fetch brings older messages from the server, and looks for files in them.
func (g *gallery) fetch() {
	if g.loading {
		return
	}
	g.loading = true
	g.tell()
	v := g.v
	g.files.work.Do(func() {
		more, err := v.fetchPast()
		v.later(func() {
			g.loading = false
			if err != nil {
				v.o.Log.Info("no older files", "error", err)
				g.failed = err
				g.tell()
				return
			}
			g.past = more
			g.reload()
		})
	})
}

// fetchPast brings a few parts of the archive.
func (v *View) fetchPast() (more bool, err error) {
	more = true
	for i := 0; i < galleryFetch && more && err == nil; i++ {
		more, err = v.o.Client.FetchPast(v.ctx, v.o.ID)
	}
	return more, err
}

// whyNoFiles says why files of a conversation were not found.
func whyNoFiles(err error) string {
	if errors.Is(err, messaging.ErrOffline) {
		return wording.NotDone(err)
	}
	return i18n.T("gallery.failed")
}

// tell says what is not there, or why.
func (g *gallery) tell() {
	words := ""
	switch {
	case g.failed != nil:
		words = whyNoFiles(g.failed)
	case g.loading:
	case len(g.parts) == 0:
		words = i18n.T("gallery.none")
	}
	g.note.SetText(words)
	g.note.Hidden = words == ""
	g.content.Refresh()
	g.arrange() // the note has come or gone
	g.redraw()
}

// concerns follows an event.
func (g *gallery) concerns(e messaging.Event) {
	switch e := e.(type) {
	case messaging.FileChanged:
		g.files.changed(e)
	case messaging.MessageAdded:
		if e.Message.Parts() != nil {
			g.reload()
		}
	case messaging.MessageChanged:
		g.files.forget(e.Message)
		if _, here := g.place[e.Message.ID]; here || e.Message.Parts() != nil {
			g.reload()
		}
	case messaging.MessageRemoved:
		if _, here := g.place[e.ID]; here {
			g.reload()
		}
	}
}

// press does the default action of a file: it shows a picture, opens another file, or fetches what is not here.
func (g *gallery) press(s *sharedFile) {
	v := g.v
	words, _, do := s.say(v, true)
	switch here := s.f.state.Stage == messaging.FileHere; {
	case (here || !s.f.looked) && isPicture(s.message) && !s.f.broken: // the viewer looks for itself where it is
		v.openViewer(s.message)
	case here && v.o.SaveFiles && v.o.OpenFile != nil:
		v.openFile(s.message)
	case do != nil && words == "" || s.f.state.Stage == messaging.FileFailed:
		do()
	default:
		v.goToMessage(s.message)
	}
}

// goToMessage leaves what lies over the messages and goes to the one that holds a file.
func (v *View) goToMessage(m messaging.Message) {
	if v.browsing() {
		v.endBrowsing()
	}
	v.Show(m.Cursor)
}

// sharedFile is what is known of a file of the gallery.
func (g *gallery) sharedFile(m messaging.Message) *sharedFile {
	f, _ := m.Content.(messaging.File)
	return &sharedFile{e: &entry{Message: m}, message: m, file: f, f: g.files.of(m)}
}

// authorOf is who has sent a file.
func authorOf(m messaging.Message) string {
	if m.Own {
		return i18n.T("search.me")
	}
	return wording.Name(m.Author)
}
