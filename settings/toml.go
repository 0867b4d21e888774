package settings

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// lineIndex maps each key of a TOML file, with its tables, to its line. An element of an array of tables is
// "login.methods[0]".
type lineIndex map[string]int

// line is the line of key, or else of the nearest enclosing table, or else 0.
func (l lineIndex) line(key string) int {
	for {
		if line, ok := l[key]; ok {
			return line
		}
		dot := strings.LastIndexByte(key, '.')
		if dot < 0 {
			return 0
		}
		key = key[:dot]
	}
}

func indexed(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) }

// dropIndexes is a key without the indexes, as written in the file.
func dropIndexes(key string) string {
	for {
		open := strings.IndexByte(key, '[')
		if open < 0 {
			return key
		}
		end := strings.IndexByte(key[open:], ']')
		if end < 0 {
			return key
		}
		key = key[:open] + key[open+end+1:]
	}
}

// decodeStrict decodes into file, a pointer to a struct with lower-case keys, and returns the line of each key. Its errors
// have no path yet.
func decodeStrict(data []byte, file any) (lineIndex, *FileError) {
	lines, fe := indexLines(data)
	if fe != nil {
		return nil, fe
	}
	err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(file)
	if err == nil {
		return lines, nil
	}
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
		e := unknown.Errors[0]
		line, _ := e.Position()
		return nil, &FileError{Line: line, Key: strings.Join(e.Key(), "."), Problem: ProblemUnknownKey}
	}
	var bad *toml.DecodeError
	if !errors.As(err, &bad) {
		return nil, &FileError{Problem: ProblemSyntax, Err: err}
	}
	line, _ := bad.Position()
	text := strings.TrimPrefix(bad.Error(), "toml: ")
	if strings.HasPrefix(text, "cannot ") {
		key := strings.Join(bad.Key(), ".")
		return nil, &FileError{Line: line, Key: key, Problem: ProblemWrongType, Want: typeOf(key)}
	}
	return nil, &FileError{Line: line, Problem: ProblemSyntax, Err: errors.New(text)}
}

// typeOf is an example of the value of a key of the deployment file.
func typeOf(key string) string {
	switch {
	case key == "policy.files.max_mb", key == "policy.files.cache_mb":
		return "50"
	case key == "policy.files.types":
		return typesExample
	case key == "policy.files.hosts":
		return hostsExample
	case key == "policy.logout_removes", key == "policy.files.encrypt", key == "policy.files.open":
		return "true, false"
	case key == "login.methods":
		return "[[login.methods]]"
	case key == "login.methods.hint":
		return `{ kc_idp_hint = "psc" }`
	case !strings.Contains(key, "."):
		return "[" + key + "]"
	}
	return `"…"`
}

// indexLines finds the line of each key. It refuses keys in upper case, which the decoder would accept.
func indexLines(data []byte) (lineIndex, *FileError) {
	lines := lineIndex{}
	count := map[string]int{}
	table := ""
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		isTable := e.Kind == unstable.Table || e.Kind == unstable.ArrayTable
		if !isTable && e.Kind != unstable.KeyValue {
			continue
		}
		key, line := "", 0
		if !isTable {
			key = table
		}
		for it := e.Key(); it.Next(); {
			if n := count[key]; isTable && n > 0 {
				key = indexed(key, n-1)
			}
			part := string(it.Node().Data)
			line = p.Shape(it.Node().Raw).Start.Line
			inHint := strings.HasSuffix(dropIndexes(key), ".hint")
			if key != "" {
				key += "."
			}
			key += part
			if part != strings.ToLower(part) && !inHint {
				return nil, &FileError{Line: line, Key: dropIndexes(key), Problem: ProblemUnknownKey}
			}
		}
		if e.Kind == unstable.ArrayTable {
			count[key]++
			key = indexed(key, count[key]-1)
		} else if isTable && count[key] > 0 {
			key = indexed(key, count[key]-1)
		}
		if isTable {
			table = key
		}
		lines[key] = line
	}
	if err := p.Error(); err != nil {
		fe := &FileError{Problem: ProblemSyntax, Err: err}
		var pe *unstable.ParserError
		if errors.As(err, &pe) {
			fe.Err = errors.New(pe.Message)
			if pe.Highlight != nil {
				fe.Line = p.Shape(p.Range(pe.Highlight)).Start.Line
			}
		}
		return nil, fe
	}
	return lines, nil
}
