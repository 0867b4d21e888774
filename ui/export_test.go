package ui

import (
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
	"discussions/messaging"
	"discussions/settings"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// saving makes files go into a folder, under their names.
func (r *rig) saving() (folder string) {
	folder = r.t.TempDir()
	r.ui.saveFile = func(_ fyne.Window, name string, chosen func(io.WriteCloser, string, error)) {
		path := filepath.Join(folder, name)
		file, err := os.Create(path)
		chosen(file, path, err)
	}
	return folder
}

// files are those of a folder with what is in them.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	list, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		data, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name()] = string(data)
	}
	return all
}

// openRowMenu opens Claire's list, and the menu of its first conversation by the keyboard.
func (r *rig) openRowMenu() {
	r.t.Helper()
	r.press(claire.Name)
	r.pressKey(fyne.KeyDown)
	r.pressKey(desktop.KeyMenu)
}

func TestAConversationIsExported(t *testing.T) {
	for form, begins := range map[string]string{"En texte": "Conversation avec Sophie Bernard\n", "En PDF, pour imprimer": "%PDF-1."} {
		inBubble(t, func(t *testing.T) {
			r := newRig(t, nil, claire)
			folder := r.saving()
			r.manager.clients["claire"].ReceiveText("sophie", "Bonjour Claire")
			r.openRowMenu()
			r.press("Exporter…")
			r.press(form)
			r.expectText("sans protection")
			if len(files(t, folder)) != 0 {
				t.Error("a file before the question was answered")
			}
			r.press("Choisir l’emplacement")
			r.expectText("La conversation est exportée")
			r.expectText("2 messages, dans le fichier " + folder)
			for name, text := range files(t, folder) {
				if !strings.HasPrefix(text, begins) || !strings.Contains(name, "Sophie Bernard") {
					t.Errorf("%s begins with %.60q", name, text)
				}
				if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
					t.Errorf("others can read it: %v, %v", info.Mode(), err)
				}
			}
		})
	}
}

func TestTheLastDaysAloneAreExported(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		folder := r.saving()
		old := messaging.Message{Author: "Sophie Bernard", AuthorJID: "sophie", Content: messaging.Text{Body: "Il y a longtemps"}, Time: time.Now().AddDate(0, 0, -10)}
		r.manager.clients["claire"].Receive("sophie", old)
		r.manager.clients["claire"].ReceiveText("sophie", "Bonjour Claire")
		r.openRowMenu()
		r.press("Exporter…")
		r.press("7 derniers jours")
		r.savePicture("export-menu")
		r.press("En texte")
		r.press("Choisir l’emplacement")
		r.expectText("La conversation est exportée")
		for _, text := range files(t, folder) {
			if strings.Contains(text, "longtemps") || !strings.Contains(text, "Bonjour Claire") || !strings.Contains(text, "ce qui est plus ancien n’y est pas") {
				t.Errorf("exported: %q", text)
			}
		}
	})
}

func TestDatesOfOnesOwnAreExported(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		folder := r.saving()
		day := func(back int) time.Time { return daysAgo(time.Now(), back).Add(12 * time.Hour) }
		short := func(back int) string { return i18n.Date(i18n.ShortDate, day(back)) }
		for _, back := range []int{30, 20, 10} {
			said := messaging.Text{Body: fmt.Sprint("il y a ", back, " jours")}
			r.manager.clients["claire"].Receive("sophie", messaging.Message{Author: "Sophie Bernard", AuthorJID: "sophie", Content: said, Time: day(back)})
		}
		r.openRowMenu()
		r.press("Exporter…")
		r.press("D’autres dates…")
		r.savePicture("export-dates")
		typed := func(from, to string) { // by the keyboard alone: the first field has the focus
			r.typeText(from)
			r.pressKey(fyne.KeyTab)
			r.typeText(to)
			r.pressKey(fyne.KeyReturn)
		}
		typed("31/02/2026", "")
		r.expectText("« 31/02/2026 » n’est pas une date. Écrivez-la comme " + short(0))
		if f, ok := r.canvas().Focused().(*look.Field); !ok || f.Text != "31/02/2026" {
			t.Error("the wrong date has not the focus")
		}
		r.savePicture("export-dates-wrong")
		r.pressKey(fyne.KeyEscape)
		for _, wrong := range []struct{ from, to, said string }{
			{"", "demain", "« demain » n’est pas une date"},
			{short(5), short(9), "Le " + short(9) + " vient avant le " + short(5)},
			{short(-2), "", "Le " + short(-2) + " n’est pas encore arrivé"},
		} {
			r.pressKey(desktop.KeyMenu)
			r.press("Exporter…")
			r.press("D’autres dates…")
			typed(wrong.from, wrong.to)
			r.expectText(wrong.said)
			r.press("Annuler")
		}
		if len(files(t, folder)) != 0 {
			t.Error("a file with wrong dates")
		}
		r.pressKey(desktop.KeyMenu)
		r.press("Exporter…")
		r.press("D’autres dates…")
		typed(short(22), short(20))
		r.expectText("Du " + short(22) + " au " + short(20))
		r.savePicture("export-dates-chosen")
		r.press("En texte")
		r.press("Choisir l’emplacement")
		r.expectText("1 message, dans le fichier")
		for _, text := range files(t, folder) {
			if !strings.Contains(text, "il y a 20 jours") || strings.Contains(text, "il y a 10") || strings.Contains(text, "il y a 30") || !strings.Contains(text, "le reste n’y est pas") {
				t.Errorf("exported: %q", text)
			}
		}
	})
}

func TestAnExportIsStopped(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		folder := r.saving()
		client := r.manager.clients["claire"]
		client.ReceiveText("sophie", "Bonjour Claire")
		r.openRowMenu()
		r.press("Exporter…")
		r.press("En PDF, pour imprimer")
		release := client.Hold("History")
		r.press("Choisir l’emplacement")
		r.expectText("Exportation en cours")
		r.savePicture("export-running")
		r.press("Annuler")
		release()
		r.settle()
		if left := files(t, folder); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
		for _, text := range r.texts() {
			if strings.Contains(text, "export") || strings.Contains(text, "Export") {
				t.Errorf("still said: %q", text)
			}
		}
	})
}

func TestWhatCannotBeExportedLeavesNoFile(t *testing.T) {
	for name, breaks := range map[string]func(*rig){
		"the conversation cannot be read": func(r *rig) { r.manager.clients["claire"].Fail("History", messaging.ErrDisk) },
		"the file cannot be created": func(r *rig) {
			r.ui.saveFile = func(_ fyne.Window, _ string, chosen func(io.WriteCloser, string, error)) {
				chosen(nil, "", &os.PathError{Op: "open", Path: "/x/Sophie Bernard.txt", Err: errors.New("no space")})
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire)
				folder := r.saving()
				breaks(r)
				r.openRowMenu()
				r.press("Exporter…")
				r.press("En texte")
				r.press("Choisir l’emplacement")
				r.expectText("La conversation n’a pas été exportée")
				if left := files(t, folder); len(left) != 0 {
					t.Errorf("left: %v", left)
				}
				if log := strings.Join(r.screens.lines, ""); strings.Contains(log, "Sophie") {
					t.Error("the log names somebody")
				}
			})
		})
	}
}

func TestTheOrganisationCanForbidToExport(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) { o.Deployment.Policy.NoExport = true }, claire)
		r.openRowMenu()
		if slices.Contains(r.texts(), "Exporter…") {
			t.Error("it is offered")
		}
		if (settings.Policy{}).NoExport {
			t.Error("it is forbidden without a word of the organisation")
		}
	})
}

// The dialog is Fyne's: it must open in the smallest window, under a name that it cannot mistake for a folder.
func TestThePlaceIsAskedForByADialog(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, 1))
	i18ntest.Speak(t, "fr")
	w := test.NewTempWindow(t, widget.NewLabel(""))
	w.Resize(fyne.NewSize(320, 480))
	saveByDialog(nil)(w, "Discussions 2026-11-26 Sophie Bernard.pdf", func(io.WriteCloser, string, error) {})
	if w.Canvas().Overlays().Top() == nil {
		t.Fatal("no dialog")
	}
	if size := w.Canvas().Size(); size.Width < 600 {
		t.Errorf("the dialog has %v: its buttons are cut off", size)
	}
	if folder := os.Getenv("DISCUSSIONS_PICTURES"); folder != "" {
		f, err := os.Create(filepath.Join(folder, "export-dialog.png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, w.Canvas().Capture()); err != nil {
			t.Fatal(err)
		}
	}
}
