package look

import (
	"slices"
	"strings"
	"testing"

	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func themed(t *testing.T, v Variant, scale float32) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(New(v, scale))
}

func TestTheThemeFollowsTheChoice(t *testing.T) {
	app := test.NewTempApp(t)
	for _, c := range []struct {
		choice Variant
		system fyne.ThemeVariant
		want   fyne.ThemeVariant
	}{
		{Light, theme.VariantDark, theme.VariantLight},
		{Dark, theme.VariantLight, theme.VariantDark},
		{System, theme.VariantDark, theme.VariantDark},
		{System, theme.VariantLight, theme.VariantLight},
		{"", theme.VariantLight, theme.VariantLight},
	} {
		th := New(c.choice, 1)
		app.Settings().SetTheme(th)
		want, _ := palette(ColorSurface, c.want)
		if got := th.Color(ColorSurface, c.system); got != want {
			t.Errorf("%q on a system of %v: %v, want %v", c.choice, c.system, got, want)
		}
	}
}

func TestTheTextSizeIsBounded(t *testing.T) {
	test.NewTempApp(t)
	for scale, want := range map[float32]float32{0: 15, 1: 15, 1.5: 22.5, 0.1: 11.25, 9: 30} {
		if got := New(System, scale).Size(SizeText); got != want {
			t.Errorf("scale %v: %v, want %v", scale, got, want)
		}
	}
}

func TestALabelBreaksOrCutsItsText(t *testing.T) {
	themed(t, Light, 1)
	width := NewLabel("dix lettres", Style{}).FullWidth() + 2
	for _, c := range []struct {
		text  string
		style Style
		want  []string
	}{
		{"un texte bien plus long", Style{}, []string{"un texte bien plus long"}},
		{"un deux\ntrois", Style{Wrap: true}, []string{"un deux", "trois"}},
		{"dix lettres en tout", Style{Wrap: true}, []string{"dix lettres", "en tout"}},
		{"un texte", Style{Cut: true}, []string{"un texte"}},
		{"dix lettres", Style{Cut: true}, []string{"dix lettres"}},
		{"dix lettres et plus\nencore", Style{Cut: true}, []string{"dix lettr…"}},
	} {
		l := NewLabel(c.text, c.style)
		r := test.WidgetRenderer(l).(*labelRenderer)
		if got := r.breakLines(width); !slices.Equal(got, c.want) {
			t.Errorf("%q, %+v: %q, want %q", c.text, c.style, got, c.want)
		}
	}
	long := NewLabel("/home/claire/.local/share/discussions/settings.damaged.toml", Style{Wrap: true})
	for _, line := range test.WidgetRenderer(long).(*labelRenderer).breakLines(width) {
		if NewLabel(line, Style{}).FullWidth() > width {
			t.Errorf("%q is wider than the label", line)
		}
	}
}

func TestCentredTextLeavesNoWordAlone(t *testing.T) {
	ruler := textlayout.NewRuler(func(s string) float32 { return float32(len([]rune(s))) })
	text := "aaaa bbbb cccc dddd e"
	got := balance(text, 20, len(lines(text, 20, ruler)), ruler)
	if len(got) != 2 || len(got[1]) < 6 {
		t.Errorf("%q", got)
	}
}

func TestAButtonIsPressedByTapEnterAndSpace(t *testing.T) {
	themed(t, Light, 1)
	pressed := 0
	b := NewButton(Primary, "Déconnexion", func() { pressed++ })
	w := test.NewTempWindow(t, b)
	test.Tap(b)
	w.Canvas().Focus(b)
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyUp} {
		b.TypedKey(&fyne.KeyEvent{Name: key})
	}
	if pressed != 4 {
		t.Errorf("pressed %d times, want 4", pressed)
	}
	b.Disable()
	test.Tap(b)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if pressed != 4 {
		t.Error("a disabled button was pressed")
	}
}

func TestKeysThatAButtonHasNoUseForGoToTheWindow(t *testing.T) {
	themed(t, Light, 1)
	b := NewButton(Primary, "x", nil)
	w := test.NewTempWindow(t, b)
	var keys []fyne.KeyName
	var runes []rune
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { keys = append(keys, e.Name) })
	w.Canvas().SetOnTypedRune(func(r rune) { runes = append(runes, r) })
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	b.TypedRune('4')
	if len(keys) != 1 || string(runes) != "4" {
		t.Errorf("keys %v, characters %q", keys, string(runes))
	}
}

func TestASwitchTellsItsChange(t *testing.T) {
	themed(t, Light, 1)
	var told []bool
	s := NewSwitch(false, "Notifications", func(on bool) { told = append(told, on) })
	test.NewTempWindow(t, s)
	test.Tap(s)
	test.Tap(s)
	s.Set(true) // not by the user
	if !slices.Equal(told, []bool{true, false}) || !s.On {
		t.Errorf("told %v, on %v", told, s.On)
	}
}

func TestAPickerOffersItsChoices(t *testing.T) {
	themed(t, Light, 1)
	picked := ""
	p := NewPicker("a", "Thème", func(v string) { picked = v }, Choice{"a", "Clair"}, Choice{"b", "Sombre"})
	w := test.NewTempWindow(t, container.NewCenter(p))
	w.Resize(fyne.NewSize(300, 300))
	w.Canvas().Focus(p)
	p.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if w.Canvas().Overlays().Top() == nil || w.Canvas().Focused() == nil {
		t.Fatal("no choices were shown")
	}
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown}) // from the one that holds
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if picked != "b" || p.shown.Text != "Sombre" {
		t.Errorf("picked %q, shown %q", picked, p.shown.Text)
	}
	if w.Canvas().Overlays().Top() != nil || w.Canvas().Focused() != fyne.Focusable(p) {
		t.Error("the choices stay, or the focus is lost")
	}
}

func TestAFieldHandsOnWhatIsNotText(t *testing.T) {
	themed(t, Light, 1)
	f := NewField(IconSearch, "Rechercher", Board{})
	w := test.NewTempWindow(t, f)
	var keys []fyne.KeyName
	f.OnKey = func(k fyne.KeyName) { keys = append(keys, k) }
	w.Canvas().Focus(f)
	test.Type(f, "roux")
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if f.Text != "roux" || len(keys) != 1 {
		t.Errorf("text %q, keys %v", f.Text, keys)
	}
}

func TestEveryIconIsDrawnInItsColour(t *testing.T) {
	themed(t, Light, 1)
	for _, i := range []Icon{IconSettings, IconLock, IconSearch, IconPlus, IconMore, IconAttach, IconSend, IconSmile, IconBack, IconDown,
		IconNext, IconDelete, IconGlobe, IconClock, IconSent, IconDelivered, IconWarning, IconBubble, IconGroup,
		IconAccounts, IconTrash} {
		if !strings.Contains(string(i.In(ColorAccent).Content()), "#0b6b75") {
			t.Errorf("%s is not drawn in the accent", i.name)
		}
		w := test.NewTempWindow(t, Picture(i.In(ColorAccent), 24))
		if w.Canvas().Capture() == nil {
			t.Errorf("%s is not drawn", i.name)
		}
		if i.Name() == i.In(ColorAccent).Name() {
			t.Errorf("%s: Fyne would keep one drawing for two colours", i.name)
		}
	}
}

func TestABadgeShowsACountAndHidesZero(t *testing.T) {
	themed(t, Light, 1)
	b := NewBadge(0)
	if b.Visible() {
		t.Error("zero is shown")
	}
	for count, want := range map[int]string{1: "1", 42: "42", 1000: "999+"} {
		b.Set(count)
		if !b.Visible() || b.label.Text != want {
			t.Errorf("%d: %q", count, b.label.Text)
		}
	}
}
