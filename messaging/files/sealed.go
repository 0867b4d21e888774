package files

import (
	"bufio"
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// A sealed file is a magic, a random prefix, two proofs of its name, and the content in pieces of 64 KiB, each sealed by XChaCha20-Poly1305.
// The nonce of a piece is the prefix, its number, and whether it is the last: pieces cannot be changed, swapped or cut off unnoticed (the
// construction STREAM). A proof is a MAC of prefix and name, so that one file cannot be put in the place of another; one of the two holds. The
// second one is for the name that a file gets later: see [Box.Move].

const (
	magic      = "DISCFIL1"
	prefixSize = 19
	proofSize  = 16
	proofsAt   = len(magic) + prefixSize
	headSize   = proofsAt + 2*proofSize
	pieceSize  = 64 << 10
)

// sealKeys are what a file is sealed with under a name.
type sealKeys struct {
	aead  cipher.AEAD
	prove func(prefix []byte) []byte // that a file with that prefix has the name
}

// head is the beginning of a file; it has its second proof once the file was moved.
func (k *sealKeys) head(prefix []byte) []byte {
	return append(slices.Concat([]byte(magic), prefix, k.prove(prefix)), make([]byte, proofSize)...)
}

// prefixOf checks the beginning of a file.
func (k *sealKeys) prefixOf(head []byte) (prefix []byte, err error) {
	if !bytes.HasPrefix(head, []byte(magic)) {
		return nil, ErrDamaged
	}
	prefix = head[len(magic):proofsAt]
	want := k.prove(prefix)
	first := subtle.ConstantTimeCompare(want, head[proofsAt:proofsAt+proofSize])
	if first|subtle.ConstantTimeCompare(want, head[proofsAt+proofSize:headSize]) != 1 {
		return nil, ErrDamaged
	}
	return prefix, nil
}

// pieces makes the nonces of a file.
type pieces struct {
	aead  cipher.AEAD
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

// sealer seals what is written to it. The last piece is known by its end.
type sealer struct {
	pieces
	box    *Box
	to     io.Writer
	piece  []byte
	sealed []byte
	size   int64 // of what was written
}

// newSealer begins a file.
func newSealer(box *Box, to io.Writer, keys sealKeys) (*sealer, error) {
	s := &sealer{
		pieces: pieces{aead: keys.aead}, box: box, to: to, piece: make([]byte, 0, pieceSize), sealed: make([]byte, 0, pieceSize+keys.aead.Overhead()),
	}
	_, _ = rand.Read(s.nonce[:prefixSize]) // never fails
	if _, err := to.Write(keys.head(s.nonce[:prefixSize])); err != nil {
		return nil, diskError(err)
	}
	return s, nil
}

// Write implements [io.Writer].
func (s *sealer) Write(b []byte) (n int, err error) {
	for len(b) > 0 {
		if len(s.piece) == pieceSize {
			if err := s.seal(false); err != nil {
				return n, err
			}
			s.step()
		}
		add := min(len(b), pieceSize-len(s.piece))
		s.piece = append(s.piece, b[:add]...)
		s.size += int64(add)
		b, n = b[add:], n+add
	}
	return n, nil
}

// end seals the last piece.
func (s *sealer) end() error { return s.seal(true) }

func (s *sealer) seal(last bool) error {
	if s.box.closed() {
		return ErrClosed
	}
	s.sealed = s.aead.Seal(s.sealed[:0], s.next(last), s.piece, nil)
	s.forget()
	if _, err := s.to.Write(s.sealed); err != nil {
		return diskError(err)
	}
	return nil
}

// forget clears what is not sealed yet.
func (s *sealer) forget() {
	clear(s.piece)
	s.piece = s.piece[:0]
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

func newOpener(box *Box, file *os.File, keys sealKeys) *opener {
	sealed := pieceSize + keys.aead.Overhead()
	o := &opener{box: box, pieces: pieces{aead: keys.aead}, file: file, from: bufio.NewReaderSize(file, sealed), buf: make([]byte, sealed)}
	head := make([]byte, headSize)
	if _, err := io.ReadFull(o.from, head); err != nil {
		o.err = ErrDamaged
		return o
	}
	prefix, err := keys.prefixOf(head)
	copy(o.nonce[:], prefix)
	o.err = err
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
	if o.rest, err = o.aead.Open(o.buf[:0], o.next(last), o.buf[:n], nil); err != nil {
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
