package settings

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// managed are the keys of the deployment file that the organisation sets for its computers from afar: by group policy on Windows, by a
// configuration profile on macOS. They hold over every file. The zero value sets none.
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

// decodeOver puts what is managed over what a file says.
func decodeOver(m managed, f *deploymentFile) *FileError {
	if m.sets("login.methods[0]") {
		f.Login.Methods = nil // or its elements would be mixed with the file's
	}
	if _, fe := decodeStrict(m.text, f); fe != nil {
		fe.Path, fe.Line = m.source, 0
		return fe
	}
	return nil
}

// managedTables makes managed of tables of keys. Their values are texts, truths and, for login.methods, a list of tables. An empty text is as
// absent, because that is what an emptied field of an editor of policies leaves.
func managedTables(source string, tables map[string]map[string]any) (managed, error) {
	kept := map[string]map[string]any{}
	for table, keys := range tables {
		for key, value := range keys {
			if value == "" {
				continue
			}
			if kept[table] == nil {
				kept[table] = map[string]any{}
			}
			kept[table][key] = value
		}
	}
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

// fromRegistry makes managed of the values of registry keys, by the path of their key under the policies of the program: "login", and
// "login\methods", whose values are numbered and written as in { name = "Mail" }. Numbers are truths: 0 or 1.
func fromRegistry(source string, values map[string]map[string]any) (managed, error) {
	tables := map[string]map[string]any{}
	for path, keys := range values {
		table, list, listed := strings.Cut(path, `\`)
		if tables[table] == nil {
			tables[table] = map[string]any{}
		}
		if listed {
			elements, err := inlineTables(keys)
			if err != nil {
				return managed{}, &FileError{Path: source, Key: table + "." + list, Problem: ProblemWrongType, Want: `{ name = "Pro Santé Connect", hint = { kc_idp_hint = "psc" } }`}
			}
			if len(elements) > 0 {
				tables[table][list] = elements
			}
			continue
		}
		for key, value := range keys {
			if n, ok := value.(uint64); ok && n <= 1 {
				value = n == 1
			}
			tables[table][key] = value
		}
	}
	return managedTables(source, tables)
}

// inlineTables reads numbered texts in their order.
func inlineTables(numbered map[string]any) (list []map[string]any, err error) {
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
		if strings.TrimSpace(text) == "" {
			continue
		}
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
	tables := map[string]map[string]any{}
	for name, raw := range all {
		if strings.HasPrefix(name, "Payload") {
			continue
		}
		var table map[string]any
		if err := json.Unmarshal(raw, &table); err != nil {
			return managed{}, &FileError{Path: source, Key: name, Problem: ProblemWrongType, Want: typeOf(name)}
		}
		tables[name] = table
	}
	return managedTables(source, tables)
}
