package i18n_test

import (
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"

	"github.com/google/go-cmp/cmp"
)

func TestFrenchIsSpokenUntilAnotherLanguageIsChosen(t *testing.T) {
	if got := i18n.T("settings.title"); got != "Paramètres" {
		t.Errorf("at first: %q", got)
	}
	i18ntest.Speak(t, "en")
	if got := i18n.T("settings.title"); got != "Settings" {
		t.Errorf("in English: %q", got)
	}
	if err := i18n.Speak("xx"); err == nil || i18n.Current().Language != "en" {
		t.Errorf("an unknown language is taken: %v, now %s", err, i18n.Current().Language)
	}
}

func TestValuesReplacePlaceholders(t *testing.T) {
	for _, c := range []struct {
		name   string
		key    string
		values []any
		want   string
	}{
		{"by name, in any order", "list.said", []any{"Text", "Bonjour", "Name", "Paul"}, "Paul\u00a0: Bonjour"},
		{"are never read as a text", "list.you", []any{"Text", "<b>{{.Name}} %s"}, "Vous\u00a0: <b>{{.Name}} %s"},
		{"of any type", "number.percent", []any{"Percent", 115}, "115\u202f%"},
		{"unused are ignored", "settings.title", []any{"Name", "Paul"}, "Paramètres"},
		{"missing leave the placeholder", "list.you", nil, "Vous\u00a0: {{.Text}}"},
		{"without a name are ignored", "list.you", []any{"Text"}, "Vous\u00a0: {{.Text}}"},
		{"of a key without a text", "no.such.key", []any{"Name", "Paul"}, "no.such.key"},
	} {
		if got := i18n.T(c.key, c.values...); strings.ReplaceAll(got, "\u202f", "\u00a0") != strings.ReplaceAll(c.want, "\u202f", "\u00a0") {
			t.Errorf("values %s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := i18n.N("no.such.key", 3); got != "no.such.key" {
		t.Errorf("a count of a key without a text: %q", got)
	}
}

// arabic needs all six categories.
const arabic = `{"language": {"name": "العربية",
	"dates": {"timeOfDay": "h:mm a", "shortWeekday": "EEE", "shortDay": "d MMM", "shortDate": "d/M/y", "longDay": "EEEE، d MMMM", "longDate": "EEEE، d MMMM y", "month": "MMMM y"},
	"months": ["1","2","3","4","5","6","7","8","9","10","نوفمبر","12"], "shortMonths": ["1","2","3","4","5","6","7","8","9","10","11","12"],
	"weekdays": ["0","الاثنين","2","3","4","5","6"], "shortWeekdays": ["0","1","2","3","4","5","6"],
	"dayPeriods": ["ص", "م"], "firstOfMonth": "1", "toolkit": {}},
	"m.zero": "zero {{.Count}}", "m.one": "one", "m.two": "two", "m.few": "few {{.Count}}", "m.many": "many {{.Count}}", "m.other": "other {{.Count}}"}`

func TestPluralsFollowTheLanguage(t *testing.T) {
	i18ntest.AddPolish(t)
	languages := i18ntest.Load(t, map[string][]byte{"ar.json": []byte(arabic)})
	for _, c := range []struct {
		language *i18n.Catalogue
		key      string
		want     map[int]string
	}{
		{i18n.In("fr"), "conversation.members", map[int]string{0: "0 membre", 1: "1 membre", 2: "2 membres", -1: "-1 membre", 1000: "1000 membres"}},
		{i18n.In("en"), "conversation.members", map[int]string{0: "0 members", 1: "1 member", 6: "6 members", 1_000_001: "1000001 members"}},
		{i18n.In("pl"), "conversation.members", map[int]string{0: "0 członków", 1: "1 członek", 3: "3 członkowie", 5: "5 członków",
			12: "12 członków", 22: "22 członkowie", 101: "101 członków"}},
		{languages.Match("ar"), "m", map[int]string{0: "zero 0", 1: "one", 2: "two", 5: "few 5", 50: "many 50", 101: "other 101", 103: "few 103"}},
	} {
		for count, want := range c.want {
			if got := c.language.N(c.key, count); got != want {
				t.Errorf("%d in %s: %q, want %q", count, c.language.Language, got, want)
			}
		}
	}
}

func TestDatesFollowTheLanguage(t *testing.T) {
	i18ntest.AddPolish(t)
	languages := i18ntest.Load(t, map[string][]byte{"ar.json": []byte(arabic)})
	morning := time.Date(2020, time.November, 23, 9, 5, 0, 0, time.UTC) // a Monday
	first := time.Date(2024, time.March, 1, 0, 30, 0, 0, time.UTC)
	type dates map[i18n.DateStyle]string
	for _, c := range []struct {
		language *i18n.Catalogue
		at       time.Time
		want     dates
	}{
		{i18n.In("fr"), morning, dates{i18n.TimeOfDay: "9:05", i18n.ShortWeekday: "lun.", i18n.ShortDay: "23 nov.",
			i18n.ShortDate: "23/11/2020", i18n.LongDay: "lundi 23 novembre", i18n.LongDate: "lundi 23 novembre 2020"}},
		{i18n.In("fr"), first, dates{i18n.TimeOfDay: "0:30", i18n.ShortDay: "1er mars",
			i18n.ShortDate: "01/03/2024", i18n.LongDay: "vendredi 1er mars"}},
		{i18n.In("en"), first, dates{i18n.ShortDay: "1 Mar", i18n.LongDate: "Friday 1 March 2024"}},
		{i18n.In("pl"), morning, dates{i18n.TimeOfDay: "09:05", i18n.ShortDate: "23.11.2020", i18n.LongDate: "poniedziałek, 23 listopada 2020 r."}},
		{languages.Match("ar"), morning, dates{i18n.TimeOfDay: "9:05 ص", i18n.LongDay: "الاثنين، 23 نوفمبر", i18n.ShortDate: "23/11/2020"}},
		{languages.Match("ar"), morning.Add(12 * time.Hour), dates{i18n.TimeOfDay: "9:05 م"}},
		{languages.Match("ar"), first, dates{i18n.TimeOfDay: "12:30 ص", i18n.ShortDate: "1/3/2024"}},
	} {
		for style, want := range c.want {
			if got := c.language.Date(style, c.at); got != want {
				t.Errorf("%s of %v in %s: %q, want %q", style, c.at, c.language.Language, got, want)
			}
		}
	}
}

func TestDatesAreReadAsPeopleTypeThem(t *testing.T) {
	i18ntest.AddPolish(t)
	american := i18ntest.Load(t, map[string][]byte{"ar.json": []byte(strings.Replace(arabic, `"d/M/y"`, `"M/d/y"`, 1))}).Match("ar")
	now := time.Date(2026, time.November, 27, 9, 5, 0, 0, time.Local)
	for _, c := range []struct {
		language *i18n.Catalogue
		typed    string
		want     string // "": it is no date
	}{
		{i18n.In("fr"), "03/04/2026", "2026-04-03"},
		{i18n.In("fr"), " 3.4.26 ", "2026-04-03"},
		{i18n.In("fr"), "3-4-2026", "2026-04-03"},
		{i18n.In("fr"), "3 4 2026", "2026-04-03"},
		{i18n.In("fr"), "2026-04-03", "2026-04-03"},
		{i18n.In("fr"), "27/11", "2026-11-27"},
		{i18n.In("fr"), "28/11", "2025-11-28"},
		{i18n.In("fr"), "29/02/2024", "2024-02-29"},
		{i18n.In("fr"), "29/02/2025", ""},
		{i18n.In("fr"), "31/04/2026", ""},
		{i18n.In("fr"), "04/13/2026", ""},
		{i18n.In("fr"), "00/00/2026", ""},
		{i18n.In("fr"), "hier", ""},
		{i18n.In("fr"), "3", ""},
		{i18n.In("fr"), "3/4/2026/5", ""},
		{i18n.In("fr"), "+3/4/2026", "2026-04-03"},
		{i18n.In("fr"), "3/4/99999999999999999999", ""},
		{i18n.In("fr"), "3/4/0026", ""},
		{i18n.In("fr"), "", ""},
		{i18n.In("en"), "03/04/2026", "2026-04-03"},
		{i18n.In("pl"), "03.04.2026", "2026-04-03"},
		{american, "03/04/2026", "2026-03-04"},
		{american, "3/4", "2026-03-04"},
	} {
		got := ""
		if day, ok := c.language.ReadDate(c.typed, now); ok {
			got = day.Format("2006-01-02")
		}
		if got != c.want {
			t.Errorf("%q in %s is %q, want %q", c.typed, c.language.Language, got, c.want)
		}
	}
}

// unknown is a language that the program will hardly speak: Latin.
const unknown = "la"

func TestOneFileAddsALanguage(t *testing.T) {
	names := func() (list []string) {
		for _, c := range i18n.All() {
			list = append(list, c.Name)
		}
		return list
	}
	before := names()
	i18ntest.AddPolish(t)
	added := slices.DeleteFunc(names(), func(name string) bool { return slices.Contains(before, name) })
	if d := cmp.Diff([]string{"Polski"}, added); d != "" || before[0] != "Français" {
		t.Errorf("before %v, added %s", before, d)
	}
	if !i18n.Known("pl") || i18n.Known(unknown) {
		t.Error("Known differs from the files")
	}
	i18ntest.Speak(t, "pl")
	if got := i18n.T("settings.title"); got != "Ustawienia" {
		t.Errorf("a text: %q", got)
	}
	if got := i18n.N("conversation.members", 2); got != "2 członkowie" {
		t.Errorf("a count: %q", got)
	}
}

func TestALanguageIsFoundForTheSystem(t *testing.T) {
	i18ntest.AddPolish(t)
	for _, c := range []struct {
		name    string
		locales []string
		want    i18n.Language
	}{
		{"no locale", nil, "fr"},
		{"the locale of a system without one", []string{"C"}, "fr"},
		{"French", []string{"fr-CA"}, "fr"},
		{"English of a country", []string{"en-GB"}, "en"},
		{"English", []string{"en"}, "en"},
		{"Polish", []string{"pl-PL"}, "pl"},
		{"an unknown language", []string{unknown}, "fr"},
		{"a second choice", []string{unknown, "en-US"}, "en"},
		{"the first of two known ones", []string{"pl", "en"}, "pl"},
		{"nonsense", []string{"", "not a locale", "%"}, "fr"},
	} {
		if got := i18n.In(c.locales...).Language; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAChoiceIsResolved(t *testing.T) {
	for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANGUAGE"} {
		t.Setenv(variable, "")
	}
	t.Setenv("LANG", "C.UTF-8")
	for choice, want := range map[string]i18n.Language{"fr": "fr", "en": "en"} {
		if got := i18n.Resolve(choice); got != want {
			t.Errorf("%q: %s", choice, got)
		}
	}
	if runtime.GOOS == "linux" { // others ask the system
		for system, want := range map[string]i18n.Language{"C.UTF-8": "fr", "C": "fr", "": "fr", "fr_FR.UTF-8": "fr", "en_GB.UTF-8": "en", unknown: "fr"} {
			t.Setenv("LANG", system)
			for _, choice := range []string{"", unknown, "EN"} {
				if got := i18n.Resolve(choice); got != want {
					t.Errorf("%q on a system of %q: %s, want %s", choice, system, got, want)
				}
			}
		}
	}
}

func TestAMistakeInAFileNamesFileAndKey(t *testing.T) {
	data, err := fs.ReadFile(i18ntest.Files(t, nil), "en.json")
	if err != nil {
		t.Fatal(err)
	}
	english := string(data)
	for _, c := range []struct{ name, old, new, want string }{
		{"no JSON", "{", "[", "en.json: a JSON object is expected"},
		{"a cut file", english[len(english)/2:], "", "en.json: "},
		{"a key twice", `"settings.title"`, `"app.name"`, "en.json: app.name: the key stands twice"},
		{"a text that is no string", `"settings.title": "Settings"`, `"settings.title": 3`, "en.json: settings.title: "},
		{"a placeholder that computes", `{{.Organisation}} · shared`, `{{printf .Organisation}} · shared`, "en.json: accounts.subtitle: "},
		{"a placeholder that is open", `{{.Organisation}} · shared`, `{{.Organisation} · shared`, "en.json: accounts.subtitle: "},
		{"no section for the language", `"language": {`, `"no.language": {`, "en.json: no.language: "},
		{"an unknown field of the language", `"weekdays"`, `"weekday"`, `en.json: language: json: unknown field "weekday"`},
		{"a month too few", `"January", `, ``, "en.json: language: months: 12 words are expected, there are 11"},
		{"a month without a name", `"January", `, `"", `, "en.json: language: months: word 1 is empty"},
		{"no name", `"name": "English"`, `"name": ""`, "en.json: language: name is empty"},
		{"a style too few", `"timeOfDay": "H:mm", `, ``, "en.json: language: dates: timeOfDay is missing or empty"},
		{"a style too many", `"timeOfDay"`, `"tea": "H", "timeOfDay"`, "en.json: language: dates: only ["},
		{"a field that no date has", `"H:mm"`, `"H:nn"`, `en.json: language: dates: timeOfDay: "nn" is no date field`},
		{"an apostrophe that is open", `"H:mm"`, `"H 'o:mm"`, "en.json: language: dates: timeOfDay: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(english, c.old) {
				t.Fatalf("%s is not there", c.old)
			}
			files := map[string][]byte{"en.json": []byte(strings.Replace(english, c.old, c.new, 1))}
			if _, err := i18n.Load(i18ntest.Files(t, files)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want …%s…", err, c.want)
			}
		})
	}
	if _, err := i18n.Load(i18ntest.Files(t, map[string][]byte{"not a code.json": data})); err == nil || !strings.Contains(err.Error(), "no language code") {
		t.Errorf("a file whose name is no code: %v", err)
	}
	if _, err := i18n.Load(fstest.MapFS{"en.json": {Data: data}}); err == nil || !strings.Contains(err.Error(), "fr.json, is missing") {
		t.Errorf("without the original: %v", err)
	}
}

// The race detector watches.
func TestTheLanguageMayChangeWhileTextsAreRead(t *testing.T) {
	i18ntest.Speak(t, "fr")
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i := range 200 {
				if got := i18n.T("settings.title"); got != "Paramètres" && got != "Settings" {
					t.Errorf("%q", got)
				}
				i18n.N("conversation.members", i)
			}
		})
	}
	for i := range 200 {
		if err := i18n.Speak([]i18n.Language{"en", "fr"}[i%2]); err != nil {
			t.Error(err)
		}
	}
	readers.Wait()
}

func BenchmarkT(b *testing.B) {
	for b.Loop() {
		_ = i18n.T("list.said", "Name", "Paul", "Text", "Bonjour")
	}
}

func ExampleN() {
	fmt.Println(i18n.N("conversation.members", 0))
	fmt.Println(i18n.N("conversation.members", 2))
	// Output:
	// 0 membre
	// 2 membres
}

func BenchmarkLoad(b *testing.B) {
	files := i18ntest.Files(b, nil)
	for b.Loop() {
		if _, err := i18n.Load(files); err != nil {
			b.Fatal(err)
		}
	}
}
