package settings

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/windows/registry"
)

func TestTheRegistryIsRead(t *testing.T) {
	const path = `Software\DiscussionsTest\Policies`
	values := inRegistry()
	for _, name := range slices.Sorted(maps.Keys(values)) { // at the end, subkeys are deleted first
		key, _, err := registry.CreateKey(registry.CURRENT_USER, path+`\`+name, registry.WRITE)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = registry.DeleteKey(registry.CURRENT_USER, path+`\`+name) })
		for value, what := range values[name] {
			switch what := what.(type) {
			case string:
				err = key.SetStringValue(value, what)
			case uint64:
				err = key.SetDWordValue(value, uint32(what))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := key.Close(); err != nil {
			t.Fatal(err)
		}
	}
	want, err := fromRegistry(`HKCU\`+path, inRegistry())
	if err != nil {
		t.Fatal(err)
	}
	got, err := readRegistry(registry.CURRENT_USER, `HKCU\`, path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want.text), string(got.text)); diff != "" || got.source != `HKCU\`+path {
		t.Error(diff)
	}
	if m, err := readRegistry(registry.CURRENT_USER, `HKCU\`, path+`\absent`); err != nil || !m.empty() {
		t.Errorf("an absent key: %s, %v", m.text, err)
	}
}
