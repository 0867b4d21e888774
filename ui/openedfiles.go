package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"discussions/account"
	"discussions/internal/atomicfile"
	"discussions/internal/privatedir"
	"discussions/internal/webmark"
	"discussions/ui/conversation"
)

// openedFiles are the copies of files that were handed to other programs. They lie in a folder of the user alone, one for each account, and
// are deleted when the account is hidden, when the program ends, and when it starts after a crash. Its methods wait for the disk.
type openedFiles struct {
	dir    string // "": there is none
	open   func(*url.URL) error
	remove func(path string) error // os.RemoveAll

	mu     sync.Mutex
	number int
	left   []string    // copies that another program held open when they were to be deleted, as Windows lets it
	again  *time.Timer // tries to delete them; nil: none was left yet
}

// againEvery is how often that is tried.
const againEvery = 30 * time.Second

// newOpenedFiles chooses the folder for a profile, in memory where the system has such a place, and deletes what is in it.
func newOpenedFiles(profile string, open func(*url.URL) error) *openedFiles {
	if profile == "" {
		return &openedFiles{}
	}
	parent := os.Getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(parent) {
		parent = os.TempDir()
	}
	sum := sha256.Sum256([]byte(profile))
	o := &openedFiles{dir: filepath.Join(parent, "discussions-files-"+hex.EncodeToString(sum[:6])), open: open, remove: os.RemoveAll}
	o.clear("")
	return o
}

// allowFiles lets the window of an account's conversation do with files what the organisation allows.
func (u *UI) allowFiles(o *conversation.Options, owner string) {
	allowed := u.manager.Policy().Files
	o.Files, o.SaveFiles, o.Pictures = account.FilePolicy(allowed), !allowed.NoOpen, u.pictures
	if windows := u.options.Windows; windows != nil {
		o.Paste = windows.ReadContent
	}
	o.Folders = u.folders
	if u.opened.dir != "" && !allowed.NoOpen {
		o.OpenFile = func(name string, write func(io.Writer) error) error { return u.opened.show(owner, name, write) }
	}
}

// show makes a copy of a file, which write gives, and opens it, unless the account is hidden meanwhile.
func (o *openedFiles) show(owner, name string, write func(io.Writer) error) error {
	o.mu.Lock() // what hides the account waits, and deletes the copy afterwards
	defer o.mu.Unlock()
	path, err := o.copy(owner, name, write)
	if err != nil {
		return err
	}
	u := &url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	if !strings.HasPrefix(u.Path, "/") { // a drive of Windows
		u.Path = "/" + u.Path
	}
	return o.open(u)
}

// copy is called with mu held.
func (o *openedFiles) copy(owner, name string, write func(io.Writer) error) (path string, err error) {
	if o.dir == "" {
		return "", errors.New("ui: no folder for opened files")
	}
	o.number++
	dir := filepath.Join(o.dir, owner, fmt.Sprint(o.number))
	if info, err := os.Lstat(o.dir); err == nil && info.Mode()&os.ModeSymlink != 0 { // another user's, in a folder for all
		return "", errors.New("ui: the folder of opened files is a link")
	}
	if err := errors.Join(privatedir.Make(o.dir), os.MkdirAll(dir, 0o700)); err != nil {
		return "", fmt.Errorf("make a folder for opened files: %w", atomicfile.Bare(err))
	}
	path = filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fmt.Errorf("copy a file: %w", atomicfile.Bare(err))
	}
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		_ = webmark.Set(path)       // without it the system is less careful
		err = os.Chmod(path, 0o400) // what is changed in a copy would be lost
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return "", fmt.Errorf("copy a file: %w", atomicfile.Bare(err))
	}
	return path, nil
}

// clear deletes the copies of an account, or all for "". What another program holds open is tried again and again while this one runs.
func (o *openedFiles) clear(owner string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dir == "" {
		return
	}
	copies := filepath.Join(o.dir, owner, "*")
	if owner == "" {
		copies = filepath.Join(o.dir, "*", "*")
	}
	if o.remove(filepath.Join(o.dir, owner)) == nil {
		return
	}
	left, _ := filepath.Glob(copies) // not the folder: the account may be opened again
	o.left = append(o.left, left...)
	if o.again == nil {
		o.again = time.AfterFunc(againEvery, o.clearLeft)
	}
	o.again.Reset(againEvery)
}

func (o *openedFiles) clearLeft() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.left = slices.DeleteFunc(o.left, func(path string) bool { return o.remove(path) == nil })
	if len(o.left) > 0 {
		o.again.Reset(againEvery)
	}
}

// close deletes all copies, and tries nothing any more afterwards.
func (o *openedFiles) close() {
	o.clear("")
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.again != nil {
		o.again.Stop()
	}
}
