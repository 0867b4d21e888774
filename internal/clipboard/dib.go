package clipboard

import "encoding/binary"

// bitmapFile makes a BMP file of a picture as the clipboard of Windows has it (CF_DIB): a header BITMAPINFOHEADER or a later form of it, a
// table of colours, and the pixels. nil: it is damaged.
func bitmapFile(dib []byte) []byte {
	const fileHeader, infoHeader, masks, bitFields = 14, 40, 12, 3
	if len(dib) < infoHeader {
		return nil
	}
	header := int(binary.LittleEndian.Uint32(dib))
	bits, compression, colours := binary.LittleEndian.Uint16(dib[14:]), binary.LittleEndian.Uint32(dib[16:]), binary.LittleEndian.Uint32(dib[32:])
	if header < infoHeader || header > len(dib) || colours > 256 {
		return nil
	}
	if colours == 0 && bits <= 8 {
		colours = 1 << bits
	}
	body := dib[header:]
	if header == infoHeader && compression == bitFields { // masks follow, which decoders do not look for there
		if len(body) < masks || bits != 32 || binary.LittleEndian.Uint32(body) != 0xFF0000 || binary.LittleEndian.Uint32(body[4:]) != 0xFF00 || binary.LittleEndian.Uint32(body[8:]) != 0xFF {
			return nil
		}
		body, compression = body[masks:], 0
	}
	if bits > 8 && int(colours)*4 <= len(body) { // a palette that nothing needs
		body, colours = body[colours*4:], 0
	}
	file := make([]byte, 0, fileHeader+header+len(body))
	file = append(file, "BM"...)
	file = binary.LittleEndian.AppendUint32(file, uint32(fileHeader+header+len(body)))
	file = append(file, 0, 0, 0, 0)
	file = binary.LittleEndian.AppendUint32(file, uint32(fileHeader+header)+colours*4)
	file = append(file, dib[:header]...)
	binary.LittleEndian.PutUint32(file[fileHeader+16:], compression)
	binary.LittleEndian.PutUint32(file[fileHeader+32:], colours)
	return append(file, body...)
}
