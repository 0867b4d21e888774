package accounts

import (
	"discussions/account"
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// trouble says what happened, what it means and what to do.
type trouble struct {
	h           screen.Host
	text        wording.Sentence
	signIn      account.SignIn // the login, if it got that far
	retry, back func()
}

// ShowTrouble says why a login failed; signIn is the login, if it got that far.
func ShowTrouble(h screen.Host, err error, signIn account.SignIn, retry, back func()) {
	h.Log().Warn("told the user", "error", err)
	h.Show(&trouble{h: h, text: wording.Explain(err), signIn: signIn, retry: retry, back: back})
}

func (t *trouble) Name() string           { return "failure" }
func (t *trouble) SignIn() account.SignIn { return t.signIn }

func (t *trouble) Content() fyne.CanvasObject {
	return screen.StatusPage{
		Icon: look.IconWarning, Colour: look.ColorDanger, Title: t.text.What, Text: t.text.Means, More: t.text.Do,
		Actions: look.NewButton(look.Outlined, i18n.T("trouble.retry"), t.retry),
		Bottom:  look.NewButton(look.Quiet, i18n.T("confirm.cancel"), t.back),
	}.Content()
}

func (t *trouble) TypedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		t.back()
		return
	}
	screen.Walk(t.h.Canvas(), name)
}

func (t *trouble) TypedRune(rune) {}
