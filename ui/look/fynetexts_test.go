package look

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"discussions/internal/i18n"
	"discussions/internal/needs"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// On any system, also one whose language Fyne knows and we do not.
func TestTheMenuOfATextFieldFollowsOurLanguage(t *testing.T) {
	for _, system := range []string{"", "C", "fr_FR.UTF-8", "en_GB.UTF-8", "de_DE.UTF-8"} {
		for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANGUAGE"} {
			t.Setenv(variable, "")
		}
		t.Setenv("LANG", system)
		for _, c := range []struct{ language, want string }{
			{"fr", "Couper Copier Coller Tout sélectionner"},
			{"en", "Cut Copy Paste Select all"},
			{"fr", "Couper Copier Coller Tout sélectionner"},
		} {
			if err := TranslateFyne(i18n.In(c.language)); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(fieldMenu(t), " "); got != c.want {
				t.Errorf("%s on a system of %q: %s", c.language, system, got)
			}
		}
	}
	if err := TranslateFyne(i18n.In("fr")); err != nil {
		t.Fatal(err)
	}
}

// fieldMenu opens the menu of a text field and reads it.
func fieldMenu(t *testing.T) []string {
	t.Helper()
	test.NewTempApp(t)
	field := widget.NewEntry()
	w := test.NewTempWindow(t, field)
	w.Resize(fyne.NewSize(400, 400))
	field.TappedSecondary(&fyne.PointEvent{})
	var texts []string
	for _, o := range test.LaidOutObjects(w.Canvas().Overlays().Top()) {
		if text, ok := o.(*canvas.Text); ok && text.Text != "" {
			texts = append(texts, text.Text)
		}
	}
	return texts
}

func TestEveryTextOfFyneIsTranslated(t *testing.T) {
	needs.Programs(t, "go") // to find Fyne's source
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "fyne.io/fyne/v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "lang", "translations", "base.en.json"))
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]any
	if err := json.Unmarshal(data, &texts); err != nil || len(texts) < 10 {
		t.Fatalf("%d texts, %v", len(texts), err)
	}
	for _, place := range []string{"Home", "Computer", "Desktop", "Documents", "Downloads", "Music", "Pictures", "Videos", "Movies"} { // of its file dialog
		texts[place] = place
	}
	ours := fyneTexts(i18n.In("fr"))
	for key := range texts {
		if ours[key] == "" {
			t.Errorf("%q has no text", key)
		}
	}
}
