package tray

import (
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// The menu as hosts read it: com.canonical.dbusmenu, version 3 (libdbusmenu, dbus-menu.xml).
const (
	menuName = "com.canonical.dbusmenu"
	menuPath = dbus.ObjectPath("/MenuBar")
	maxAsked = 1000 // entries in one question
)

// menu has a number for each of its lines. A line of another menu never has the number of an earlier one: the click that a host
// sends late must not hit another line.
type menu struct {
	items    []Item
	revision uint32
	last     int32
	lines    map[int32]*line // 0: the root
}

type line struct {
	item Item
	sub  []int32
}

// set replaces the lines.
func (m *menu) set(items []Item) {
	if m.lines != nil && slices.EqualFunc(m.items, items, looksLike) {
		m.refill(m.lines[0].sub, items) // what they do may differ
		m.items = items
		return
	}
	m.items = items
	m.revision++
	m.lines = map[int32]*line{0: {}}
	m.lines[0].sub = m.add(items)
}

func (m *menu) add(items []Item) (ids []int32) {
	for _, item := range items {
		m.last++
		id := m.last
		m.lines[id] = &line{item: item}
		m.lines[id].sub = m.add(item.Items)
		ids = append(ids, id)
	}
	return ids
}

func (m *menu) refill(ids []int32, items []Item) {
	for i, id := range ids {
		m.lines[id].item = items[i]
		m.refill(m.lines[id].sub, items[i].Items)
	}
}

// properties are what a host draws of a line.
func (l *line) properties() map[string]dbus.Variant {
	p := map[string]dbus.Variant{}
	if l.item.Label == "" {
		p["type"] = dbus.MakeVariant("separator")
		return p
	}
	p["label"] = dbus.MakeVariant(strings.ReplaceAll(l.item.Label, "_", "__")) // one marks the key of access
	if l.item.Checked {
		p["toggle-type"], p["toggle-state"] = dbus.MakeVariant("checkmark"), dbus.MakeVariant(int32(1))
	}
	if len(l.sub) > 0 {
		p["children-display"] = dbus.MakeVariant("submenu")
	}
	return p
}

// layout is a line with those below it, as GetLayout returns it.
type layout struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

func (m *menu) layout(id, depth int32) layout {
	l := m.lines[id]
	out := layout{ID: id, Properties: map[string]dbus.Variant{"children-display": dbus.MakeVariant("submenu")}, Children: []dbus.Variant{}}
	if id != 0 {
		out.Properties = l.properties()
	}
	if depth == 0 {
		return out
	}
	for _, sub := range l.sub {
		out.Children = append(out.Children, dbus.MakeVariant(m.layout(sub, depth-1)))
	}
	return out
}

// described is an answer of GetGroupProperties.
type described struct {
	ID         int32
	Properties map[string]dbus.Variant
}

// happened is an entry of EventGroup.
type happened struct {
	ID   int32
	Kind string
	Data dbus.Variant
	Time uint32
}

func (t *Tray) menuMethods() map[string]any {
	unknown := dbus.NewError("com.canonical.dbusmenu.Error.UnknownId", nil)
	return map[string]any{
		"GetLayout": func(parent, depth int32, _ []string) (uint32, layout, *dbus.Error) {
			t.mu.Lock()
			defer t.mu.Unlock()
			if t.menu.lines == nil {
				t.menu.set(nil)
			}
			if t.menu.lines[parent] == nil {
				return 0, layout{}, unknown
			}
			return t.menu.revision, t.menu.layout(parent, depth), nil
		},
		"GetGroupProperties": func(ids []int32, _ []string) ([]described, *dbus.Error) {
			t.mu.Lock()
			defer t.mu.Unlock()
			found := []described{}
			for _, id := range ids[:min(len(ids), maxAsked)] {
				if l := t.menu.lines[id]; l != nil && id != 0 {
					found = append(found, described{id, l.properties()})
				}
			}
			return found, nil
		},
		"GetProperty": func(id int32, name string) (dbus.Variant, *dbus.Error) {
			t.mu.Lock()
			defer t.mu.Unlock()
			l := t.menu.lines[id]
			if l == nil || id == 0 {
				return dbus.MakeVariant(""), unknown
			}
			v, found := l.properties()[name]
			if !found {
				return dbus.MakeVariant(""), unknown
			}
			return v, nil
		},
		"Event": func(id int32, kind string, _ dbus.Variant, _ uint32) *dbus.Error {
			if !t.event(id, kind) {
				return unknown
			}
			return nil
		},
		"EventGroup": func(events []happened) ([]int32, *dbus.Error) {
			missing := []int32{}
			for _, e := range events[:min(len(events), maxAsked)] {
				if !t.event(e.ID, e.Kind) {
					missing = append(missing, e.ID)
				}
			}
			return missing, nil
		},
		"AboutToShow":      func(int32) (bool, *dbus.Error) { return false, nil },
		"AboutToShowGroup": func([]int32) ([]int32, []int32, *dbus.Error) { return []int32{}, []int32{}, nil },
	}
}

// event handles a click on a line, and reports whether there is such a line.
func (t *Tray) event(id int32, kind string) bool {
	t.mu.Lock()
	l := t.menu.lines[id]
	t.mu.Unlock()
	if l != nil && kind == "clicked" {
		t.clicked(l.item.Do)
	}
	return l != nil
}
