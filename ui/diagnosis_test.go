package ui

import (
	"io/fs"
	"testing"
)

func TestADiagnosisIsWrittenByOneClick(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) {
			o.Diagnose = func() (string, error) { return "/home/claire/Téléchargements/d.txt", nil }
		}, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		r.press("Créer")
		r.expectText("Le fichier de diagnostic est prêt")
		r.expectText("/home/claire/Téléchargements/d.txt")
	})
}

func TestADiagnosisThatCannotBeWrittenIsExplained(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) {
			o.Diagnose = func() (string, error) { return "", fs.ErrPermission }
		}, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		r.press("Créer")
		r.expectText("Le fichier de diagnostic n’a pas pu être écrit")
	})
}
