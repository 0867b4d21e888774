package ui

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"discussions/internal/i18n"
	"discussions/settings"

	"fyne.io/fyne/v2/test"
)

var brokenFile = &settings.FileError{Path: "/home/cmartin/discussions.toml", Line: 7, Key: "login.issuer", Problem: settings.ProblemMissingKey, Want: `"https://id.example.org"`}

// newFailureRig is a rig whose window is that of a program that could not start.
func newFailureRig(t *testing.T, language i18n.Language, err error, install func(string) error) (r *rig, f *failure, closed *bool) {
	t.Helper()
	app := test.NewTempApp(t)
	if err := i18n.Speak(language); err != nil {
		t.Fatal(err)
	}
	r, closed = &rig{t: t}, new(bool)
	f = newFailure(app, r.do, err, install)
	f.win.SetOnClosed(func() { *closed = true })
	r.ui = &UI{window: &window{win: f.win}}
	r.settle()
	return r, f, closed
}

func TestTheMissingDeploymentFileIsChosen(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var asked []string
		answer := error(brokenFile)
		r, f, closed := newFailureRig(t, "fr", fmt.Errorf("start: %w", settings.ErrNoDeployment), func(path string) error {
			asked = append(asked, path)
			return answer
		})
		r.expectText("Ce programme n’est pas encore configuré")
		r.press("Choisir le fichier…")
		if r.canvas().Overlays().Top() == nil {
			t.Fatal("nothing asks for a file")
		}
		r.canvas().Overlays().Remove(r.canvas().Overlays().Top())

		f.chosen("/home/cmartin/wrong.toml") // what it says of a wrong file, and another may be chosen
		r.settle()
		r.expectText("« login.issuer » manque")
		r.expectText("Choisir le fichier…")
		if *closed {
			t.Fatal("a wrong file closes the window")
		}
		answer = nil
		f.chosen("/home/cmartin/right.toml")
		r.settle()
		if !*closed || !slices.Equal(asked, []string{"/home/cmartin/wrong.toml", "/home/cmartin/right.toml"}) {
			t.Errorf("closed %v after %q", *closed, asked)
		}
	})
}

// TestTheMissingDeploymentFileIsDrawn is [TestEveryScreenIsDrawn] for the window that asks for the file.
func TestTheMissingDeploymentFileIsDrawn(t *testing.T) {
	for _, language := range []i18n.Language{"fr", "en"} {
		inBubble(t, func(t *testing.T) {
			r, f, _ := newFailureRig(t, language, settings.ErrNoDeployment, func(string) error { return brokenFile })
			r.savePicture("failure-no-file-" + string(language))
			f.chosen("discussions.toml")
			r.settle()
			r.savePicture("failure-wrong-file-" + string(language))
		})
	}
}

func TestOtherFailuresAskForNoFile(t *testing.T) {
	for _, err := range []error{brokenFile, errors.New("something")} {
		inBubble(t, func(t *testing.T) {
			r, _, _ := newFailureRig(t, "fr", err, func(string) error { return nil })
			if r.shows("Choisir le fichier") {
				t.Errorf("%v: the program asks for a file", err)
			}
		})
	}
}

func TestTheProgramEndsAfterTheFileIsInItsPlace(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		written, done := make(chan struct{}), false
		r, f, _ := newFailureRig(t, "fr", settings.ErrNoDeployment, func(string) error { <-written; done = true; return nil })
		f.chosen("/home/cmartin/discussions.toml")
		time.AfterFunc(time.Second, func() { close(written) })
		f.wait() // the user has closed the window meanwhile
		if !done || len(r.queued) != 0 {
			t.Errorf("in its place: %v; %d calls to a window that is gone", done, len(r.queued))
		}
	})
}
