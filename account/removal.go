package account

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"time"
)

// Anybody at a workstation may remove the account of somebody who has gone. So that nobody loses unsent messages unnoticed, an account
// that is not open is erased only after some days. An owner who opens it before that is told and keeps it; one who comes later is told at
// the next login.

// RemovedHow says how an account was erased without its owner.
type RemovedHow string

// The ways.
const (
	RemovedWithoutCode  RemovedHow = "without-code"
	RemovedByWrongCodes RemovedHow = "wrong-codes"
)

// Removed tells the owner of an account that was erased.
type Removed struct {
	How RemovedHow
	At  time.Time // zero: nothing was erased
}

// delaysRemoval reports whether a drawer is not erased at once. The caller holds the drawer.
func (m *Manager) delaysRemoval(d *drawer) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return d.view.state != Open && !d.ephemeral && m.policyFor(d.view.standing).RemoveWithoutCode > 0
}

// scheduleRemoval logs a drawer out, and notes when it is to be erased. Asking again changes nothing.
func (m *Manager) scheduleRemoval(d *drawer) (Removal, error) {
	unsent := m.Unsent(d.id)
	err := m.seal(d)
	now := m.o.Now()
	m.changed(d, func(v *view) {
		if v.description.RemovalDue == 0 {
			v.description.RemovalAsked = now.Unix()
			v.description.RemovalDue = now.Add(m.policyFor(v.standing).RemoveWithoutCode).Unix()
		}
	})
	m.saveDescription(d)
	due := time.Unix(m.descriptionOf(d).RemovalDue, 0)
	m.log.Warn("an account is to be removed, without its code", "account", d.id, "unsent", unsent, "due", due.UTC())
	return Removal{Unsent: unsent, Due: due}, err
}

// Keep stops the removal of an account. Anybody may do so, as it gives no access.
func (m *Manager) Keep(id string) error {
	d, err := m.hold(id)
	if err != nil {
		return err
	}
	defer m.release(d)
	m.changed(d, func(v *view) { v.description.RemovalAsked, v.description.RemovalDue = 0, 0 })
	m.saveDescription(d)
	return nil
}

// eraseWhatIsDue erases the drawers whose delay has passed and that nobody has opened.
func (m *Manager) eraseWhatIsDue() {
	for _, d := range m.list() {
		if due := m.descriptionOf(d).RemovalDue; due != 0 && m.o.Now().Unix() >= due {
			m.eraseDue(d.id)
		}
	}
}

func (m *Manager) eraseDue(id string) {
	d, err := m.hold(id)
	if err != nil {
		return
	}
	defer m.release(d)
	a := m.descriptionOf(d)
	if d.running != nil || a.RemovalDue == 0 || m.o.Now().Unix() < a.RemovalDue {
		return // opened or kept meanwhile
	}
	m.log.Warn("an account is removed, without its code", "account", d.id, "unsent", a.Unsent)
	m.noteRemoved(d, RemovedWithoutCode)
	if err := d.vault.MarkErased(); err != nil {
		m.log.Warn("a removal cannot be noted", "account", d.id, "error", err)
	}
	m.unlist(d)
	if err := m.erase(d); err != nil {
		m.log.Error("not everything could be erased", "account", d.id, "error", err)
	}
}

// removedName is the file of the profile folder that holds what is to be told to the owners of erased accounts. It names them by
// [hashPerson] only.
const removedName = "removed.json"

// How many notices are kept, and for how long.
const (
	maxRemoved  = 200
	removedLife = 90 * 24 * time.Hour
)

type removedNotice struct {
	Person string     `json:"person"`
	How    RemovedHow `json:"how"`
	At     int64      `json:"at"` // Unix seconds
}

// noteRemoved notes that the owner of a drawer is to be told at the next login. The caller holds the drawer.
func (m *Manager) noteRemoved(d *drawer, how RemovedHow) {
	a := m.descriptionOf(d)
	if a.Person == "" || d.ephemeral {
		return
	}
	m.changeRemoved(func(list []removedNotice) []removedNotice {
		return append(list, removedNotice{Person: a.Person, How: how, At: m.o.Now().Unix()})
	})
}

// removedOf is what is to be told to a person.
func (m *Manager) removedOf(person string) (r Removed) {
	m.removing.Lock()
	defer m.removing.Unlock()
	for _, n := range m.readRemoved() {
		if n.Person == person {
			r = Removed{How: n.How, At: time.Unix(n.At, 0)}
		}
	}
	return r
}

// forgetRemoved forgets what a person was told.
func (m *Manager) forgetRemoved(person string) {
	if m.removedOf(person).At.IsZero() {
		return
	}
	m.changeRemoved(func(list []removedNotice) []removedNotice {
		return slices.DeleteFunc(list, func(n removedNotice) bool { return n.Person == person })
	})
}

// readRemoved reads the notices that are not too old; a file that cannot be read has none. Manager.removing is held.
func (m *Manager) readRemoved() (list []removedNotice) {
	data, err := m.o.disk.ReadFile(filepath.Join(m.o.Dir, removedName))
	if err != nil || json.Unmarshal(data, &list) != nil {
		return nil
	}
	oldest := m.o.Now().Add(-removedLife).Unix()
	return slices.DeleteFunc(list, func(n removedNotice) bool { return n.At < oldest })
}

func (m *Manager) changeRemoved(change func([]removedNotice) []removedNotice) {
	m.removing.Lock()
	defer m.removing.Unlock()
	list := change(m.readRemoved())
	list = list[max(0, len(list)-maxRemoved):]
	path := filepath.Join(m.o.Dir, removedName)
	var err error
	if len(list) == 0 {
		err = m.o.disk.Remove(path)
	} else {
		data, _ := json.Marshal(list) // strings and numbers only
		err = m.o.disk.Write(path, data)
	}
	if err != nil {
		m.log.Warn("a removal is not noted for its owner", "error", err)
	}
}
