// Package profile keeps an older program out of a profile that a newer one has used: it would not understand its files, and take them for
// damaged.
package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"discussions/internal/atomicfile"
)

// ErrNewer means that a newer version of the program has used the profile.
var ErrNewer = errors.New("the profile was used by a newer version")

const (
	name = "profile.json"
	max  = 64 << 10 // bytes
)

// Formats are the versions of the files that a program writes, by their kind. They only rise.
type Formats map[string]int

// mark is what profile.json says.
type mark struct {
	Program string  `json:"program"` // the version of the newest program that has used the profile
	Formats Formats `json:"formats"`
}

// Claim notes in a profile folder that this program, which writes those formats, uses it. It is ErrNewer, and nothing changes, if a
// program has used it that writes newer ones. Programs up to 0.1.0 neither ask nor note.
func Claim(dir, program string, formats Formats) error {
	path := filepath.Join(dir, name)
	before, err := read(path)
	if err != nil {
		return err
	}
	for kind, format := range before.Formats {
		if format > formats[kind] {
			return fmt.Errorf("%w: %s of format %d, by %s", ErrNewer, kind, format, before.Program)
		}
	}
	same := len(before.Formats) == len(formats)
	for kind, format := range formats {
		same = same && before.Formats[kind] == format
	}
	if same {
		return nil
	}
	data, err := json.MarshalIndent(mark{Program: program, Formats: formats}, "", "\t")
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, append(data, '\n')); err != nil {
		return fmt.Errorf("note the version of the profile: %w", err)
	}
	return nil
}

// read returns the mark; a damaged one counts as none: it is no reason to refuse the accounts.
func read(path string) (m mark, err error) {
	if err := atomicfile.Sweep(path); err != nil {
		return m, fmt.Errorf("read the version of the profile: %w", err)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m, nil
	case err != nil:
		return m, fmt.Errorf("read the version of the profile: %w", err)
	case !info.Mode().IsRegular() || info.Size() > max:
		return m, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return m, fmt.Errorf("read the version of the profile: %w", err)
	}
	if json.Unmarshal(data, &m) != nil {
		return mark{}, nil
	}
	return m, nil
}
