package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// galleryItem is something in the gallery that is pressed. Keys that are not its own move the gallery.
type galleryItem struct {
	look.Pressable
	g *gallery
}

// TypedKey implements [fyne.Focusable].
func (i *galleryItem) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		i.Pressable.TypedKey(k)
	default:
		i.g.list.TypedKey(k)
	}
}

// TypedRune implements [fyne.Focusable].
func (i *galleryItem) TypedRune(rune) {}

// tile is a picture.
type tile struct {
	galleryItem
	ground *look.Block
	image  *canvas.Image
	icon   fyne.CanvasObject
	words  *look.Label // what is to be said where there is no picture
	note   *fyne.Container
}

func newTile(g *gallery) *tile {
	t := &tile{
		ground: look.NewBlock(look.ColorOther, "", 8), image: &canvas.Image{FillMode: canvas.ImageFillCover, CornerRadius: 8},
		icon:  container.NewCenter(look.Picture(look.IconPicture.In(look.ColorSoft), 28)),
		words: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true, Align: fyne.TextAlignCenter}),
	}
	t.g = g
	t.Radius = 8
	t.note = container.NewBorder(nil, look.Pad(container.NewStack(look.NewBlock(look.ColorSurface, "", 8), look.Pad(t.words, 2, 6, 2, 6)), 0, 6, 6, 6), nil, nil)
	t.Content = container.NewStack(t.ground, t.icon, t.image, t.note)
	t.ExtendBaseWidget(t)
	return t
}

func (t *tile) show(m messaging.Message) {
	s := t.g.sharedFile(m)
	t.Label = wording.Join(" — ", i18n.T("picture.open"), authorOf(m), wording.Time(m.Time), wording.Line(s.file.Description))
	t.OnTapped = func() { t.g.press(s) }
	t.image.Image = s.f.picture
	if s.f.picture == nil {
		t.image.Image = s.f.preview
	}
	t.image.Hidden = t.image.Image == nil
	t.icon.(*fyne.Container).Hidden = !t.image.Hidden
	note := ""
	if s.f.picture == nil {
		words, link, _ := s.say(t.g.v, true)
		t.Label = wording.Join(" — ", t.Label, words, link)
		note = s.note(link)
	}
	t.words.SetText(note)
	t.note.Hidden = note == ""
	t.Content.Refresh()
	t.Refresh()
}

// note is the short text that fits into a tile: the progress, or what a press does; link is that in full.
func (s *sharedFile) note(link string) string {
	switch s.f.state.Stage {
	case messaging.FileMoving:
		return i18n.T("number.percent", "Percent", s.percent())
	case messaging.FileForeign:
		return i18n.T("gallery.foreign")
	case messaging.FileAbsent:
		if link != "" {
			return i18n.T("gallery.show")
		}
	}
	return link
}

// tiles is a row of pictures.
type tiles struct {
	widget.BaseWidget
	g    *gallery
	all  []*tile
	used int
}

func newTiles(g *gallery) *tiles {
	t := &tiles{g: g}
	t.ExtendBaseWidget(t)
	return t
}

func (t *tiles) show(list []messaging.Message) {
	for len(t.all) < len(list) {
		t.all = append(t.all, newTile(t.g))
	}
	t.used = len(list)
	side := t.g.tile(t.Size().Width)
	for i, tile := range t.all {
		tile.Hidden = i >= t.used
		if i < t.used {
			tile.Move(fyne.NewPos(margin+float32(i)*(side+tileGap), 0))
			tile.Resize(fyne.NewSquareSize(side))
			tile.show(list[i])
		}
	}
	t.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (t *tiles) CreateRenderer() fyne.WidgetRenderer { return tilesRenderer{t} }

type tilesRenderer struct{ t *tiles }

func (r tilesRenderer) Objects() (list []fyne.CanvasObject) {
	for _, tile := range r.t.all {
		list = append(list, tile)
	}
	return list
}

func (r tilesRenderer) MinSize() fyne.Size { return fyne.Size{} }
func (r tilesRenderer) Layout(fyne.Size)   {}
func (r tilesRenderer) Refresh()           { canvas.Refresh(r.t) }
func (r tilesRenderer) Destroy()           {}

// galleryFileRow is a file that is no picture.
type galleryFileRow struct {
	widget.BaseWidget
	g      *gallery
	item   *galleryItem
	name   *look.Label
	detail *look.Label
	action *look.Label // what a press does
	save   *look.Pressable
	goTo   *look.Pressable
	body   fyne.CanvasObject
}

func newGalleryFile(g *gallery) *galleryFileRow {
	r := &galleryFileRow{
		g: g, item: &galleryItem{g: g},
		name:   look.NewLabel("", look.Style{Size: look.SizeLine, Bold: true, Cut: true}),
		detail: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}),
		action: look.NewLabel("", look.Style{Size: look.SizeSmall, Bold: true, Colour: look.ColorAccent}),
		save:   look.IconButton(look.IconExport, i18n.T("file.save"), nil),
		goTo:   look.IconButton(look.IconBubble, i18n.T("gallery.goTo"), nil),
	}
	icon := container.NewGridWrap(fyne.NewSquareSize(fileTile), container.NewStack(look.NewBlock(look.ColorOther, "", 8), container.NewCenter(look.Picture(look.IconFile.In(look.ColorAccent), 20))))
	words := look.Middle(look.Column(0, r.name, r.detail))
	r.item.Content = look.Pad(look.Line(fileSpace, words, look.Middle(icon), words, look.Middle(r.action)), 4, 8, 4, 8)
	r.item.ExtendBaseWidget(r.item)
	r.body = look.Pad(look.Line(2, r.item, r.item, look.Middle(r.save), look.Middle(r.goTo)), 2, margin-8, 2, margin-8)
	r.ExtendBaseWidget(r)
	return r
}

func (r *galleryFileRow) show(m messaging.Message) {
	v := r.g.v
	s := r.g.sharedFile(m)
	name := wording.FileNameOf(s.file).String()
	words, link, _ := s.say(v, false)
	if words == "" {
		words = wording.Join(" · ", wording.FileDetail(s.file, false), authorOf(m), i18n.Date(i18n.ShortDay, m.Time.Local()))
	}
	here := s.f.state.Stage == messaging.FileHere
	if here && v.o.SaveFiles && v.o.OpenFile != nil {
		link = i18n.T("file.open")
	}
	r.name.SetText(name)
	r.detail.SetText(words)
	r.action.SetText(link)
	r.item.Label, r.item.OnTapped = wording.Join(" – ", link, name), func() { r.g.press(s) }
	if s.f.state.Stage == messaging.FileMoving {
		_, cancel := s.progress()
		r.item.OnTapped = func() { cancel(v) }
	}
	r.save.Hidden = !here || !v.o.SaveFiles
	r.save.OnTapped = func() { v.saveFile(m) }
	r.goTo.OnTapped = func() { v.goToMessage(m) }
	r.item.Content.Refresh()
	r.body.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (r *galleryFileRow) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(r.body)
}

// olderFiles leads to what is on the server.
type olderFiles struct {
	widget.BaseWidget
	g    *gallery
	link *look.TextLink
	body fyne.CanvasObject
}

func newOlder(g *gallery) *olderFiles {
	o := &olderFiles{g: g, link: look.NewTextLink("", look.SizeSmall, look.ColorAccent, g.fetch)}
	o.body = container.NewCenter(o.link)
	o.ExtendBaseWidget(o)
	return o
}

func (o *olderFiles) show() {
	words := i18n.T("gallery.older")
	if o.g.loading {
		words = i18n.T("gallery.searching")
	}
	o.link.Set(words, look.SizeSmall, look.ColorAccent, o.g.fetch)
	o.body.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (o *olderFiles) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(o.body) }
