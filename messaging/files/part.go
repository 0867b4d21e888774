package files

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Part is a file that is being written into a [Box]. It is sealed like the others, and nobody can read it before [Part.Keep]. It belongs to one
// goroutine.
type Part struct {
	box    *Box
	ref    Ref
	keys   sealKeys
	file   *os.File // nil: kept, or discarded
	sealer *sealer
}

// Begin begins a file. [Part.Discard] must follow; after [Part.Keep] it does nothing.
func (b *Box) Begin(ref Ref) (*Part, error) {
	name, keys, err := b.keys(ref)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(b.dir, name+".*"+partSuffix)
	if err != nil {
		return nil, diskError(err)
	}
	p := &Part{box: b, ref: ref, keys: keys, file: f}
	if p.sealer, err = newSealer(b, f, keys); err != nil {
		p.Discard()
		return nil, err
	}
	return p, nil
}

// Write implements [io.Writer]. Its errors are [ErrDisk] and [ErrClosed].
func (p *Part) Write(b []byte) (int, error) { return p.sealer.Write(b) }

// Reset begins the file anew, with other nonces.
func (p *Part) Reset() error {
	p.sealer.forget()
	_, err := p.file.Seek(0, io.SeekStart)
	if err = errors.Join(err, p.file.Truncate(0)); err != nil {
		return diskError(err)
	}
	p.sealer, err = newSealer(p.box, p.file, p.keys)
	return err
}

// Keep ends the file, which is the only one of its name from now on. After an error nothing of it is left.
func (p *Part) Keep() error {
	defer p.Discard()
	if err := p.sealer.end(); err != nil {
		return err
	}
	var err error
	if p.ref.pending() { // to wait for the disk takes as long as a transfer
		err = p.file.Sync()
	}
	if err := errors.Join(err, p.file.Close()); err != nil {
		return diskError(err)
	}
	name, _, err := p.box.keys(p.ref)
	if err != nil {
		return err
	}
	if err := p.box.rename(filepath.Base(p.file.Name()), name); err != nil {
		return err
	}
	p.file = nil
	return nil
}

// Discard deletes a file that was not kept.
func (p *Part) Discard() {
	if p.sealer != nil {
		p.sealer.forget()
	}
	if p.file != nil {
		_ = p.file.Close()
		_ = os.Remove(p.file.Name())
		p.file = nil
	}
}
