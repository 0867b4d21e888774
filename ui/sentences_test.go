package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/settings"
)

func TestEverySentinelErrorHasItsSentence(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, language := range []string{"fr", "en"} {
			r := newRig(t, func(o *Options, _ *fakeManager) { o.Language = language }, claire)
			unknown := explain(errors.New("something else"))
			for _, s := range sentences {
				got := explain(fmt.Errorf("around: %w", s.err))
				if got == unknown || got.What == "" || strings.Contains(got.text(), s.key) {
					t.Errorf("%s %v: %+v", language, s.err, got)
				}
			}
			for reason := vault.Repeat; reason <= vault.Keypad; reason++ {
				if got := explain(&vault.WeakCodeError{Reason: reason}).text(); strings.Contains(got, "weak.") {
					t.Errorf("%s %v: %s", language, reason, got)
				}
			}
			for _, p := range []settings.Problem{settings.ProblemAbsent, settings.ProblemUnreadable, settings.ProblemTooLong, settings.ProblemSyntax,
				settings.ProblemUnknownKey, settings.ProblemWrongType, settings.ProblemMissingKey, settings.ProblemBadText, settings.ProblemBadDomain,
				settings.ProblemBadAddress, settings.ProblemNotEncrypted, settings.ProblemBadDuration, settings.ProblemUnknownWord, settings.ProblemReserved, settings.ProblemBadCA} {
				got := explain(&settings.FileError{Path: "/x/discussions.toml", Line: 7, Key: "a.b", Problem: p}).text()
				if strings.Contains(got, "file."+string(p)) || !strings.Contains(got, "/x/discussions.toml") || !strings.Contains(got, "7") {
					t.Errorf("%s %s: %s", language, p, got)
				}
			}
			if got := explain(&auth.ClockError{Difference: -25 * time.Hour}).text(); !strings.Contains(got, "25") {
				t.Errorf("%s: %s", language, got)
			}
			r.ui.Close()
		}
	})
}
