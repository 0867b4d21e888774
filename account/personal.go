package account

import "discussions/settings"

// Settings are what the owner of an account has chosen. They are known without the code, and may be read on any goroutine.
func (m *Manager) Settings(id string) settings.Person {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.find(id)
	if d == nil || d.view.description.Settings == nil {
		return settings.DefaultPerson()
	}
	return *d.view.description.Settings
}

// ChangeSettings changes them, and waits for the disk. Invalid values become their defaults. The error wraps [ErrProfile] when they
// hold only until the end of the program.
func (m *Manager) ChangeSettings(id string, change func(*settings.Person)) error {
	d, err := m.hold(id)
	if err != nil {
		return err
	}
	defer m.release(d)
	m.changed(d, func(v *view) {
		p := settings.DefaultPerson()
		if v.description.Settings != nil {
			p = *v.description.Settings
		}
		change(&p)
		p = p.Normalized()
		v.description.Settings = &p
	})
	return m.writeDescription(d)
}

// adoptFormer gives the choices that all accounts shared in an earlier version to each that has none of its own.
func (m *Manager) adoptFormer(former *settings.Person) {
	for _, d := range m.drawers {
		a := d.view.description
		if former != nil && a.Settings == nil && a.Person != "" { // otherwise its file could not be read
			p := *former
			d.view.description.Settings = &p
			m.saveDescription(d)
		}
	}
}
