package updates

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"aead.dev/minisign"
)

// Product is the program that a notice must be about: one key may sign the notices of several.
const Product = "org.spico.discussions"

// Why a notice is refused.
var (
	ErrSignature = errors.New("updates: the signature is not that of the publisher")
	ErrNotice    = errors.New("updates: not a notice about this program")
	ErrRollback  = errors.New("updates: older than a notice that came before")
)

// Notice is what the publisher says about the program's versions.
type Notice struct {
	Product   string    `json:"product"`
	Version   string    `json:"version"`           // the newest
	Minimum   string    `json:"minimum,omitempty"` // earlier versions must be replaced; "": none
	Published time.Time `json:"published"`
	Notes     string    `json:"notes,omitempty"` // https address of a page about the newest version
}

// Open checks the signature, a file of minisign, and reads the notice.
func Open(key minisign.PublicKey, data, signature []byte) (Notice, error) {
	if !minisign.Verify(key, data, signature) {
		return Notice{}, ErrSignature
	}
	var n Notice
	if err := json.Unmarshal(data, &n); err != nil {
		return Notice{}, fmt.Errorf("%w: %w", ErrNotice, err)
	}
	if err := n.check(); err != nil {
		return Notice{}, fmt.Errorf("%w: %w", ErrNotice, err)
	}
	return n, nil
}

func (n Notice) check() error {
	newest, err := parseVersion(n.Version)
	if err != nil {
		return err
	}
	if n.Minimum != "" {
		minimum, err := parseVersion(n.Minimum)
		if err != nil {
			return err
		}
		if newest.before(minimum) { // nobody could satisfy it
			return fmt.Errorf("the minimum %s is newer than %s", n.Minimum, n.Version)
		}
	}
	if n.Notes != "" {
		if u, err := url.Parse(n.Notes); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
			return errors.New("the notes have no https address")
		}
	}
	switch {
	case n.Product != Product:
		return fmt.Errorf("it is about %q", n.Product)
	case n.Published.IsZero():
		return errors.New("it has no date")
	}
	return nil
}

// follows returns ErrRollback if n cannot come after before: somebody who can answer for the publisher's server, but has not its
// key, may send an old notice to hide a newer one.
func (n Notice) follows(before Notice) error {
	newest, err := parseVersion(n.Version)
	if err != nil {
		return err
	}
	known, err := parseVersion(before.Version)
	if err != nil {
		return nil // there was none
	}
	if newest.before(known) || n.Published.Before(before.Published) {
		return ErrRollback
	}
	return nil
}

// State is what a notice means for the running program.
type State struct {
	Newer  string // a newer version, as it is written; "": none
	TooOld bool   // the running version is older than the minimum
	Notes  string // address of a page about the newer version; may be ""
}

// state compares the notice with the running version. For a version that is not a release, such as a developer's, it is empty.
func (n Notice) state(running string) State {
	current, err := parseVersion(running)
	if err != nil {
		return State{}
	}
	newest, err := parseVersion(n.Version)
	if err != nil || !current.before(newest) {
		return State{}
	}
	minimum, err := parseVersion(n.Minimum)
	return State{Newer: n.Version, TooOld: err == nil && current.before(minimum), Notes: n.Notes}
}
