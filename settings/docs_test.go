package settings

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The administrators' page must name every key, and its example must work.
func TestTheDocumentationNamesEveryKey(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "docs", "administrators", "deployment.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	_, rest, found := strings.Cut(text, "```toml\n")
	example, _, ended := strings.Cut(rest, "```")
	if !found || !ended {
		t.Fatal("there is no example")
	}
	if _, err := LoadDeployment(deploy(t, []byte(example))); err != nil {
		t.Error(err)
	}
	for _, key := range keys(reflect.TypeFor[deploymentFile]()) {
		if !strings.Contains(text, "`"+key+"`") && !strings.Contains(text, key+"]") {
			t.Errorf("%s is not documented", key)
		}
	}
}

func keys(of reflect.Type) []string {
	for of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return nil
	}
	var all []string
	for f := range of.Fields() {
		all = append(all, f.Tag.Get("toml"))
		all = append(all, keys(f.Type)...)
	}
	return all
}
