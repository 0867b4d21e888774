package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/account/vault"
	"discussions/settings"
)

var strictFiles = settings.Files{MaxMB: 5, Types: []string{"image/*"}, CacheMB: 50, NoOpen: true, Hosts: []string{"files.example.org"}}

func drawFiles(t *rapid.T, label string) settings.Files {
	kinds := rapid.SampledFrom([]string{"image/*", "image/png", "image/jpeg", "text/*", "text/plain", "application/pdf"})
	f := settings.Files{
		MaxMB: rapid.IntRange(0, 200).Draw(t, label+": MB"), CacheMB: rapid.IntRange(0, 100_000).Draw(t, label+": cache"),
		Plain: rapid.Bool().Draw(t, label+": plain"), NoOpen: rapid.Bool().Draw(t, label+": no open"),
	}
	if rapid.Bool().Draw(t, label+": has types") {
		f.Types = append([]string{}, rapid.SliceOfN(kinds, 0, 4).Draw(t, label+": types")...)
	}
	if hosts := rapid.SliceOfN(rapid.SampledFrom([]string{"a.example.org", "a.example.org:8443", "b.example.org"}), 0, 3).Draw(t, label+": hosts"); len(hosts) > 0 {
		f.Hosts = hosts
	}
	return f
}

// TestWhatOneForbidsIsForbidden: the stricter of two sets of rules allows exactly what both allow.
func TestWhatOneForbidsIsForbidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, g := drawFiles(t, "one"), drawFiles(t, "other")
		strict, a, b := FilePolicy(f.Strictest(g)), FilePolicy(f), FilePolicy(g)
		for _, kind := range []string{"image/png", "IMAGE/jpeg", "image/webp", "text/plain", "application/pdf", "application/zip"} {
			if strict.Takes(kind) != (a.Takes(kind) && b.Takes(kind)) {
				t.Fatalf("%s: %v of %v and %v", kind, strict.Types, a.Types, b.Types)
			}
		}
		if strict.Plain != (a.Plain && b.Plain) || f.Strictest(g).NoOpen != (f.NoOpen || g.NoOpen) {
			t.Fatalf("%+v", strict)
		}
		if f.MaxMB > 0 && strict.Limit() > a.Limit() || g.MaxMB > 0 && strict.Limit() > b.Limit() {
			t.Fatalf("%d", strict.Limit())
		}
		for _, host := range strict.Hosts {
			if !strings.Contains(strings.Join(a.Hosts, " ")+" ", host+" ") || !strings.Contains(strings.Join(b.Hosts, " ")+" ", host+" ") {
				t.Fatal(host)
			}
		}
	})
}

// TestTheLongestListsFitIntoTheKeyring: those that package settings takes.
func TestTheLongestListsFitIntoTheKeyring(t *testing.T) {
	long := settings.Files{MaxMB: 200, CacheMB: 100_000, Plain: true, NoOpen: true, Types: []string{}}
	for n := 0; n+8 < 1000; n += 8 {
		long.Types = append(long.Types, "a/&'+")
	}
	text := fileRules(long)
	if len(text) > vault.MaxFileRules {
		t.Errorf("%d bytes", len(text))
	}
	if diff := cmp.Diff(long, filesOf(text)); diff != "" {
		t.Error(diff)
	}
}

func TestRulesOfFilesThatCannotBeReadForbid(t *testing.T) {
	for _, text := range []string{"{", "[]", `{"max_mb":"x"}`, "\x00"} {
		if f := FilePolicy(filesOf(text)); f.Takes("image/png") || !filesOf(text).NoOpen || len(f.Hosts) > 0 {
			t.Errorf("%q allows %+v", text, f)
		}
	}
}

// TestAFileOfOnesOwnDoesNotLoosenTheRulesOfFiles: at once after a start, after a full login with that file, and once the keyring has answered.
func TestAFileOfOnesOwnDoesNotLoosenTheRulesOfFiles(t *testing.T) {
	l := newLab(t)
	l.unprotected = true
	l.policy = settings.Policy{Files: strictFiles}
	l.restart()
	id := l.add(claire)
	must(t, l.LogOut(id))
	check := func(when string, want settings.Files) {
		t.Helper()
		if diff := cmp.Diff(FilePolicy(want), l.client(id).c.Files); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
		if diff := cmp.Diff(want, l.Policy().Files); diff != "" {
			t.Errorf("%s, on the screen: %s", when, diff)
		}
	}
	own := settings.Files{MaxMB: 200, Plain: true, CacheMB: 10_000, Types: []string{"image/*", "application/zip"}, Hosts: []string{"evil.example.net", "files.example.org"}}
	l.policy = settings.Policy{Files: own} // mine.toml
	l.restart()
	must(t, l.unlock(id, code))
	check("at once", strictFiles)
	must(t, l.LogOut(id))
	_, err := l.logIn(claire, id).Resume(t.Context(), code)
	must(t, err)
	check("after a full login", strictFiles)
	must(t, l.LogOut(id))
	l.restart()
	<-l.keyringAsked
	must(t, l.unlock(id, code))
	check("later", strictFiles)

	l.unprotected = false
	l.restart()
	must(t, l.unlock(id, code))
	check("with an administrators' file", own)
}
