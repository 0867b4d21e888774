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

type sealer struct {
	pieces
	keys sealKeys
	to   io.Writer
}

func newSealer(to io.Writer, keys sealKeys) *sealer {
	s := &sealer{pieces{aead: keys.aead}, keys, to}
	_, _ = rand.Read(s.nonce[:prefixSize]) // never fails
	return s
}

// from seals all that a reader gives.
func (s *sealer) from(content io.Reader) (size int64, err error) {
	if _, err := s.to.Write(s.keys.head(s.nonce[:prefixSize])); err != nil {
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
		sealed = s.aead.Seal(sealed[:0], s.next(last), piece[:n], nil)
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
