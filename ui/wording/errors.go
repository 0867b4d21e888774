package wording

import (
	"errors"
	"path/filepath"
	"strings"
	"time"

	"discussions/account"
	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/atomicfile"
	"discussions/internal/i18n"
	"discussions/internal/instance"
	"discussions/internal/profile"
	"discussions/messaging"
	"discussions/settings"
)

// ErrOpenAtLogin means that the operating system refused to open the program at login.
var ErrOpenAtLogin = errors.New("open at login")

// ErrDiagnosis means that the file for the help desk could not be written.
var ErrDiagnosis = errors.New("diagnosis")

// Sentence tells a user what happened, what it means for them and what to do.
// Means or Do may be empty.
type Sentence struct{ What, Means, Do string }

// Text is all of it as one paragraph.
func (s Sentence) Text() string { return Join(" ", ended(s.What), s.Means, s.Do) }

// Short is what happened and what to do, where there is room for a line.
func (s Sentence) Short() string { return Join(" ", ended(s.What), s.Do) }

// ended is a title as a sentence of a paragraph.
func ended(title string) string {
	if title == "" || strings.ContainsAny(title[len(title)-1:], ".!?") {
		return title
	}
	return title + "."
}

// sentences gives each error that has a meaning for the user its key: the texts
// are key.what, key.means and key.do. The first that fits is taken, so that the
// more particular ones come first.
var sentences = []struct {
	err error
	key string
}{
	{auth.ErrPortal, "error.portal"},
	{auth.ErrClock, "error.clock"},
	{auth.ErrCertificate, "error.certificate"},
	{auth.ErrDenied, "error.denied"},
	{auth.ErrTimeout, "error.timeout"},
	{auth.ErrCancelled, "error.cancelled"},
	{auth.ErrBrowser, "error.browser"},
	{auth.ErrNoPKCE, "error.noPKCE"},
	{auth.ErrNoJID, "error.noAddress"},
	{auth.ErrUntrusted, "error.untrusted"},
	{auth.ErrLoginNeeded, "error.loginNeeded"},
	{auth.ErrUnreachable, "error.unreachable"},
	{auth.ErrProvider, "error.provider"},

	{account.ErrOtherPerson, "error.otherPerson"},
	{account.ErrErased, "error.erased"},
	{account.ErrLoginNeeded, "error.loginNeeded"},
	{account.ErrWrongCode, "error.wrongCode"},
	{account.ErrWait, "error.wait"},
	{account.ErrKeyringAbsent, "error.keyringAbsent"},
	{account.ErrKeyringLocked, "error.keyringLocked"},
	{account.ErrKeyringSlow, "error.keyringSlow"},
	{account.ErrKeyringForeign, "error.keyringForeign"},
	{account.ErrKeyringRefused, "error.keyringRefused"},
	{account.ErrProfileBusy, "error.running"},
	{account.ErrProfile, "error.profile"},
	{profile.ErrNewer, "error.profileNewer"},
	{account.ErrNoAccount, "error.noAccount"},
	{account.ErrState, "error.state"},
	{account.ErrClosed, "error.cancelled"},

	{vault.ErrForm, "error.codeForm"},
	{messaging.ErrClock, "error.clock"},
	{messaging.ErrLoginNeeded, "error.loginNeeded"},
	{messaging.ErrLocked, "error.locked"},
	{messaging.ErrNoConversation, "error.noConversation"},
	{messaging.ErrNoMessage, "error.noConversation"},
	{messaging.ErrOffline, "error.offline"},
	{messaging.ErrNotOffered, "error.notOffered"},
	{messaging.ErrTooLong, "error.tooLong"},
	{messaging.ErrEmpty, "error.empty"},
	{messaging.ErrClosed, "error.cancelled"},
	{messaging.ErrDisk, "error.disk"},

	{settings.ErrNoDeployment, "error.noDeployment"},
	{instance.ErrRunning, "error.running"},
	{ErrOpenAtLogin, "error.atLogin"},
	{ErrDiagnosis, "error.diagnosis"},
}

// Explain turns an error into a sentence in the user's language.
func Explain(err error) Sentence {
	var (
		weak  *vault.WeakCodeError
		file  *settings.FileError
		clock *auth.ClockError
	)
	switch {
	case errors.As(err, &weak):
		return Sentence{What: i18n.T("weak." + weak.Reason.String()), Do: i18n.T("weak.do")}
	case errors.As(err, &file):
		return explainFile(file)
	case errors.As(err, &clock):
		s := texts("error.clock")
		s.Means = i18n.T("error.clockBy", "Time", Span(clock.Difference))
		return s
	}
	for _, s := range sentences {
		if errors.Is(err, s.err) {
			found := texts(s.key)
			if s.err == settings.ErrNoDeployment {
				found.Means = i18n.T("error.noDeployment.places", "Places", places())
			}
			return found
		}
	}
	if atomicfile.Full(err) {
		return texts("error.disk")
	}
	return texts("error.unknown")
}

func texts(key string, data ...any) Sentence {
	return Sentence{What: i18n.T(key+".what", data...), Means: i18n.T(key+".means", data...), Do: i18n.T(key+".do", data...)}
}

// explainFile says where a deployment file is wrong, and how.
func explainFile(e *settings.FileError) Sentence {
	s := Sentence{What: i18n.T("file.what"), Do: i18n.T("file.do")}
	if e.Problem == settings.ProblemAbsent {
		s.What = i18n.T("file.whatAbsent")
	}
	where := i18n.T("file.path", "Path", e.Path)
	if e.Line > 0 {
		where = i18n.T("file.line", "Path", e.Path, "Line", e.Line)
	}
	reason := ""
	if e.Err != nil {
		reason = e.Err.Error()
	}
	s.Means = where + "\n" + i18n.T("file."+string(e.Problem), "Key", e.Key, "Value", e.Value, "Want", e.Want, "Reason", reason)
	return s
}

// Erased says that too many wrong codes erased an account.
func Erased(name string) Sentence {
	return Sentence{What: i18n.T("error.erased.what"), Means: i18n.T("error.erasedWho", "Name", name), Do: i18n.T("error.erased.do")}
}

// RemovalStopped says that somebody asked for the removal of an account, which its owner has opened.
func RemovalStopped(asked, now time.Time) Sentence {
	return Sentence{
		What: i18n.T("removalStopped.what", "Day", Day(asked, now), "Time", Time(asked)), Means: i18n.T("removalStopped.means"), Do: i18n.T("removalStopped.do"),
	}
}

// Removed says to its owner that an account was erased.
func Removed(r account.Removed, now time.Time) Sentence {
	s := Sentence{What: i18n.T("removedBefore.what", "Day", Day(r.At, now), "Time", Time(r.At)), Do: i18n.T("removedBefore.do")}
	if r.How == account.RemovedByWrongCodes {
		s.Means = i18n.T("removedBefore.wrongCodes")
	} else {
		s.Means = i18n.T("removedBefore.withoutCode")
	}
	return s
}

// WrongCodes says that somebody typed wrong codes for an account.
func WrongCodes(m account.Misses, now time.Time) Sentence {
	return Sentence{What: Misses(m, now), Means: i18n.T("wrongCodes.means"), Do: i18n.T("wrongCodes.do")}
}

// Misses counts the wrong codes that somebody typed, and says since when; "": none.
func Misses(m account.Misses, now time.Time) string {
	switch {
	case m.Count == 0:
		return ""
	case m.Since.IsZero(): // counted by an earlier version
		return i18n.N("wrongCodes.count", m.Count)
	}
	return i18n.N("wrongCodes.since", m.Count, "Day", Day(m.Since, now), "Time", Time(m.Since))
}

// SettingsSetAside says that the user's settings could not be read, and where the file lies.
func SettingsSetAside(path string) Sentence {
	return texts("setAside.settings", "Path", absolute(path))
}

// OutboxSetAside says that unsent messages and drafts could not be read, and where the file lies.
func OutboxSetAside(path string) Sentence {
	return texts("setAside.outbox", "Path", absolute(path))
}

// absolute is a path that the user finds whatever the program's folder is.
func absolute(path string) string {
	if found, err := filepath.Abs(path); err == nil {
		return found
	}
	return path
}

// places are where a deployment file may stand, one on each line.
func places() string {
	text := ""
	for _, p := range settings.DeploymentPlaces() {
		text += "\n" + filepath.Clean(p)
	}
	return text
}
