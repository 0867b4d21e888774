// Package docs holds what people read. Its tests keep the documents true: every link, path, command, flag, variable, test and
// identifier that a document names exists, and no line of prose is too long to read.
package docs

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// tree is the repository.
var tree = sync.OnceValue(func() *repository { return load(os.DirFS("..")) })

// A repository is a tree of files, but for what is built and what Git keeps; all that is text is in memory.
type repository struct {
	fs.FS
	text  map[string]string
	names []string // of text, in order
	tests []string // names of test functions
}

var (
	isText   = regexp.MustCompile(`(^|/)Makefile$|\.(md|go|sh|tmpl|c|m|json)$`)
	testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
)

func load(root fs.FS) *repository {
	r := &repository{FS: root, text: map[string]string{}}
	_ = fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == "build" || name == "bin" || name == ".git" || name == ".cache":
			if e.IsDir() {
				return fs.SkipDir
			}
		case !e.IsDir() && isText.MatchString(name):
			data, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			r.text[name], r.names = string(data), append(r.names, name)
			if strings.HasSuffix(name, "_test.go") {
				for _, m := range testFunc.FindAllStringSubmatch(string(data), -1) {
					r.tests = append(r.tests, m[1])
				}
			}
		}
		return nil
	})
	return r
}

// ending lists the text files whose names end so.
func (r *repository) ending(suffixes ...string) (names []string) {
	for _, name := range r.names {
		if slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(name, s) }) {
			names = append(names, name)
		}
	}
	return names
}

// says reports whether a word stands in one of the files whose names end so.
func (r *repository) says(word *regexp.Regexp, suffixes ...string) bool {
	return slices.ContainsFunc(r.ending(suffixes...), func(name string) bool { return word.MatchString(r.text[name]) })
}

func TestEveryLinkLeadsSomewhere(t *testing.T)    { report(t, deadLinks) }
func TestEveryPathExists(t *testing.T)            { report(t, missingPaths) }
func TestEveryMakeTargetExists(t *testing.T)      { report(t, missingTargets) }
func TestEveryFlagExists(t *testing.T)            { report(t, missingFlags) }
func TestEveryVariableExists(t *testing.T)        { report(t, missingVariables) }
func TestEveryTestExists(t *testing.T)            { report(t, missingTests) }
func TestEveryIdentifierExists(t *testing.T)      { report(t, missingIdentifiers) }
func TestEveryMessageOfTheLogExists(t *testing.T) { report(t, missingMessages) }
func TestNoLineIsTooLong(t *testing.T)            { report(t, longLines) }

var documentInCode = regexp.MustCompile(`\b(?:docs/[\w/.-]+\.md|[A-Z]{6,}\.md)\b`)

// TestEveryDocumentThatTheCodeNamesExists looks at comments and strings.
func TestEveryDocumentThatTheCodeNamesExists(t *testing.T) {
	for _, name := range tree().ending(".go", ".sh", ".tmpl", ".c", ".m", "Makefile") {
		if name == "docs/docs_test.go" { // has names of none on purpose
			continue
		}
		for _, document := range documentInCode.FindAllString(tree().text[name], -1) {
			if _, err := fs.Stat(tree(), document); err != nil {
				t.Errorf("%s: %s", name, document)
			}
		}
	}
}

var bold = regexp.MustCompile(`\*\*([^*]+)\*\*`)

// TestTheGuideNamesWhatIsOnTheScreen: what the users' guide has in bold is a text of the program.
func TestTheGuideNamesWhatIsOnTheScreen(t *testing.T) {
	var texts map[string]any
	if err := json.Unmarshal([]byte(tree().text["assets/translations/fr.json"]), &texts); err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, text := range texts {
		if text, ok := text.(string); ok { // a plural is an object
			shown[strings.Join(strings.Fields(text), " ")] = true // also no-break spaces
		}
	}
	labels := bold.FindAllStringSubmatch(tree().text["docs/utilisateurs/guide.md"], -1)
	if len(labels) == 0 {
		t.Fatal("the guide names nothing")
	}
	for _, m := range labels {
		if label := strings.TrimSuffix(strings.Join(strings.Fields(m[1]), " "), "."); !shown[label] {
			t.Errorf("%q is not on the screen", label)
		}
	}
}

// TestEachMistakeIsFound shows that the checks above can fail.
func TestEachMistakeIsFound(t *testing.T) {
	files := map[string]string{
		"Makefile":                    "check: ## the checks\n",
		"account/state.go":            "package account\n\nfunc Lock() { log.Info(\"locked\") }\n",
		"account/state_test.go":       "package account\n\nfunc TestLocking(t *testing.T) {}\n",
		"cmd/discussions/flags.go":    "package main\n\nvar _ = flags.String(\"config\")\n",
		"internal/dev/session.sh":     "echo $DISCUSSIONS_SCREEN\n",
		"docs/other.md":               "# Title of it\n",
		"build/out.md":                "[not checked](nowhere)",
		"docs/administrators/page.md": "",
	}
	for name, c := range map[string]struct {
		text  string
		check func(*repository, document) []string
		want  []string
	}{
		"a link to a file":          {"[a](docs/other.md) [b](docs/another.md)", deadLinks, []string{"docs/another.md"}},
		"a link to a heading":       {"[a](docs/other.md#title-of-it) [b](docs/other.md#nothing)", deadLinks, []string{"docs/other.md#nothing"}},
		"a link to the web":         {"[a](https://example.org/nothing)", deadLinks, nil},
		"a path":                    {"`account/state.go` `account/nothing.go`", missingPaths, []string{"account/nothing.go"}},
		"a path in a command":       {"`internal/dev/session.sh go test ./account/... ./internal/no/...`", missingPaths, []string{"internal/no"}},
		"a pattern":                 {"`account/*_test.go` `account/*_windows.go`", missingPaths, []string{"account/*_windows.go"}},
		"a path over two lines":     {"`cat\naccount/nothing.go`", missingPaths, []string{"account/nothing.go"}},
		"a path in a block":         {"```\n account/nothing.go ─▶ x\n```", missingPaths, []string{"account/nothing.go"}},
		"a file without its folder": {"`state.go` and `nothing.go`", missingPaths, []string{"nothing.go"}},
		"a path that is an example": {"`account/<name>.go`", missingPaths, nil},
		"a target":                  {"`make check`, then `make nothing`", missingTargets, []string{"make nothing"}},
		"a flag":                    {"`discussions --config x --nothing`", missingFlags, []string{"--nothing"}},
		"another program's flag":    {"`go list --nothing`", missingFlags, nil},
		"a variable":                {"`DISCUSSIONS_SCREEN=1 DISCUSSIONS_NOTHING=1`", missingVariables, []string{"DISCUSSIONS_NOTHING"}},
		"a test":                    {"`TestLocking`, `TestNothing`, `TestLock…`, `TestNo…`", missingTests, []string{"TestNothing", "TestNo…"}},
		"an identifier":             {"`account.Lock`, `account.Nothing`, `fmt.Println`", missingIdentifiers, []string{"account.Nothing"}},
		"a message of the log":      {"| message | x |\n|---|---|\n| `locked`, `lost` | `x` |\n\n`y`", missingMessages, []string{"lost"}},
		"a long line":               {strings.Repeat("é", 131) + "\n" + strings.Repeat("é", 130) + "\n| " + strings.Repeat("x", 200), longLines, []string{"line 1: 131 letters"}},
		"a long line in a block":    {"```\n" + strings.Repeat("x", 131) + "\n```", longLines, nil},
	} {
		t.Run(name, func(t *testing.T) {
			small := fstest.MapFS{"README.md": {Data: []byte(c.text)}}
			for name, text := range files {
				small[name] = &fstest.MapFile{Data: []byte(text)}
			}
			var got []string
			root := load(small)
			for _, d := range documents(root) {
				got = append(got, c.check(root, d)...)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A document is one Markdown file.
type document struct {
	name  string
	text  string
	prose string   // text without its fenced blocks, whose lines are left empty
	code  []string // the spans between backticks, then the lines of fenced blocks
}

func report(t *testing.T, check func(*repository, document) []string) {
	all := documents(tree())
	if len(all) < 10 {
		t.Fatalf("only %d documents found", len(all))
	}
	for _, d := range all {
		for _, mistake := range check(tree(), d) {
			t.Errorf("%s: %s", d.name, mistake)
		}
	}
}

func documents(root *repository) (all []document) {
	for _, name := range root.ending(".md") {
		all = append(all, parse(name, root.text[name]))
	}
	return all
}

var span = regexp.MustCompile("`([^`]+)`")

func parse(name, text string) document {
	d := document{name: name, text: text}
	var prose, block []string
	fenced := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		fence := strings.HasPrefix(strings.TrimSpace(line), "```")
		switch {
		case fence:
			fenced = !fenced
			line = ""
		case fenced:
			block = append(block, line)
			line = ""
		}
		prose = append(prose, line)
	}
	d.prose = strings.Join(prose, "\n")
	for _, m := range span.FindAllStringSubmatch(d.prose, -1) {
		d.code = append(d.code, strings.Join(strings.Fields(m[1]), " "))
	}
	d.code = append(d.code, block...)
	return d
}

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
	programs := map[string]string{"discussions": "cmd/discussions/flags.go", "sandbox": "cmd/sandbox/main.go"}
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
		if len(sources) == 0 {
			continue
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
