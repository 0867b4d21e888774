package settings

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// managed are the keys of the deployment file that the organisation sets for its computers remotely: by group policy on Windows, by a
// configuration profile on macOS. They take precedence over every file. The zero value sets none.
type managed struct {
	source string // where they are, for the administrator
	text   []byte // as in a deployment file
	keys   lineIndex
}

func (m managed) empty() bool { return len(m.text) == 0 }

// sets reports whether a key, such as login.methods[0].name, is managed.
func (m managed) sets(key string) bool {
	_, found := m.keys[key]
	if list, _, element := strings.Cut(key, "["); element { // a list is managed as a whole
		_, inline := m.keys[list]
		_, tables := m.keys[indexed(list, 0)]
		found = inline || tables
	}
	return found
}

// decodeOver replaces the values of a file by the managed ones.
func decodeOver(m managed, f *deploymentFile) *FileError {
	if m.sets("login.methods[0]") {
		f.Login.Methods = nil // or its elements would be mixed with the file's
	}
	for key, list := range map[string]*[]string{"policy.files.types": &f.Policy.Files.Types, "policy.files.hosts": &f.Policy.Files.Hosts} {
		if m.sets(key) {
			*list = nil
		}
	}
	if _, fe := decodeStrict(m.text, f); fe != nil {
		fe.Path, fe.Line = m.source, 0
		return fe
	}
	return nil
}

// managedTables makes managed of tables of keys. Their values are strings, booleans, integers, lists and tables. An empty string counts as
// absent, because policy editors leave one for an emptied field.
func managedTables(source string, tables map[string]any) (managed, error) {
	kept := withoutEmpty(tables)
	if len(kept) == 0 {
		return managed{}, nil
	}
	text, err := toml.Marshal(kept)
	if err != nil {
		return managed{}, &FileError{Path: source, Problem: ProblemSyntax, Err: err}
	}
	keys, fe := indexLines(text)
	if fe != nil {
		fe.Path, fe.Line = source, 0
		return managed{}, fe
	}
	return managed{source, text, keys}, nil
}

// withoutEmpty leaves out empty strings, and tables that are empty afterwards.
func withoutEmpty(table map[string]any) map[string]any {
	kept := map[string]any{}
	for key, value := range table {
		if below, ok := value.(map[string]any); ok {
			if below = withoutEmpty(below); len(below) > 0 {
				kept[key] = below
			}
		} else if value != "" {
			kept[key] = value
		}
	}
	return kept
}

// fromRegistry makes managed of the values of registry keys, by the path of their key under the policies of the program: "login", "policy\files",
// and the lists "login\methods", "policy\files\types" and "policy\files\hosts", whose values are numbered. Those of methods are written as in {
// name = "Mail" }. Numbers are booleans, 0 or 1, except for sizes.
func fromRegistry(source string, values map[string]map[string]any) (managed, error) {
	tables := map[string]any{}
	for path, keys := range values {
		parts := strings.Split(path, `\`)
		name := parts[len(parts)-1]
		key := strings.Join(parts, ".")
		var list any
		empty := true
		switch key {
		case "login.methods":
			methods, err := inlineTables(keys)
			if err != nil {
				return managed{}, &FileError{Path: source, Key: key, Problem: ProblemWrongType, Want: `{ name = "Pro Santé Connect", hint = { kc_idp_hint = "psc" } }`}
			}
			list, empty = methods, len(methods) == 0
		case "policy.files.types", "policy.files.hosts":
			lines, err := numberedLines(keys)
			if err != nil {
				return managed{}, &FileError{Path: source, Key: key, Problem: ProblemWrongType, Want: typeOf(key)}
			}
			list, empty = lines, len(lines) == 0
		default:
			table := tableAt(tables, parts)
			for key, value := range keys {
				if n, ok := value.(uint64); ok && n <= 1 && !strings.HasSuffix(key, "_mb") {
					value = n == 1
				}
				table[key] = value
			}
		}
		if !empty {
			tableAt(tables, parts[:len(parts)-1])[name] = list
		}
	}
	return managedTables(source, tables)
}

// tableAt is the table at a path, which it makes if it is not there.
func tableAt(tables map[string]any, path []string) map[string]any {
	for _, name := range path {
		below, ok := tables[name].(map[string]any)
		if !ok {
			below = map[string]any{}
			tables[name] = below
		}
		tables = below
	}
	return tables
}

// numberedLines reads numbered lines of text in their order. Empty ones are left out.
func numberedLines(numbered map[string]any) (list []string, err error) {
	names := slices.SortedFunc(maps.Keys(numbered), func(a, b string) int {
		x, _ := strconv.Atoi(a)
		y, _ := strconv.Atoi(b)
		return cmp.Or(cmp.Compare(x, y), strings.Compare(a, b))
	})
	for _, name := range names {
		text, ok := numbered[name].(string)
		if !ok || strings.ContainsAny(text, "\r\n") {
			return nil, errors.New("not one line of text")
		}
		if text = strings.TrimSpace(text); text != "" {
			list = append(list, text)
		}
	}
	return list, nil
}

// inlineTables reads numbered tables, each in one line, in their order.
func inlineTables(numbered map[string]any) (list []map[string]any, err error) {
	lines, err := numberedLines(numbered)
	if err != nil {
		return nil, err
	}
	for _, text := range lines {
		var one struct {
			Value map[string]any `toml:"value"`
		}
		if err := toml.Unmarshal([]byte("value = "+text), &one); err != nil {
			return nil, err
		}
		list = append(list, one.Value)
	}
	return list, nil
}

// fromPreferences makes managed of the managed preferences of macOS, as plutil writes them in JSON. What the system adds to them is left
// out.
func fromPreferences(source string, data []byte) (managed, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return managed{}, &FileError{Path: source, Problem: ProblemSyntax, Err: err}
	}
	tables := map[string]any{}
	for name, raw := range all {
		if strings.HasPrefix(name, "Payload") {
			continue
		}
		var table map[string]any
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&table); err != nil {
			return managed{}, &FileError{Path: source, Key: name, Problem: ProblemWrongType, Want: typeOf(name)}
		}
		wholeNumbers(table)
		tables[name] = table
	}
	return managedTables(source, tables)
}

// wholeNumbers converts the numbers of JSON to integers. Others stay strings, which the check refuses.
func wholeNumbers(table map[string]any) {
	for key, value := range table {
		switch value := value.(type) {
		case map[string]any:
			wholeNumbers(value)
		case json.Number:
			table[key] = value.String()
			if n, err := value.Int64(); err == nil {
				table[key] = n
			}
		}
	}
}
