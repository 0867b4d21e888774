package commandline

import (
	"bytes"
	"errors"
	"flag"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
	"discussions/internal/instance"
	"discussions/internal/needs"

	"github.com/google/go-cmp/cmp"
)

// The scripts in testdata of the command itself show the texts of mistakes.

func TestTheCommandLineDoesNotNeedTheToolkit(t *testing.T) {
	needs.Programs(t, "go")
	list, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(list), "discussions/settings") {
		t.Fatalf("this is no list of packages:\n%s", list)
	}
	for p := range strings.Lines(string(list)) {
		if strings.HasPrefix(p, "fyne.io/") || strings.HasPrefix(p, "discussions/ui") {
			t.Errorf("it imports %s", p)
		}
	}
}

func TestOptionsAreRead(t *testing.T) {
	for _, c := range []struct {
		arguments []string
		want      Options
	}{
		{nil, Options{Level: slog.LevelWarn}},
		{[]string{"--config", "a.toml", "--data", "d", "--lang", "en", "--log-level", "debug"},
			Options{Config: "a.toml", Data: "d", Language: "en", Level: slog.LevelDebug}},
		{[]string{"--hidden"}, Options{Hidden: true, Ask: instance.Message{Hidden: true}, Level: slog.LevelWarn}},
		{[]string{"-Embedding"}, Options{Hidden: true, Ask: instance.Message{Hidden: true}, Level: slog.LevelWarn}}, // by Windows, for an answer
		{[]string{"--version"}, Options{Version: true, Level: slog.LevelWarn}},
	} {
		i18ntest.Speak(t, "fr")
		var out, wrong bytes.Buffer
		got, err := Parse(c.arguments, &out, &wrong)
		if err != nil || out.Len()+wrong.Len() > 0 {
			t.Errorf("%q: %v, prints %q and %q", c.arguments, err, &out, &wrong)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q: %s", c.arguments, d)
		}
	}
}

func TestTheHelpOffersEveryLanguage(t *testing.T) {
	i18ntest.Speak(t, "fr")
	i18ntest.AddPolish(t)
	var out, wrong bytes.Buffer
	if _, err := Parse([]string{"--lang", "en", "--help"}, &out, &wrong); !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("%v, %s", err, &wrong)
	}
	var codes []string
	for _, c := range i18n.All() {
		codes = append(codes, string(c.Language))
	}
	all := strings.Join(codes, ", ")
	if !strings.Contains(out.String(), "the language: "+all+";") || !strings.Contains(all, "pl") {
		t.Errorf("the help:\n%s", &out)
	}
	o, err := Parse([]string{"--lang", "pl"}, &out, &wrong)
	if err != nil || o.Language != "pl" || i18n.Current().Language != "pl" {
		t.Errorf("%v, %+v, the language is %s", err, o, i18n.Current().Language)
	}
	if _, err := Parse([]string{"--lang", "la"}, &out, &wrong); !errors.Is(err, ErrUsage) || !strings.Contains(wrong.String(), all) {
		t.Errorf("an unknown language: %v, %s", err, &wrong)
	}
}

func TestRelaunchKeepsTheOptionsThatChooseTheProfile(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	config, err := filepath.Abs("a.toml")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Config: "a.toml", Language: "en", Level: slog.LevelDebug}
	if d := cmp.Diff([]string{program, "--config", config, "--lang", "en", "--hidden"}, o.Relaunch()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{program, "--hidden"}, Options{}.Relaunch()); d != "" {
		t.Error(d)
	}
}
