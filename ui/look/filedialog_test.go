package look_test

import (
	"testing"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/google/go-cmp/cmp"
)

// TestNothingOnDiskTellsWhereAFileWasLookedFor uses Fyne's dialog, whose own memory outlives the account and serves the next person.
func TestNothingOnDiskTellsWhereAFileWasLookedFor(t *testing.T) {
	const key = "fyne:fileDialogLastFolder"
	kept := test.NewTempApp(t).Preferences()
	kept.SetString(key, "file:///srv/Mme%20B") // by a program that was killed
	folders := look.NewFolders(kept)
	if left := kept.String(key); left != "" {
		t.Errorf("at the start: %q", left)
	}
	win := test.NewTempWindow(t, widget.NewLabel(""))
	uri := func() fyne.ListableURI {
		folder, err := storage.ListerForURI(storage.NewFileURI(t.TempDir()))
		if err != nil {
			t.Fatal(err)
		}
		return folder
	}
	first, patients := uri(), uri()
	ask := func(goTo fyne.ListableURI) (began string) {
		d := dialog.NewFileOpen(func(fyne.URIReadCloser, error) {}, win)
		d.SetLocation(first) // where it begins otherwise
		folders.Show(win, d)
		began = folders.Last()
		if goTo != nil {
			d.SetLocation(goTo)
		}
		d.Hide()
		if left := kept.String(key); left != "" {
			t.Errorf("after a dialog: %q", left)
		}
		return began
	}
	got := []string{ask(patients), ask(nil)}
	folders.Forget()
	got = append(got, ask(nil))
	if diff := cmp.Diff([]string{first.String(), patients.String(), first.String()}, got); diff != "" {
		t.Error(diff)
	}
}
