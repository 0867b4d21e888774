package files

import (
	"bufio"
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// A sealed file is a magic, a random prefix, and the content in pieces of 64 KiB, each sealed by XChaCha20-Poly1305. The nonce of a piece is
// the prefix, its number, and whether it is the last: pieces cannot be changed, swapped or cut off unnoticed (the construction STREAM). The
// file's name is additional data, so that one file cannot be put in the place of another.

const (
	magic      = "DISCFIL1"
	prefixSize = 19
	pieceSize  = 64 << 10
)

// pieces makes the nonces of a file.
type pieces struct {
	aead  cipher.AEAD
	name  []byte
	nonce [24]byte
}

func (p *pieces) next(last bool) []byte {
	if last {
		p.nonce[23] = 1
	}
	return p.nonce[:]
}

func (p *pieces) step() {
	n := p.nonce[prefixSize : prefixSize+4]
	binary.BigEndian.PutUint32(n, binary.BigEndian.Uint32(n)+1) // 2^32 pieces are more than any disk has
}

type sealer struct {
	pieces
	to io.Writer
}

func newSealer(to io.Writer, aead cipher.AEAD, name string) *sealer {
	s := &sealer{pieces{aead: aead, name: []byte(name)}, to}
	_, _ = rand.Read(s.nonce[:prefixSize]) // never fails
	return s
}

// from seals all that a reader gives.
func (s *sealer) from(content io.Reader) (size int64, err error) {
	if _, err := s.to.Write(append([]byte(magic), s.nonce[:prefixSize]...)); err != nil {
		return 0, diskError(err)
	}
	r := bufio.NewReaderSize(content, pieceSize)
	piece, sealed := make([]byte, pieceSize), make([]byte, 0, pieceSize+s.aead.Overhead())
	defer clear(piece)
	for {
		n, err := io.ReadFull(r, piece)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return size, err
		}
		_, after := r.Peek(1)
		last := errors.Is(after, io.EOF)
		if after != nil && !last {
			return size, after
		}
		size += int64(n)
		sealed = s.aead.Seal(sealed[:0], s.next(last), piece[:n], s.name)
		if _, err := s.to.Write(sealed); err != nil {
			return size, diskError(err)
		}
		if last {
			return size, nil
		}
		s.step()
	}
}

type opener struct {
	pieces
	file *os.File
	from *bufio.Reader
	buf  []byte
	rest []byte // opened and not yet given
	err  error  // what follows rest
	box  *Box
	drop func() // deletes the file, if it turns out to be damaged; nil: it stays
}

func newOpener(box *Box, file *os.File, aead cipher.AEAD, name string) *opener {
	o := &opener{box: box, pieces: pieces{aead: aead, name: []byte(name)}, file: file, from: bufio.NewReaderSize(file, pieceSize+aead.Overhead())}
	o.buf = make([]byte, pieceSize+aead.Overhead())
	head := make([]byte, len(magic)+prefixSize)
	if _, err := io.ReadFull(o.from, head); err != nil || !bytes.HasPrefix(head, []byte(magic)) {
		o.err = ErrDamaged
	}
	copy(o.nonce[:], head[len(magic):])
	return o
}

// Read implements [io.Reader].
func (o *opener) Read(b []byte) (int, error) {
	if len(o.rest) == 0 && o.err == nil {
		o.piece()
	}
	if len(o.rest) == 0 {
		return 0, o.err
	}
	n := copy(b, o.rest)
	o.rest = o.rest[n:]
	return n, nil
}

// piece opens the next piece.
func (o *opener) piece() {
	if o.box.closed() {
		o.err = ErrClosed
		return
	}
	n, err := io.ReadFull(o.from, o.buf)
	_, after := o.from.Peek(1)
	last := errors.Is(after, io.EOF)
	switch {
	case errors.Is(err, io.EOF): // where another piece had to be
		o.err = ErrDamaged
		return
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		o.err = diskError(err)
		return
	case after != nil && !last:
		o.err = diskError(after)
		return
	}
	if o.rest, err = o.aead.Open(o.buf[:0], o.next(last), o.buf[:n], o.name); err != nil {
		o.rest, o.err = nil, ErrDamaged
		return
	}
	if last {
		o.err = io.EOF
		return
	}
	o.step()
}

// Close implements [io.Closer].
func (o *opener) Close() error {
	clear(o.buf)
	damaged := errors.Is(o.err, ErrDamaged)
	o.rest, o.err = nil, ErrClosed
	err := o.file.Close()
	if damaged && o.drop != nil {
		o.drop()
	}
	return err
}

// size is at least as large as the content.
func (o *opener) size() int64 {
	info, err := o.file.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}
