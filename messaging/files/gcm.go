package files

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
)

// gcmStream encrypts or decrypts by AES-GCM (NIST SP 800-38D) piece by piece, which crypto/cipher does only with a whole file in memory. The
// counter mode and the hash of each piece are those of crypto/cipher; here the hashes of the pieces are put together to the one of the whole.
//
// GCM's hash of blocks x₁ … xₙ is x₁·hⁿ⁺¹ + … + xₙ·h² + length·h in GF(2¹²⁸), and its tag that hash plus a mask that depends on key and nonce.
// So the tag of nothing is the mask, and the tag of a piece as additional data gives the hash of the piece.
type gcmStream struct {
	block   cipher.Block
	aead    cipher.AEAD
	nonce   []byte
	counter [gcmBlock]byte // of the next block
	h       element
	mask    element
	whole   element // h to the power of the blocks of a whole piece
	sum     element
	size    uint64
	buf     [gcmBlock]byte
}

const (
	gcmBlock  = 16
	gcmPiece  = 64 << 10
	gcmBlocks = gcmPiece / gcmBlock
	gcmNonce  = 12 // bytes of the usual nonce
)

// newGCMStream takes a key of 32 bytes and a nonce of at most 16.
func newGCMStream(key, nonce []byte) (*gcmStream, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	g := &gcmStream{block: block, nonce: nonce}
	if g.aead, err = cipher.NewGCMWithNonceSize(block, len(nonce)); err != nil {
		return nil, err
	}
	var b [gcmBlock]byte
	block.Encrypt(b[:], b[:])
	g.h = elementOf(b[:])
	g.mask = g.tagOf(nil)
	g.whole = g.h.power(gcmBlocks)
	copy(g.counter[:], nonce)
	if len(nonce) == gcmNonce {
		g.counter[gcmBlock-1] = 1
	} else { // the hash of the nonce
		length := element{lo: 8 * uint64(len(nonce))}
		elementOf(g.counter[:]).times(g.h).plus(length).times(g.h).put(g.counter[:])
	}
	g.count(1) // the first one is for the mask
	return g, nil
}

func (g *gcmStream) tagOf(data []byte) element {
	return elementOf(g.aead.Seal(g.buf[:0], g.nonce, nil, data))
}

// encrypt encrypts the next piece in its place. All but the last have gcmPiece bytes.
func (g *gcmStream) encrypt(data []byte) {
	g.xor(data)
	g.hash(data)
}

// decrypt decrypts the next piece in its place. Nothing of the file may be used before its tag was compared.
func (g *gcmStream) decrypt(data []byte) {
	g.hash(data)
	g.xor(data)
}

// xor uses the counter mode of crypto/cipher, which counts in all 16 bytes of a block; GCM does in the last four.
func (g *gcmStream) xor(data []byte) {
	for len(data) > 0 {
		left := 1<<32 - uint64(binary.BigEndian.Uint32(g.counter[gcmNonce:]))
		n := int(min(uint64(len(data)), left*gcmBlock))
		cipher.NewCTR(g.block, g.counter[:]).XORKeyStream(data[:n], data[:n])
		g.count(blocks(n))
		data = data[n:]
	}
}

func (g *gcmStream) count(n int) {
	last := g.counter[gcmNonce:]
	binary.BigEndian.PutUint32(last, binary.BigEndian.Uint32(last)+uint32(n))
}

func blocks(size int) int { return (size + gcmBlock - 1) / gcmBlock }

// hash goes on with the hash of what is encrypted.
func (g *gcmStream) hash(data []byte) {
	g.size += uint64(len(data))
	shift := g.whole
	if len(data) != gcmPiece {
		shift = g.h.power(blocks(len(data)))
	}
	length := element{hi: 8 * uint64(len(data))}
	g.sum = g.sum.times(shift).plus(g.tagOf(data)).plus(g.mask).plus(length.times(g.h))
}

// tag follows the last piece.
func (g *gcmStream) tag() []byte {
	tag := make([]byte, gcmBlock)
	g.sum.plus(element{lo: 8 * g.size}.times(g.h)).plus(g.mask).put(tag)
	return tag
}

// element is of GF(2¹²⁸) as GCM has it: the first bit of a block is the coefficient of x⁰.
type element struct{ hi, lo uint64 }

func elementOf(block []byte) element {
	return element{binary.BigEndian.Uint64(block), binary.BigEndian.Uint64(block[8:])}
}

func (e element) put(block []byte) {
	binary.BigEndian.PutUint64(block, e.hi)
	binary.BigEndian.PutUint64(block[8:], e.lo)
}

func (e element) plus(f element) element { return element{e.hi ^ f.hi, e.lo ^ f.lo} }

// times takes the same time for all elements.
func (e element) times(f element) (product element) {
	hi, lo := e.hi, e.lo
	for range 128 {
		bit := -(hi >> 63)
		product.hi ^= f.hi & bit
		product.lo ^= f.lo & bit
		hi, lo = hi<<1|lo>>63, lo<<1
		over := -(f.lo & 1)
		f.hi, f.lo = f.hi>>1^over&(0xE1<<56), f.lo>>1|f.hi<<63
	}
	return product
}

// power is e to the power of n, for n that are not secret.
func (e element) power(n int) element {
	p := element{hi: 1 << 63} // one
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			p = p.times(e)
		}
		e = e.times(e)
	}
	return p
}
