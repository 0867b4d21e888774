package vault

import (
	"encoding/binary"
	"errors"
	"time"
)

// ErrLoginNeeded says that the code opens the vault again only after a full login: see [Vault.RequireLogin] and [Rules].
var ErrLoginNeeded = errors.New("a full login is needed")

// Rules are what an organisation has decided about a vault.
type Rules struct {
	Lifetime time.Duration // of a code, from the last full login, in whole seconds; 0: no limit
	Rest     [12]byte      // not used by this package
	Files    string        // the same, about files, of at most [MaxFileRules] bytes; "": not known, as in a record before version 3
}

// MaxFileRules is the most bytes of [Rules.Files]. With them a record has 2,199 characters; the keyring of Windows takes 2,560.
const MaxFileRules = 1500

// standing is what the keyring's record says about the right to open the vault by its code. It is there, not in a file, since files can
// be put back as they were.
type standing struct {
	login  time.Time     // the last full login; zero: unknown, as in a record of version 1
	latest time.Time     // the latest time seen
	at     Started       // at that time
	lost   time.Duration // how much the clock was set back since that login
	need   bool          // a full login is needed
	ruled  bool          // rules are known
	rules  Rules
}

const standingSize = 8 + 8 + 4 + 1 + 4 + 12 // without the rules of files

const (
	// clockTolerance is how far a clock may go back before it counts as set back.
	clockTolerance = 5 * time.Minute
	// runTolerance is how much longer than the clock says a computer may have run: both are in whole seconds, and may differ a little.
	runTolerance = 10 * time.Second
)

func (s standing) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, seconds(s.login))
	b = binary.BigEndian.AppendUint64(b, seconds(s.latest))
	b = binary.BigEndian.AppendUint32(b, wholeSeconds(s.lost))
	var flags byte
	if s.need {
		flags |= 1
	}
	if s.ruled {
		flags |= 2
	}
	b = append(b, flags)
	b = binary.BigEndian.AppendUint32(b, wholeSeconds(s.rules.Lifetime))
	b = append(b, s.rules.Rest[:]...)
	b = s.at.append(b)
	files := s.rules.Files
	b = binary.BigEndian.AppendUint16(b, uint16(len(files)))
	return append(b, files...)
}

// parseStanding reads what append wrote, or wrote in an earlier version.
func parseStanding(b []byte, version recordVersion) (s standing) {
	s.login, s.latest = moment(b), moment(b[8:])
	s.lost = time.Duration(binary.BigEndian.Uint32(b[16:])) * time.Second
	s.need, s.ruled = b[20]&1 != 0, b[20]&2 != 0
	s.rules.Lifetime = time.Duration(binary.BigEndian.Uint32(b[21:])) * time.Second
	copy(s.rules.Rest[:], b[25:])
	b = b[standingSize:]
	if version.started {
		s.at, b = parseStarted(b), b[startedSize:]
	}
	if version.variable {
		s.rules.Files = string(b[2:])
	}
	return s
}

func wholeSeconds(d time.Duration) uint32 {
	return uint32(min(max(d/time.Second, 0), 1<<32-1))
}

// observe notes the time. The time by which a clock was set back counts as passed, and so does what the computer has run for since, whatever the
// clock says: otherwise a clock that is set back each day would keep a code alive for ever.
func (s *standing) observe(now time.Time, at Started) {
	now = now.Truncate(time.Second)
	if s.latest.IsZero() {
		s.latest, s.at = now, at
		return
	}
	passed := now.Sub(s.latest)
	if ran := at.since(s.at); passed < -clockTolerance || ran-max(passed, 0) > runTolerance {
		s.lost += min(ran-passed, (1<<32-1)*time.Second-s.lost)
		s.latest, s.at = now, at
		return
	}
	if passed > 0 {
		s.latest, s.at = now, at
	}
}

// age is how long ago the last full login was; negative if the clock was set back to before it.
func (s *standing) age(now time.Time) time.Duration { return now.Sub(s.login) + s.lost }

// expired reports whether the code no longer opens the vault under the limit of the rules or of now.
func (s *standing) expired(now time.Time, limit time.Duration) bool {
	if limit <= 0 || s.login.IsZero() {
		return false
	}
	return s.age(now) > limit || now.Sub(s.login) < -clockTolerance
}

// Standing is what can be known without the code about the right to open the vault by it.
type Standing struct {
	Login       time.Time     // the last full login; zero: unknown
	Lost        time.Duration // how much the clock was set back since
	LoginNeeded bool
	Rules       Rules
	Ruled       bool // there are Rules
}

func (s *standing) public() Standing {
	return Standing{Login: s.login, Lost: s.lost, LoginNeeded: s.need, Rules: s.rules, Ruled: s.ruled}
}

// Standing is what the keyring's record said when it was last read or written.
func (v *Vault) Standing() Standing { return v.seen.standing.public() }

// seen is what the record said when it was last read or written.
type seen struct {
	person [8]byte
	standing
}

// Confirm notes, after the vault was opened, whose it is, for [Vault.UnlockAfterLogin], and when they last logged in in full. A later login than the
// known one ends the need for one. The rules replace the known ones if there are none, or if replace is set; those of files also where a record
// of an earlier version knows the others only.
func (v *Vault) Confirm(person string, login time.Time, rules Rules, replace bool) error {
	confirmed := func(s seen) seen {
		s.person = personHash(person)
		if login = login.Truncate(time.Second); login.After(s.login) {
			s.login, s.need, s.lost, s.latest, s.at = login, false, 0, v.now().Truncate(time.Second), v.started()
		}
		if !s.ruled || replace {
			s.rules, s.ruled = rules, true
		}
		if s.rules.Files == "" {
			s.rules.Files = rules.Files
		}
		return s
	}
	if len(rules.Files) > MaxFileRules {
		return errors.New("the rules of files are too long")
	}
	if v.seen == confirmed(v.seen) {
		return nil // the record need not be read
	}
	r, _, err := v.load()
	if err != nil {
		return err
	}
	defer r.device.Wipe()
	s := confirmed(seen{r.person, r.standing})
	r.person, r.standing = s.person, s.standing
	if err := v.saveRecord(r); err != nil {
		return err
	}
	v.unsettled = nil
	return nil
}

// RequireLogin notes that only a full login opens the vault.
func (v *Vault) RequireLogin() error {
	r, _, err := v.load()
	if err != nil {
		return err
	}
	defer r.device.Wipe()
	if r.need {
		return nil
	}
	r.need = true
	if err := v.saveRecord(r); err != nil {
		return err
	}
	v.unsettled = nil
	return nil
}

// observeEvery is how old the latest time in the record may get while the program runs.
const observeEvery = time.Hour

// Observe notes the time, for [Rules.Lifetime]. Call it from time to time.
func (v *Vault) Observe() error {
	age, ran := v.now().Sub(v.saved), v.started().since(v.savedAt)
	if v.seen.login.IsZero() || max(age, ran) < observeEvery && age >= -clockTolerance {
		return nil
	}
	r, _, err := v.load()
	if err != nil {
		return err
	}
	defer r.device.Wipe()
	return v.saveRecord(r)
}
