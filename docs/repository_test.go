package docs

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
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

// A document is one Markdown file.
type document struct {
	name  string
	text  string
	prose string   // text without its fenced blocks, whose lines are left empty
	code  []string // the spans between backticks, then the lines of fenced blocks
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
