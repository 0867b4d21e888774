//go:build unix

// Package thirdparty_test checks that the changes to libraries of this folder can be built.
package thirdparty_test

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"discussions/internal/needs"
)

// project is a copy of what build.sh reads, with a program that uses the changed package.
func project(t *testing.T) string {
	t.Helper()
	needs.Programs(t, "go", "patch")
	root := t.TempDir()
	for _, folder := range []string{"internal/dev", "third_party/fyne", "third_party/glfw", "hello"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob("*/*.patch")
	if err != nil || len(files) == 0 {
		t.Fatalf("no patches: %v", err)
	}
	for i := range files {
		files[i] = filepath.Join("third_party", files[i])
	}
	for _, file := range append(files, "internal/dev/build.sh", "go.mod", "go.sum") {
		content, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, file), content, 0o700); err != nil { // the script is run
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(root, "hello/hello.go"), `package main

import "fyne.io/fyne/v2/lang"

func main() { println(lang.L("hello")) }
`)
	return root
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func build(root string) (output string, err error) {
	command := exec.Command("internal/dev/build.sh", "-trimpath", "-o", filepath.Join(root, "hello-program"), "./hello")
	command.Dir = root
	out, err := command.CombinedOutput()
	return string(out), err
}

// measuring is a program with the emoji of ours, which prints how wide texts are. First it looks at its translations.
const measuring = `package main

import (
	"fmt"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

type ours struct{ fyne.Theme }

var emoji = fyne.NewStaticResource("emoji.ttf", must(os.ReadFile(os.Args[1])))

func (ours) EmojiFont() fyne.Resource { return emoji }

func must(content []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return content
}

func main() {
	for _, texts := range []string{` + "`" + `{"OK": "old", "Apple": {"one": "Pomme", "other": "Pommes"}}` + "`, `" + `{"OK": "d'accord"}` + "`" + `} {
		must(nil, lang.AddTranslationsForLocale([]byte(texts), lang.SystemLocale()))
	}
	if lang.AddTranslationsForLocale([]byte("{"), lang.SystemLocale()) == nil {
		panic("half a file is taken")
	}
	if got, want := lang.L("OK")+lang.L("Apple")+lang.L("Other")+lang.X("key", "fallback"), "d'accordPommesOtherfallback"; got != want {
		panic("the texts are " + got)
	}
	test.NewApp().Settings().SetTheme(ours{theme.DefaultTheme()})
	for _, text := range os.Args[2:] {
		fmt.Println(fyne.MeasureText(text, 100, fyne.TextStyle{}).Width)
	}
}
`

func TestEveryPatchApplies(t *testing.T) {
	root := project(t)
	write(t, filepath.Join(root, "hello/hello.go"), measuring)
	if out, err := build(root); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	loops, err := filepath.Glob(filepath.Join(root, "build/fyne-*/fyne/internal/driver/glfw/loop_desktop.go"))
	if err != nil || len(loops) != 1 {
		t.Fatalf("%d changed modules: %v", len(loops), err)
	}
	loop, err := os.ReadFile(loops[0])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(loop), "WaitEventsTimeout") {
		t.Error("the loop does not wait for events")
	}
	texts := []string{"👍", "👍🏽", "👩\u200d⚕️", "👨🏾\u200d⚕️", "🧑\u200d⚕️", "👨\u200d👩\u200d👧", "🏳️\u200d🌈", "1️⃣", "❤️", "🇫🇷", "🫀", // one emoji each
		"→", "b", " ", "→ b"}
	out, err := exec.Command(filepath.Join(root, "hello-program"), append([]string{"../assets/emoji/emoji.ttf"}, texts...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var widths []float64
	for text := range strings.FieldsSeq(string(out)) {
		width, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		widths = append(widths, width)
	}
	if len(widths) != len(texts) {
		t.Fatalf("measured %v", widths)
	}
	if one := widths[0]; one < 100 || one > 140 {
		t.Errorf("an emoji is %v wide in a text of 100", one)
	}
	for i, text := range texts[:len(texts)-4] {
		if widths[i] != widths[0] {
			t.Errorf("%s is %v wide, another emoji %v", text, widths[i], widths[0])
		}
	}
	parts := widths[len(texts)-4:]
	if sum := parts[0] + parts[1] + parts[2]; math.Abs(sum-parts[3]) > 1 {
		t.Errorf("an arrow and a letter are %v wide with a space between, want %v: the space is no space", parts[3], sum)
	}
}

func TestAPatchThatDoesNotApplyStopsTheBuild(t *testing.T) {
	root := project(t)
	write(t, filepath.Join(root, "third_party/fyne/9999-of-another-version.patch"),
		"A reason\n\n--- a/fyne.go\n+++ b/fyne.go\n@@ -1,1 +1,1 @@\n-// No such line\n+// Another line\n")
	out, err := build(root)
	if err == nil {
		t.Fatal("the program was built")
	}
	want := "third_party/fyne/9999-of-another-version.patch does not apply to fyne.io/fyne/v2 v"
	if !strings.Contains(out, want) || !strings.Contains(out, "third_party/README.md") {
		t.Errorf("it says:\n%s\nwant %q", out, want)
	}
	left, err := filepath.Glob(filepath.Join(root, "build/*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

func TestTheModuleIsMadeAnewWhenAPatchChanges(t *testing.T) {
	root := project(t)
	for _, with := range []string{"one", "two"} {
		write(t, filepath.Join(root, "third_party/fyne/9999-ours.patch"),
			"A reason\n\n--- a/ours.go\n+++ b/ours.go\n@@ -0,0 +1,3 @@\n+package fyne\n+\n+const Ours = \""+with+"\"\n")
		write(t, filepath.Join(root, "hello/hello.go"), "package main\n\nimport \"fyne.io/fyne/v2\"\n\nfunc main() { print(fyne.Ours) }\n")
		if out, err := build(root); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		out, err := exec.Command(filepath.Join(root, "hello-program")).CombinedOutput()
		if err != nil || string(out) != with {
			t.Errorf("the program says %q, %v; want %q", out, err, with)
		}
	}
	modules, err := filepath.Glob(filepath.Join(root, "build/fyne-*"))
	if err != nil || len(modules) != 1 {
		t.Errorf("kept: %q, %v", modules, err)
	}
}
