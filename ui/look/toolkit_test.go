package look

import (
	"image"
	"image/color"
	"slices"
	"testing"

	"discussions/internal/picture"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

func press(w fyne.Window, keys ...fyne.KeyName) {
	for _, key := range keys {
		w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: key})
	}
}

func TestAMenuIsWalkedChosenAndDismissed(t *testing.T) {
	themed(t, Light, 1)
	w := test.NewTempWindow(t, Blank(300, 300))
	w.Resize(fyne.NewSize(300, 300))
	var chosen []string
	dismissed := 0
	show := func() {
		m := NewMenu()
		m.Line(IconLock, "Verrouiller", ColorText, func() { chosen = append(chosen, "lock") })
		m.Rule()
		m.Text("Copier", func() { chosen = append(chosen, "copy") })
		m.Show(w.Canvas(), At(fyne.NewPos(290, 290), 200), func() { dismissed++ })
	}
	show()
	press(w, fyne.KeyDown, fyne.KeyReturn)
	if !slices.Equal(chosen, []string{"copy"}) || dismissed != 0 || w.Canvas().Overlays().Top() != nil {
		t.Errorf("chosen %v, dismissed %d", chosen, dismissed)
	}
	show()
	press(w, fyne.KeyDown, fyne.KeyUp, fyne.KeySpace)
	show()
	press(w, fyne.KeyEscape)
	show()
	over := w.Canvas().Overlays().Top().(*Overlay)
	box := test.WidgetRenderer(over).Objects()[1]
	if end := box.Position().Add(box.Size()); end.X > 300-menuMargin || end.Y > 300-menuMargin || box.Position().X < menuMargin {
		t.Errorf("the menu at the window's corner ends at %v", end)
	}
	test.Tap(over) // beside the menu
	if !slices.Equal(chosen, []string{"copy", "lock"}) || dismissed != 2 {
		t.Errorf("chosen %v, dismissed %d", chosen, dismissed)
	}
}

func TestAMenuOfManyLinesScrolls(t *testing.T) {
	themed(t, Light, 1)
	w := test.NewTempWindow(t, Blank(200, 200))
	w.Resize(fyne.NewSize(200, 200))
	m := NewMenu()
	for range 30 {
		m.Text("Ligne", func() {})
	}
	m.Show(w.Canvas(), At(fyne.NewPos(0, 0), 150), nil)
	box := test.WidgetRenderer(w.Canvas().Overlays().Top().(*Overlay)).Objects()[1]
	if height := box.Size().Height; height > 200-2*menuMargin || height < 100 {
		t.Errorf("the menu is %v high in a window of 200", height)
	}
	press(w, fyne.KeyEscape) // without a callback
}

func TestAQuestionIsAnsweredOrDismissed(t *testing.T) {
	themed(t, Light, 1)
	field := NewField(IconSearch, "", Board{})
	w := test.NewTempWindow(t, field)
	w.Resize(fyne.NewSize(400, 400))
	w.Canvas().Focus(field)
	done := 0
	Ask(w.Canvas(), Question{Title: "Supprimer ?", Yes: "Oui", Danger: true, Do: func() { done++ }})
	press(w, fyne.KeyReturn) // what has the focus at first removes nothing
	if done != 0 || w.Canvas().Overlays().Top() != nil || w.Canvas().Focused() != fyne.Focusable(field) {
		t.Errorf("done %d times; the focus is on %T", done, w.Canvas().Focused())
	}
	Ask(w.Canvas(), Question{Title: "Supprimer ?", Yes: "Oui", Danger: true, Do: func() { done++ }})
	w.Canvas().FocusPrevious()
	press(w, fyne.KeyReturn)
	if done != 1 || w.Canvas().Overlays().Top() != nil {
		t.Errorf("done %d times", done)
	}
}

func TestARowSaysThatItIsChosenOrUnderThePointer(t *testing.T) {
	themed(t, Light, 1)
	tapped := 0
	var r Row
	r.Extend(&r, Blank(10, 10), 0, 60)
	if got := r.MinSize(); got != fyne.NewSize(10, 60) {
		t.Errorf("it needs %v", got)
	}
	for _, step := range []struct {
		name string
		do   func()
		want fyne.ThemeColorName
	}{
		{"at first", func() {}, ""},
		{"under the pointer", func() { r.MouseIn(nil) }, ColorHover},
		{"chosen", func() { r.Choose(true) }, ColorAccentSoft},
		{"left by the pointer", r.MouseOut, ColorAccentSoft},
		{"no longer chosen", func() { r.Choose(false) }, ""},
	} {
		if step.do(); r.background.Fill != step.want {
			t.Errorf("%s: %q behind it, want %q", step.name, r.background.Fill, step.want)
		}
	}
	test.Tap(&r)
	if r.Cursor() != desktop.DefaultCursor {
		t.Error("the pointer is a hand over a row that cannot be pressed")
	}
	r.OnTapped = func() { tapped++ }
	test.Tap(&r)
	if tapped != 1 || r.Cursor() != desktop.PointerCursor {
		t.Errorf("tapped %d times, pointer %v", tapped, r.Cursor())
	}
}

func TestAnAvatarFollowsItsName(t *testing.T) {
	themed(t, Light, 1)
	a := NewAvatar("Moussa Keïta", 40)
	r := test.WidgetRenderer(a).(*avatarRenderer)
	a.SetName("Sophie Bernard")
	if r.text.Text != "SB" || r.disc.FillColor != PersonColour("Sophie Bernard") {
		t.Errorf("%q on %v", r.text.Text, r.disc.FillColor)
	}
}

func TestAnAvatarShowsTheColourOrThePictureOfAGroup(t *testing.T) {
	themed(t, Light, 1)
	teal := picture.AvatarColours()[3]
	a := NewGroupAvatar("Équipe de nuit", &picture.Avatar{Colour: teal}, 40)
	r := test.WidgetRenderer(a).(*avatarRenderer)
	shows := func(text string, colour color.Color, image bool) {
		t.Helper()
		if r.image.Visible() != image || r.disc.Visible() == image || r.text.Visible() == image {
			t.Fatalf("the picture is seen: %t, the disc: %t", r.image.Visible(), r.disc.Visible())
		}
		if !image && (r.text.Text != text || r.disc.FillColor != colour) {
			t.Errorf("%q on %v", r.text.Text, r.disc.FillColor)
		}
	}
	shows("ÉN", teal, false)
	a.Set("Équipe de jour", &picture.Avatar{Colour: teal}) // renamed
	shows("ÉJ", teal, false)
	a.Set("Équipe de jour", &picture.Avatar{Image: image.NewRGBA(image.Rect(0, 0, 96, 96))})
	shows("", nil, true)
	a.SetName("Sophie Bernard") // a row of the list that shows somebody else now
	shows("SB", PersonColour("Sophie Bernard"), false)
}

func TestABannerIsThereWhileItHasAText(t *testing.T) {
	themed(t, Light, 1)
	b := NewBanner()
	w := test.NewTempWindow(t, b)
	w.Resize(fyne.NewSize(400, 100))
	if b.Visible() || b.HeightFor(400) != 0 {
		t.Error("an empty banner is seen")
	}
	pressed := 0
	if !b.Set("Hors ligne – vos messages partiront dès le retour du réseau.", "Réessayer", func() { pressed++ }) || !b.Visible() {
		t.Error("a text is not shown")
	}
	wide, narrow := b.HeightFor(800), b.HeightFor(200)
	if wide <= 0 || narrow <= wide {
		t.Errorf("%v high in a wide window, %v in a narrow one", wide, narrow)
	}
	test.Tap(b.button)
	if b.Set(b.text.Text, "Réessayer", func() { pressed += 10 }) {
		t.Error("the same text is told as a change")
	}
	test.Tap(b.button)
	if pressed != 11 {
		t.Errorf("pressed %d: the button does not do what was said last", pressed)
	}
	b.Set("Connexion…", "", nil)
	if b.button.Visible() {
		t.Error("a button without a text is seen")
	}
	if b.Set("", "", nil); b.Visible() {
		t.Error("nothing is shown as something")
	}
}

func TestALinkIsUnderlinedByTheFocus(t *testing.T) {
	themed(t, Light, 1)
	pressed := ""
	l := NewTextLink("Réessayer", SizeTiny, ColorDanger, func() { pressed += "a" })
	w := test.NewTempWindow(t, container.NewCenter(l))
	line := test.WidgetRenderer(l).Objects()[1]
	if line.Visible() {
		t.Error("underlined without the focus")
	}
	w.Canvas().Focus(l)
	if !line.Visible() {
		t.Error("the focus is not seen")
	}
	press(w, fyne.KeySpace)
	wide := l.MinSize().Width
	l.Set("Non", SizeTiny, ColorDanger, func() { pressed += "b" })
	if l.MinSize().Width >= wide {
		t.Error("the width is that of the word before")
	}
	test.Tap(l)
	if pressed != "ab" {
		t.Errorf("pressed %q", pressed)
	}
}
