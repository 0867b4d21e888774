package person

import (
	"context"
	"strconv"
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// status is where the account's user says how they can be reached.
type status struct {
	h      screen.Host
	id     string // of the account
	client screen.Client

	presence messaging.Presence
	until    string    // how long: a key of spans
	ends     time.Time // when the present one ends; zero: it does not
	text     *look.Field
}

// mostStatus is how many characters the text may have.
const mostStatus = 100

// ShowStatus shows the own status. If the account is not open, it asks for the code.
func ShowStatus(h screen.Host, id string) {
	client, ok := h.Manager().Client(id)
	if !ok {
		h.ShowCode(id)
		return
	}
	h.Show(&status{h: h, id: id, client: client, presence: client.Status().Presence, until: always})
}

func (s *status) Name() string  { return "status" }
func (s *status) Owner() string { return s.id }
func (s *status) back()         { s.h.ShowList(s.id) }

// Focus implements [screen.Focuser].
func (s *status) Focus() fyne.Focusable { return s.text }

// TypedRune implements [screen.Keyed].
func (s *status) TypedRune(r rune) { s.h.Canvas().Focus(s.text); s.text.TypedRune(r) }

// TypedKey implements [screen.Keyed].
func (s *status) TypedKey(name fyne.KeyName) {
	switch name {
	case fyne.KeyEscape:
		s.back()
	case fyne.KeyReturn, fyne.KeyEnter:
		s.keep()
	default:
		screen.Walk(s.h.Canvas(), name)
	}
}

// Spans that are no minutes: without an end, and up to that of the present status.
const (
	always = ""
	kept   = "kept"
)

// Content implements [screen.Screen].
func (s *status) Content() fyne.CanvasObject {
	now := s.client.Status()
	s.text = look.NewField(look.IconEdit, i18n.T("status.hint"), screen.Board(s.h, s.id))
	s.text.OnKey = s.TypedKey
	s.text.OnChanged = func(text string) {
		s.h.Touch()
		if runes := []rune(text); len(runes) > mostStatus {
			s.text.SetText(string(runes[:mostStatus]))
		}
	}
	spans := []look.Choice{{Value: always, Text: i18n.T("status.always")}, span(30), span(60), span(120), span(240), span(480)}
	if text := now.Text; now.Until.IsZero() {
		s.text.SetText(text)
	} else { // its end is chosen, not typed
		s.until, s.ends = kept, now.Until
		spans = append([]look.Choice{{Value: kept, Text: i18n.T("quiet.until", "Time", wording.Time(now.Until))}}, spans...)
		words, _ := wording.WithoutUntil(text) // another device may have another language
		s.text.SetText(words)
	}
	s.text.CursorColumn = len([]rune(s.text.Text))
	presence := look.NewPicker(strconv.Itoa(int(s.presence)), i18n.T("status.presence"), func(v string) {
		n, _ := strconv.Atoi(v) // of the choices
		s.presence = messaging.Presence(n)
	}, choices(messaging.Available, messaging.Away, messaging.Busy)...)
	until := look.NewPicker(s.until, i18n.T("status.until"), func(v string) { s.until = v }, spans...)
	row := func(text string, o fyne.CanvasObject) fyne.CanvasObject {
		label := look.NewLabel(text, look.Style{})
		return look.Pad(look.Line(12, label, label, o), 8, 14, 8, 14)
	}
	known := look.Columns(2, 8)
	for _, words := range wording.States() {
		known.Add(look.NewButton(look.Outlined, words, func() { s.choose(words) }))
	}
	column := look.Column(16,
		look.Card(row(i18n.T("status.presence"), presence), row(i18n.T("status.until"), until)),
		s.text, known, look.NewLabel(i18n.T("status.seen"), look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true}))
	buttons := look.Column(8, look.NewButton(look.Primary, i18n.T("status.keep"), s.keep))
	if now.Text != "" || now.Presence != messaging.Available {
		buttons.Add(look.NewButton(look.Outlined, i18n.T("status.clear"), func() { s.set(messaging.Status{}) }))
	}
	return screen.Page(screen.BackBar(i18n.T("status.title"), s.back), look.NewScroll(look.Pad(column, 20, look.Space, 20, look.Space)), look.BottomBar(buttons))
}

// choose takes a known state as the text, which can be changed still.
func (s *status) choose(words string) {
	s.text.SetText(words)
	s.text.CursorColumn = len([]rune(words))
	s.h.Canvas().Focus(s.text)
}

func choices(list ...messaging.Presence) (choices []look.Choice) {
	for _, p := range list {
		choices = append(choices, look.Choice{Value: strconv.Itoa(int(p)), Text: wording.Presence(p)})
	}
	return choices
}

// span is a choice of so many minutes, with the time at which they are over.
func span(minutes int) look.Choice {
	return look.Choice{Value: strconv.Itoa(minutes), Text: i18n.T("quiet.until", "Time", wording.Time(end(minutes)))}
}

// end is a round time about so many minutes from now: people say "until three".
func end(minutes int) time.Time {
	return time.Now().Add(time.Duration(minutes) * time.Minute).Round(5 * time.Minute)
}

// keep tells the status: what was typed, with its end.
func (s *status) keep() {
	v := messaging.Status{Presence: s.presence, Text: s.text.Text}
	if minutes, err := strconv.Atoi(s.until); err == nil {
		v.Until = end(minutes)
	} else if s.until == kept {
		v.Until = s.ends
	}
	if !v.Until.IsZero() {
		v.Text = wording.Join(" ", v.Text, wording.Until(v.Until))
	}
	s.set(v)
}

func (s *status) set(v messaging.Status) {
	s.h.Touch()
	screen.Try(s.h, func(context.Context) error { return s.client.SetStatus(v) }, func(err error) {
		if err != nil {
			s.h.Explain(err)
			return
		}
		if s.h.Shows(s) {
			s.back()
		}
	})
}
