package settings

import (
	"context"
	"errors"

	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// diagnosisRow writes a file for the help desk.
func (s *page) diagnosisRow() fyne.CanvasObject {
	return choiceRow(i18n.T("settings.diagnosis"), i18n.T("settings.diagnosis.note"),
		look.NewButton(look.Link, i18n.T("settings.diagnosis.write"), s.diagnose))
}

func (s *page) diagnose() {
	s.h.Touch()
	screen.Run(s.h, func(context.Context) (string, error) { return s.o.Diagnose() }, func(path string, err error) {
		if err != nil {
			s.h.Explain(errors.Join(wording.ErrDiagnosis, err))
			return
		}
		s.h.Tell(wording.Sentence{What: i18n.T("diagnosis.ready.what"), Means: path, Do: i18n.T("diagnosis.ready.do")})
	})
}
