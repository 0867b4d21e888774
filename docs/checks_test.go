package docs

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.+)$`)
)

func deadLinks(root *repository, d document) (dead []string) {
	for _, m := range link.FindAllStringSubmatch(d.prose, -1) {
		target := m[1]
		if strings.HasPrefix(target, "https://") || strings.HasPrefix(target, "mailto:") {
			continue
		}
		file, anchor, _ := strings.Cut(target, "#")
		name := d.name
		if file != "" {
			name = path.Join(path.Dir(d.name), file)
		}
		data, err := fs.ReadFile(root, name)
		if info, statErr := fs.Stat(root, name); statErr == nil && info.IsDir() {
			err = nil
		}
		if err != nil || anchor != "" && !hasHeading(string(data), anchor) {
			dead = append(dead, target)
		}
	}
	return dead
}

// hasHeading knows the anchors that GitHub and GitLab make of headings.
func hasHeading(text, anchor string) bool {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		slug := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])
		if slug == anchor {
			return true
		}
	}
	return false
}

var bareFile = regexp.MustCompile(`^[\w.-]+\.(go|sh|md)$`)

// missingPaths looks at words in code that begin with a folder of the tree, and at names of Go, shell and Markdown files.
func missingPaths(root *repository, d document) (missing []string) {
	entries, _ := fs.ReadDir(root, ".")
	known := root.ending(".go", ".sh", ".md")
	for _, code := range d.code {
		for _, word := range strings.Fields(code) {
			word = strings.TrimPrefix(strings.Trim(word, `.,;:()"'`), "/")
			word = strings.TrimRight(strings.TrimSuffix(word, "/..."), "/.")
			if strings.ContainsAny(word, "<>…{}$") {
				continue
			}
			top, _, nested := strings.Cut(word, "/")
			switch {
			case nested && top != "build" && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.IsDir() && e.Name() == top }):
				if found, err := fs.Glob(root, word); err != nil || len(found) == 0 {
					missing = append(missing, word)
				}
			case bareFile.MatchString(word):
				if !slices.ContainsFunc(known, func(name string) bool { return path.Base(name) == word }) {
					missing = append(missing, word)
				}
			}
		}
	}
	return missing
}

var makeCall = regexp.MustCompile(`\bmake ([a-z]+)(?:[^\w-]|$)`)

func missingTargets(root *repository, d document) (missing []string) {
	for _, code := range d.code {
		for _, m := range makeCall.FindAllStringSubmatch(code, -1) {
			if !regexp.MustCompile(`(?m)^` + m[1] + `:`).MatchString(root.text["Makefile"]) {
				missing = append(missing, "make "+m[1])
			}
		}
	}
	return missing
}

// missingFlags looks at the flags of our two programs.
func missingFlags(root *repository, d document) (missing []string) {
	programs := map[string]string{"discussions": "cmd/discussions/internal/commandline/commandline.go", "sandbox": "cmd/sandbox/main.go"}
	for _, code := range d.code {
		words := strings.Fields(code)
		if len(words) == 0 {
			continue
		}
		source := root.text[programs[path.Base(words[0])]]
		if source == "" {
			continue
		}
		for _, word := range words[1:] {
			name, isFlag := strings.CutPrefix(word, "--")
			name, _, _ = strings.Cut(name, "=")
			if isFlag && name != "help" && !strings.Contains(source, fmt.Sprintf("%q", name)) {
				missing = append(missing, word)
			}
		}
	}
	return missing
}

var variable = regexp.MustCompile(`\bDISCUSSIONS_[A-Z_]+`)

func missingVariables(root *repository, d document) (missing []string) {
	for _, code := range d.code {
		for _, name := range variable.FindAllString(code, -1) {
			if !root.says(regexp.MustCompile(`\b`+name+`\b`), ".sh", ".go") {
				missing = append(missing, name)
			}
		}
	}
	return missing
}

var testName = regexp.MustCompile(`^((?:Test|Fuzz|Benchmark)[A-Z]\w*)(…?)`)

// missingTests takes a name that ends with "…" as the beginning of several.
func missingTests(root *repository, d document) (missing []string) {
	for _, code := range d.code {
		for _, word := range strings.Fields(code) {
			m := testName.FindStringSubmatch(word)
			if m == nil {
				continue
			}
			if !slices.ContainsFunc(root.tests, func(name string) bool {
				return name == m[1] || m[2] != "" && strings.HasPrefix(name, m[1])
			}) {
				missing = append(missing, m[0])
			}
		}
	}
	return missing
}

var identifier = regexp.MustCompile(`^([a-z]+)\.([A-Z]\w*)(?:\.([A-Z]\w*))?(?:\(.*\))?$`)

// missingIdentifiers looks at names such as `messaging.Client.Send` whose package is a folder of the tree.
func missingIdentifiers(root *repository, d document) (missing []string) {
	for _, code := range d.code {
		m := identifier.FindStringSubmatch(code)
		if m == nil {
			continue
		}
		var sources []string
		for _, name := range root.ending(".go") {
			if path.Base(path.Dir(name)) == m[1] {
				sources = append(sources, name)
			}
		}
		if !slices.ContainsFunc(sources, func(name string) bool { return !strings.HasSuffix(name, "_test.go") }) {
			continue // no package of ours
		}
		for _, part := range m[2:] {
			if part != "" && !root.says(regexp.MustCompile(`\b`+part+`\b`), sources...) {
				missing = append(missing, code)
				break
			}
		}
	}
	return missing
}

var table = regexp.MustCompile(`(?m)^\| message \|.*\n\|[-| ]+\n((?:\|.*\n?)+)`)

// missingMessages reads the first column of tables whose first heading is "message": the program logs each of its names.
func missingMessages(root *repository, d document) (missing []string) {
	for _, m := range table.FindAllStringSubmatch(d.prose, -1) {
		for line := range strings.Lines(m[1]) {
			column, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
			for _, name := range span.FindAllStringSubmatch(column, -1) {
				if !root.says(regexp.MustCompile(`"`+regexp.QuoteMeta(name[1])), ".go") {
					missing = append(missing, name[1])
				}
			}
		}
	}
	return missing
}

const longest = 130

// longLines looks at prose: the row of a table cannot be broken.
func longLines(_ *repository, d document) (long []string) {
	for i, line := range strings.Split(d.prose, "\n") {
		if n := utf8.RuneCountInString(line); n > longest && !strings.HasPrefix(line, "|") {
			long = append(long, fmt.Sprintf("line %d: %d letters", i+1, n))
		}
	}
	return long
}
