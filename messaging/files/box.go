package files

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"discussions/internal/atomicfile"
	"discussions/internal/privatedir"
	"discussions/internal/secret"
)

// Errors of a [Box], for errors.Is.
var (
	ErrAbsent  = errors.New("files: not on this computer")
	ErrDamaged = errors.New("files: not what was announced")
	ErrClosed  = errors.New("files: closed")
	ErrDisk    = errors.New("files: the disk does not take it")
)

// Ref names a file in a [Box]. Equal files of two messages have two names.
type Ref string

const pendingPrefix = "pending "

// Pending names a file that is still to be sent. It is on no server: it counts for no budget and goes only when somebody removes it.
func Pending(id string) Ref { return Ref(pendingPrefix + id) }

// Fetched names a file that can be fetched again, by all that its message says of it.
func Fetched(access string) Ref { return Ref("fetched " + access) }

func (r Ref) pending() bool { return strings.HasPrefix(string(r), pendingPrefix) }

// Box is the files of one account on disk. Names and contents are sealed. Its methods may be called from any goroutine.
type Box struct {
	dir    string
	budget int64 // bytes of what can be fetched again
	now    func() time.Time

	mu     sync.RWMutex // held for reading while the keys are used
	names  []byte       // key of the files' names; nil: closed
	aead   cipher.AEAD
	change sync.Mutex // held by what counts or removes
}

const (
	pendingSuffix = ".out"
	partSuffix    = ".part"
)

// OpenBox opens the box in a folder, and makes it if it is not there. key is the account's; the box has keys of its own, derived from it.
func OpenBox(dir string, key secret.Key, budget int64) (*Box, error) {
	raw := key.Bytes()
	defer clear(raw)
	if len(raw) != secret.KeySize {
		return nil, errors.New("files: no key")
	}
	content, err := hkdf.Key(sha256.New, raw, nil, "discussions files content", secret.KeySize)
	if err != nil {
		return nil, err
	}
	defer clear(content)
	names, err := hkdf.Key(sha256.New, raw, nil, "discussions files names", secret.KeySize)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(content)
	if err != nil {
		return nil, err
	}
	if err := privatedir.Make(dir); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDisk, err)
	}
	b := &Box{dir: dir, budget: budget, now: time.Now, names: names, aead: aead}
	b.each(func(name string, _ os.FileInfo) { // left by a crash
		if strings.HasSuffix(name, partSuffix) {
			_ = os.Remove(filepath.Join(dir, name))
		}
	})
	return b, nil
}

// Close forgets the keys. Reads that are under way fail from then on.
func (b *Box) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.names)
	b.names, b.aead = nil, nil
}

func (b *Box) closed() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.names == nil
}

// keys gives what is needed to use a file.
func (b *Box) keys(ref Ref) (name string, keys sealKeys, err error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.names == nil {
		return "", keys, ErrClosed
	}
	mac := hmac.New(sha256.New, b.names)
	mac.Write([]byte(ref))
	whole := mac.Sum(nil)
	name = hex.EncodeToString(whole[:16])
	if ref.pending() {
		name += pendingSuffix
	}
	// The other half is the file's name, which only the key reveals.
	prove := func(prefix []byte) []byte {
		mac := hmac.New(sha256.New, whole[16:])
		mac.Write(prefix)
		return mac.Sum(nil)[:proofSize]
	}
	return name, sealKeys{b.aead, prove}, nil
}

// Has reports whether a file is there.
func (b *Box) Has(ref Ref) bool {
	name, _, err := b.keys(ref)
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(b.dir, name))
	return err == nil
}

// Put seals what content holds, as the only file of that name. After an error nothing of it is left. A file that is still to be sent is on disk
// when Put returns; one that can be fetched again may be lost with the power, and is then found damaged. An error of content is returned as it
// is, one of the disk as [ErrDisk].
func (b *Box) Put(ref Ref, content io.Reader) (size int64, err error) {
	p, err := b.Begin(ref)
	if err != nil {
		return 0, err
	}
	defer p.Discard()
	if _, err := io.CopyBuffer(struct{ io.Writer }{p}, content, make([]byte, pieceSize)); err != nil {
		return 0, err
	}
	if err := p.Keep(); err != nil {
		return 0, err
	}
	return p.sealer.size, nil
}

// Open reads a file. Reading fails with [ErrDamaged] where the file is not as it was sealed; what was read before is right. A damaged file that
// can be fetched again is deleted.
func (b *Box) Open(ref Ref) (io.ReadCloser, error) {
	name, keys, err := b.keys(ref)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(b.dir, name)
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrAbsent
	}
	if err != nil {
		return nil, diskError(err)
	}
	_ = os.Chtimes(path, time.Time{}, b.now()) // the time of last use
	o := newOpener(b, f, keys)
	if !ref.pending() {
		o.drop = func() { _ = b.Remove(ref) }
	}
	return o, nil
}

// Read reads a whole file of at most that many bytes.
func (b *Box) Read(ref Ref, most int64) ([]byte, error) {
	r, err := b.Open(ref)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var data bytes.Buffer
	data.Grow(int(min(r.(*opener).size(), most)) + bytes.MinRead) // or it would be copied again and again as it grows
	if _, err = data.ReadFrom(io.LimitReader(r, most+1)); err == nil && int64(data.Len()) > most {
		err = ErrTooLarge
	}
	return data.Bytes(), err
}

// Move gives a file another name.
func (b *Box) Move(from, to Ref) error {
	before, keys, err := b.keys(from)
	if err != nil {
		return err
	}
	after, later, err := b.keys(to)
	if err != nil {
		return err
	}
	if err := addProof(filepath.Join(b.dir, before), keys, later); err != nil {
		return err
	}
	if err := b.rename(before, after); err == nil {
		return nil
	}
	r, err := b.Open(from) // Windows renames nothing that somebody reads
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = b.Put(to, r) // the other one goes with the next Keep
	return err
}

// rename gives a file on disk another name.
func (b *Box) rename(from, to string) error {
	b.change.Lock()
	defer b.change.Unlock()
	if err := os.Rename(filepath.Join(b.dir, from), filepath.Join(b.dir, to)); err != nil {
		return diskError(err)
	}
	b.trim(to)
	return nil
}

// addProof proves in a file the name that it gets next. The earlier one stays proved, for the case that the file does not get it.
func addProof(path string, now, later sealKeys) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return ErrAbsent
	}
	if err != nil {
		return diskError(err)
	}
	head := make([]byte, headSize)
	var prefix []byte
	if _, err = io.ReadFull(f, head); err != nil {
		err = ErrDamaged
	} else if prefix, err = now.prefixOf(head); err == nil {
		if _, err = f.WriteAt(later.prove(prefix), int64(proofsAt+proofSize)); err != nil {
			err = diskError(err)
		}
	}
	return errors.Join(err, f.Close())
}

// Remove deletes a file; it is no error if there is none.
func (b *Box) Remove(ref Ref) error {
	name, _, err := b.keys(ref)
	if err != nil {
		return err
	}
	b.change.Lock()
	defer b.change.Unlock()
	if err := os.Remove(filepath.Join(b.dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return diskError(err)
	}
	return nil
}

// Empty reports whether there is no file at all.
func (b *Box) Empty() bool {
	empty := true
	b.each(func(string, os.FileInfo) { empty = false })
	return empty
}

// Keep deletes all files but those of the references, and those that are being written.
func (b *Box) Keep(refs []Ref) error {
	kept := map[string]bool{}
	for _, ref := range refs {
		name, _, err := b.keys(ref)
		if err != nil {
			return err
		}
		kept[name] = true
	}
	b.change.Lock()
	defer b.change.Unlock()
	var errs []error
	b.each(func(name string, _ os.FileInfo) {
		if kept[name] || strings.HasSuffix(name, partSuffix) {
			return
		}
		if err := os.Remove(filepath.Join(b.dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, diskError(err))
		}
	})
	return errors.Join(errs...)
}

// trim deletes what was not used for longest until the rest is within the budget, but not the newest file. change is held.
func (b *Box) trim(newest string) {
	type file struct {
		name string
		size int64
		used time.Time
	}
	var list []file
	total := int64(0)
	b.each(func(name string, info os.FileInfo) {
		if strings.Contains(name, ".") {
			return
		}
		total += info.Size()
		list = append(list, file{name, info.Size(), info.ModTime()})
	})
	slices.SortFunc(list, func(a, b file) int { return a.used.Compare(b.used) })
	for _, f := range list {
		if total <= b.budget {
			return
		}
		if f.name != newest && os.Remove(filepath.Join(b.dir, f.name)) == nil {
			total -= f.size
		}
	}
}

func (b *Box) each(f func(name string, info os.FileInfo)) {
	entries, _ := os.ReadDir(b.dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			f(e.Name(), info)
		}
	}
}

func diskError(err error) error { return fmt.Errorf("%w: %w", ErrDisk, atomicfile.Bare(err)) }
