// Package docs holds what people read. Its tests keep the documents true: every link, path, command, flag, variable, test and
// identifier that a document names exists, and no line of prose is too long to read.
package docs

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

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

// TestTheDirectoryIsConfiguredAsItIsTested: a test runs ejabberd with an LDAP server by that file.
func TestTheDirectoryIsConfiguredAsItIsTested(t *testing.T) {
	tested, err := fs.ReadFile(tree(), "cmd/sandbox/internal/engine/directory.yml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(tree().text["docs/administrators/engine.md"], "\n```yaml\n"+string(tested)+"```\n") {
		t.Error("docs/administrators/engine.md has another configuration than cmd/sandbox/internal/engine/directory.yml")
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
		"Makefile":              "check: ## the checks\n",
		"account/state.go":      "package account\n\nfunc Lock() { log.Info(\"locked\") }\n",
		"account/state_test.go": "package account\n\nfunc TestLocking(t *testing.T) {}\n",
		"cmd/discussions/internal/commandline/commandline.go": "package commandline\n\nvar _ = flags.String(\"config\")\n",
		"internal/dev/session.sh":                             "echo $DISCUSSIONS_SCREEN\n",
		"docs/other.md":                                       "# Title of it\n",
		"build/out.md":                                        "[not checked](nowhere)",
		"docs/administrators/page.md":                         "",
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
