package settings

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"discussions/internal/i18n/i18ntest"

	"github.com/google/go-cmp/cmp"
)

func openUser(t *testing.T, dir string) *UserFile {
	t.Helper()
	f, err := OpenUser(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSettingsAreKept(t *testing.T) {
	dir := t.TempDir()
	f := openUser(t, dir)
	if diff := cmp.Diff(DefaultUser(), f.Get()); diff != "" {
		t.Errorf("at first: %s", diff)
	}
	if _, err := os.Stat(filepath.Join(dir, userName)); err == nil {
		t.Error("a file was written before anything was chosen")
	}
	want := User{LockAfter: 150 * time.Second, Language: "en", Theme: "dark", TextSize: 1.25, ToldMinimised: true}
	for i := range reflect.TypeFor[User]().NumField() {
		if reflect.ValueOf(want).Field(i).Equal(reflect.ValueOf(DefaultUser()).Field(i)) {
			t.Errorf("%s: choose a value other than the default, so that it is seen to be kept", reflect.TypeFor[User]().Field(i).Name)
		}
	}
	got, err := f.Update(func(u *User) { *u = want })
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []User{got, f.Get(), openUser(t, dir).Get()} {
		if diff := cmp.Diff(want, u); diff != "" {
			t.Error(diff)
		}
	}
	if golden, data := testdata(t, "user-v2.toml"), read(t, dir, userName); !bytes.Equal(data, golden) {
		t.Errorf("written:\n%s\nwant:\n%s", data, golden)
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestEveryVersionEverWrittenIsRead(t *testing.T) {
	workstation := User{LockAfter: 150 * time.Second, Language: "en", Theme: "dark", TextSize: 1.25}
	told := workstation
	told.ToldMinimised = true
	shared := DefaultPerson()
	shared.Notifications, shared.Content, shared.Language = false, ContentFull, "en"
	for name, want := range map[string]struct {
		user   User
		former *Person
	}{
		"user-v1.toml": {workstation, &shared},
		"user-v2.toml": {told, nil},
	} {
		user, former, err := decodeUser(testdata(t, name))
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want.user, user); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(want.former, former); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestTheFormerSettingsOfThePersonStayUntilTheNextUpdate: a start that ends before the accounts have them loses nothing.
func TestTheFormerSettingsOfThePersonStayUntilTheNextUpdate(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, userName), testdata(t, "user-v1.toml"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if f := openUser(t, dir).Former(); f == nil || f.Content != ContentFull {
			t.Fatalf("%+v", f)
		}
	}
	f := openUser(t, dir)
	if _, err := f.Update(func(*User) {}); err != nil {
		t.Fatal(err)
	}
	if f.Former() != nil || openUser(t, dir).Former() != nil {
		t.Error("they are given to the accounts twice")
	}
}

func TestDamagedSettingsAreKeptAsideAndTheDefaultsHold(t *testing.T) {
	for name, text := range map[string]string{
		"empty":           "",
		"cut":             "version = 1\nnotifi",
		"not text":        "\x00\xff\x00",
		"wrong type":      "version = 1\nnotifications = 'yes'\n",
		"no version":      "notifications = false\n",
		"a later version": "version = 3\nnotifications = 'sometimes'\n",
		"too long":        "version = 1\n" + strings.Repeat("#", maxUser),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, userName), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			f := openUser(t, dir)
			if f.Get() != DefaultUser() {
				t.Errorf("%+v", f.Get())
			}
			if f.KeptAside() != filepath.Join(dir, damagedName) || string(read(t, dir, damagedName)) != text {
				t.Errorf("kept aside: %q", f.KeptAside())
			}
			if _, err := f.Update(func(u *User) { u.Theme = "dark" }); err != nil {
				t.Error(err)
			}
			again := openUser(t, dir)
			if again.KeptAside() != "" || again.Get().Theme != "dark" {
				t.Errorf("the next time: %q, %+v", again.KeptAside(), again.Get())
			}
		})
	}
}

func TestAnInvalidValueAloneBecomesItsDefault(t *testing.T) {
	want := DefaultPerson()
	want.Notifications = false
	user, got, err := decodeUser([]byte(`version = 1
notifications = false
notification_content = "everything"
lock_after = "-1s"
language = "la"
theme = "pink"
text_size = nan
new_key = 1
`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(DefaultUser(), user); diff != "" {
		t.Error(diff)
	}
	f := openUser(t, t.TempDir())
	if u, err := f.Update(func(u *User) { u.TextSize = float32(math.Inf(1)); u.Theme = "" }); err != nil || u != DefaultUser() {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestTheLanguageMayBeAnyThatTheProgramSpeaks(t *testing.T) {
	polish := func(u *User) { u.Language = "pl" }
	f := openUser(t, t.TempDir())
	if u, err := f.Update(polish); err != nil || u.Language != "" {
		t.Errorf("an unknown language: %q, %v", u.Language, err)
	}
	i18ntest.AddPolish(t)
	if u, err := f.Update(polish); err != nil || u.Language != "pl" {
		t.Errorf("a language that was added: %q, %v", u.Language, err)
	}
}

func TestSettingsThatCannotBeSavedDoNotChange(t *testing.T) {
	dir := t.TempDir()
	f := openUser(t, dir)
	if err := os.Mkdir(filepath.Join(dir, userName), 0o700); err != nil { // nothing can take its place
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, userName, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if u, err := f.Update(func(u *User) { u.Theme = "dark" }); err == nil || u != DefaultUser() || f.Get() != DefaultUser() {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := OpenUser(filepath.Join(dir, "absent")); err == nil {
		t.Error("a folder that is not there was opened")
	}
}

func TestChangesAtTheSameTimeAreAllKept(t *testing.T) {
	dir := t.TempDir()
	f := openUser(t, dir)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := f.Update(func(u *User) { u.LockAfter += time.Second }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := openUser(t, dir).Get().LockAfter; got != 10*time.Second {
		t.Errorf("got %v", got)
	}
}

func TestThePolicyWins(t *testing.T) {
	const none = time.Duration(0)
	for _, c := range []struct{ policy, user, want time.Duration }{
		{5 * time.Minute, none, 5 * time.Minute},
		{5 * time.Minute, time.Minute, time.Minute},
		{5 * time.Minute, time.Hour, 5 * time.Minute},
		{none, time.Hour, time.Hour},
		{none, none, none},
	} {
		if got := (Policy{LockAfter: c.policy}).Lock(User{LockAfter: c.user}); got != c.want {
			t.Errorf("policy %v, user %v: %v, want %v", c.policy, c.user, got, c.want)
		}
	}
	for _, c := range []struct{ policy, user, want Content }{
		{ContentName, ContentFull, ContentName},
		{ContentName, ContentNone, ContentNone},
		{ContentFull, ContentFull, ContentFull},
		{ContentNone, ContentFull, ContentNone},
		{"", ContentFull, ContentNone},
		{ContentFull, "all", ContentNone},
	} {
		if got := (Policy{NotificationContent: c.policy}).Content(Person{Content: c.user}); got != c.want {
			t.Errorf("policy %q, user %q: %q, want %q", c.policy, c.user, got, c.want)
		}
	}
}

func FuzzUser(f *testing.F) {
	f.Add(testdata(f, "user-v1.toml"))
	f.Add(testdata(f, "user-v2.toml"))
	f.Add([]byte("version = 1\nlock_after = '1000000h'\ntext_size = -inf\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		u, former, err := decodeUser(data)
		if err != nil {
			return
		}
		if former != nil && *former != former.Normalized() {
			t.Errorf("%+v has no meaning", *former)
		}
		if u != u.normalized() {
			t.Errorf("%+v has no meaning", u)
		}
		written, err := encodeUser(u)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := decodeUser(written)
		if err != nil {
			t.Fatal(err)
		}
		u.TextSize, again.TextSize = round(u.TextSize), round(again.TextSize)
		if diff := cmp.Diff(u, again); diff != "" {
			t.Error(diff)
		}
	})
}

// round is a text size as stored in the file.
func round(f float32) float32 { return float32(math.Round(float64(f) * 100)) }
