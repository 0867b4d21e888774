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
	userVersion = 1
	maxUser     = 64 << 10 // bytes
)

// UserFile is the user's settings.toml in the profile folder. It is safe for concurrent use. Update waits for the disk.
type UserFile struct {
	dir   string
	aside string

	mu   sync.Mutex
	user User
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
		u, err := decodeUser(data)
		if err == nil {
			f.user = u
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
	f.user = u
	return u, nil
}

// userV1 is version 1 of settings.toml. Unknown keys are ignored, so that later programs can add keys.
type userV1 struct {
	Version       int     `toml:"version"`
	Notifications bool    `toml:"notifications"`
	Content       string  `toml:"notification_content"`
	LockAfter     string  `toml:"lock_after"`
	Language      string  `toml:"language"`
	Theme         string  `toml:"theme"`
	TextSize      float64 `toml:"text_size"`
	ToldMinimised bool    `toml:"told_minimised,omitempty"`
}

func encodeUser(u User) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("# Written by Discussions; change it in the program's settings.\n")
	err := toml.NewEncoder(&b).Encode(userV1{
		Version:       userVersion,
		Notifications: u.Notifications,
		Content:       string(u.Content),
		LockAfter:     u.LockAfter.String(),
		Language:      u.Language,
		Theme:         u.Theme,
		TextSize:      math.Round(float64(u.TextSize)*100) / 100,
		ToldMinimised: u.ToldMinimised,
	})
	return b.Bytes(), err
}

// decodeUser reads every version that was ever written.
func decodeUser(data []byte) (User, error) {
	var v struct {
		Version int `toml:"version"`
	}
	if err := toml.Unmarshal(data, &v); err != nil {
		return User{}, err
	}
	if v.Version != userVersion {
		return User{}, fmt.Errorf("version %d is not known", v.Version)
	}
	d := DefaultUser()
	file := userV1{Notifications: d.Notifications, Content: string(d.Content), TextSize: float64(d.TextSize)}
	if err := toml.Unmarshal(data, &file); err != nil {
		return User{}, err
	}
	lock, err := time.ParseDuration(file.LockAfter)
	if err != nil {
		lock = d.LockAfter
	}
	return User{
		Notifications: file.Notifications,
		Content:       Content(file.Content),
		LockAfter:     lock,
		Language:      file.Language,
		Theme:         file.Theme,
		TextSize:      float32(file.TextSize),
		ToldMinimised: file.ToldMinimised,
	}.normalized(), nil
}
