package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"discussions/internal/atomicfile"
)

const (
	userName    = "settings.toml"
	damagedName = "settings.damaged.toml"
	userVersion = 2
	maxUser     = 64 << 10 // bytes
)

// UserFile is the user's settings.toml in the profile folder. It is safe for concurrent use. Update waits for the disk.
type UserFile struct {
	dir   string
	aside string

	mu     sync.Mutex
	user   User
	former *Person // what a file of version 1 said about the person; nil: nothing
}

// OpenUser reads the settings in the profile folder dir, which must exist. A damaged file, or one of a newer version of the
// program, is renamed (see KeptAside) and the defaults apply.
func OpenUser(dir string) (*UserFile, error) {
	f := &UserFile{dir: dir, user: DefaultUser()}
	path := filepath.Join(dir, userName)
	if err := atomicfile.Sweep(path); err != nil {
		return nil, fmt.Errorf("open the settings: %w", err)
	}
	data, err := readBounded(path, maxUser)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil && !errors.Is(err, errTooLong) {
		return nil, fmt.Errorf("open the settings: %w", err)
	}
	if err == nil {
		u, former, err := decodeUser(data)
		if err == nil {
			f.user, f.former = u, former
			return f, nil
		}
	}
	f.aside = filepath.Join(dir, damagedName)
	if err := os.Rename(path, f.aside); err != nil {
		return nil, fmt.Errorf("keep the damaged settings aside: %w", err)
	}
	return f, nil
}

// KeptAside is the new path of the damaged file that OpenUser renamed; "" if there was none.
func (f *UserFile) KeptAside() string { return f.aside }

// Former is what the file of an earlier version says about the person: until version 1 everybody on the workstation shared it. It is
// nil where there is no such file. The next Update forgets it.
func (f *UserFile) Former() *Person {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.former
}

// Get returns the current settings.
func (f *UserFile) Get() User {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.user
}

// Update changes and saves the settings and returns the new ones. Invalid values become their defaults. If the file cannot
// be written, nothing changes.
func (f *UserFile) Update(change func(*User)) (User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	u := f.user
	change(&u)
	u = u.normalized()
	data, err := encodeUser(u)
	if err != nil {
		return f.user, fmt.Errorf("save the settings: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(f.dir, userName), data); err != nil {
		return f.user, fmt.Errorf("save the settings: %w", err)
	}
	f.user, f.former = u, nil
	return u, nil
}

// userV2 is version 2 of settings.toml. Unknown keys are ignored, so that later programs can add keys.
type userV2 struct {
	Version       int     `toml:"version"`
	LockAfter     string  `toml:"lock_after"`
	Language      string  `toml:"language"`
	Theme         string  `toml:"theme"`
	TextSize      float64 `toml:"text_size"`
	ToldMinimised bool    `toml:"told_minimised,omitempty"`
}

// personV1 are the keys of version 1 that went to the accounts.
type personV1 struct {
	Notifications bool   `toml:"notifications"`
	Content       string `toml:"notification_content"`
}

// UserFormat is the version of settings.toml.
const UserFormat = userVersion

func encodeUser(u User) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("# Written by Discussions; change it in the program's settings.\n")
	err := toml.NewEncoder(&b).Encode(userV2{
		Version:       userVersion,
		LockAfter:     u.LockAfter.String(),
		Language:      u.Language,
		Theme:         u.Theme,
		TextSize:      math.Round(float64(u.TextSize)*100) / 100,
		ToldMinimised: u.ToldMinimised,
	})
	return b.Bytes(), err
}

// decodeUser reads every version that was ever written. former is what version 1 says about the person.
func decodeUser(data []byte) (_ User, former *Person, err error) {
	var v struct {
		Version int `toml:"version"`
	}
	if err := toml.Unmarshal(data, &v); err != nil {
		return User{}, nil, err
	}
	if v.Version != 1 && v.Version != userVersion {
		return User{}, nil, fmt.Errorf("version %d is not known", v.Version)
	}
	d := DefaultUser()
	file := userV2{TextSize: float64(d.TextSize)}
	if err := toml.Unmarshal(data, &file); err != nil {
		return User{}, nil, err
	}
	if v.Version == 1 {
		p := DefaultPerson()
		old := personV1{Notifications: p.Notifications, Content: string(p.Content)}
		if err := toml.Unmarshal(data, &old); err != nil {
			return User{}, nil, err
		}
		p.Notifications, p.Content, p.Language = old.Notifications, Content(old.Content), file.Language
		p = p.Normalized()
		former = &p
	}
	lock, err := time.ParseDuration(file.LockAfter)
	if err != nil {
		lock = d.LockAfter
	}
	return User{
		LockAfter:     lock,
		Language:      file.Language,
		Theme:         file.Theme,
		TextSize:      float32(file.TextSize),
		ToldMinimised: file.ToldMinimised,
	}.normalized(), former, nil
}
