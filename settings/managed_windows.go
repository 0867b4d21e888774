package settings

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/windows/registry"
)

// policies is where group policy writes; only administrators can change what is under it.
const policies = `Software\Policies\Discussions`

func readManaged() (managed, error) { return readRegistry(registry.LOCAL_MACHINE, `HKLM\`, policies) }

func readRegistry(root registry.Key, name, path string) (managed, error) {
	source := name + path
	values := map[string]map[string]any{}
	if err := readKey(root, path, "", values, 3); err != nil {
		return managed{}, &FileError{Path: source, Problem: ProblemUnreadable, Err: err}
	}
	return fromRegistry(source, values)
}

// readKey reads the values of a key and of those below it, down to a depth.
func readKey(root registry.Key, path, name string, values map[string]map[string]any, depth int) error {
	key, err := registry.OpenKey(root, path, registry.READ)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer key.Close()
	names, err := key.ReadValueNames(-1)
	if err != nil {
		return err
	}
	for _, value := range names {
		if name == "" || value == "" {
			continue // a table has no values of its own, and a default value no name
		}
		if values[name] == nil {
			values[name] = map[string]any{}
		}
		if text, _, err := key.GetStringValue(value); err == nil {
			values[name][value] = text
		} else if number, _, err := key.GetIntegerValue(value); err == nil {
			values[name][value] = number
		} else {
			return err
		}
	}
	if depth == 0 {
		return nil
	}
	below, err := key.ReadSubKeyNames(-1)
	if err != nil {
		return err
	}
	for _, sub := range below {
		full := sub
		if name != "" {
			full = name + `\` + sub
		}
		if err := readKey(root, path+`\`+sub, full, values, depth-1); err != nil {
			return err
		}
	}
	return nil
}
