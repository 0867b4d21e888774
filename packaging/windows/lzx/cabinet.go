package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Sizes of the parts of a cabinet, in bytes.
const (
	headerSize = 36
	folderSize = 8
	fileSize   = 16 // without the name
	blockSize  = 8  // without its data
)

// cabinet is a cabinet with one folder, as wixl makes it.
type cabinet struct {
	files   []byte // the entries, as they are written
	count   uint16 // of files
	content []byte // of all files, one after another
}

var errCabinet = errors.New("not a cabinet of one folder packed with MSZIP")

// readCabinet unpacks a cabinet.
func readCabinet(data []byte) (*cabinet, error) {
	if len(data) < headerSize+folderSize || string(data[:4]) != "MSCF" {
		return nil, errCabinet
	}
	u16, u32 := binary.LittleEndian.Uint16, binary.LittleEndian.Uint32
	files, folders, flags := int(u32(data[16:])), u16(data[26:]), u16(data[30:])
	c := &cabinet{count: u16(data[28:])}
	folder := data[headerSize:]
	blocks, packing := int(u16(folder[4:])), u16(folder[6:])
	at := int(u32(folder))
	if folders != 1 || flags != 0 || packing != 1 || files > at || at > len(data) {
		return nil, errCabinet
	}
	c.files = data[files:at]
	for i := range blocks {
		if at+blockSize > len(data) {
			return nil, io.ErrUnexpectedEOF
		}
		packed, size := int(u16(data[at+4:])), int(u16(data[at+6:]))
		at += blockSize
		if packed < 2 || at+packed > len(data) || string(data[at:at+2]) != "CK" {
			return nil, fmt.Errorf("block %d: %w", i, errCabinet)
		}
		before := c.content[max(0, len(c.content)-frameSize):]
		block := make([]byte, size)
		if _, err := io.ReadFull(flate.NewReaderDict(bytes.NewReader(data[at+2:at+packed]), before), block); err != nil {
			return nil, fmt.Errorf("block %d: %w", i, err)
		}
		c.content = append(c.content, block...)
		at += packed
	}
	return c, nil
}

// write packs the cabinet with LZX.
func (c *cabinet) write() []byte {
	frames := encode(c.content)
	files := headerSize + folderSize
	out := make([]byte, files, files+len(c.content)/2)
	out = append(out, c.files...)
	le := binary.LittleEndian
	copy(out, "MSCF")
	le.PutUint32(out[16:], uint32(files))
	out[24], out[25] = 3, 1 // the version
	le.PutUint16(out[26:], 1)
	le.PutUint16(out[28:], c.count)
	le.PutUint32(out[headerSize:], uint32(len(out)))
	le.PutUint16(out[headerSize+4:], uint16(len(frames)))
	le.PutUint16(out[headerSize+6:], 3|windowBits<<8) // LZX
	left := len(c.content)
	for _, frame := range frames {
		var sizes [4]byte
		le.PutUint16(sizes[:], uint16(len(frame)))
		le.PutUint16(sizes[2:], uint16(min(left, frameSize)))
		left -= frameSize
		out = le.AppendUint32(out, checksum(sizes[:], checksum(frame, 0)))
		out = append(append(out, sizes[:]...), frame...)
	}
	le.PutUint32(out[8:], uint32(len(out)))
	return out
}

// checksum is that of a block of a cabinet.
func checksum(data []byte, sum uint32) uint32 {
	for ; len(data) >= 4; data = data[4:] {
		sum ^= binary.LittleEndian.Uint32(data)
	}
	rest := uint32(0)
	for _, b := range data {
		rest = rest<<8 | uint32(b)
	}
	return sum ^ rest
}
