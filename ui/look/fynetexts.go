package look

import (
	"encoding/json"
	"maps"
	"strings"
	"time"

	"discussions/internal/i18n"

	"fyne.io/fyne/v2/lang"
)

// TranslateFyne gives Fyne's own texts (the menu of a text field, dialogs) in
// the language of c. Call it on Fyne's goroutine.
//
// Fyne speaks the system's language and has no public way to choose another, so
// the texts are registered under the name of that one.
func TranslateFyne(c *i18n.Catalogue) error {
	data, err := json.Marshal(fyneTexts(c))
	if err != nil {
		return err
	}
	return lang.AddTranslationsForLocale(data, lang.SystemLocale())
}

func fyneTexts(c *i18n.Catalogue) map[string]string {
	texts := map[string]string{}
	maps.Copy(texts, c.Toolkit)
	for day := time.Sunday; day <= time.Saturday; day++ { // for the calendar
		key := strings.ToLower(day.String())
		texts[key], texts[key+".short"] = c.Weekdays[day], c.ShortWeekdays[day]
	}
	return texts
}
