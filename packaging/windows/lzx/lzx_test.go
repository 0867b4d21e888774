package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"discussions/internal/needs"
)

// mszip packs a file as wixl does.
func mszip(t interface{ Fatal(...any) }, content []byte) []byte {
	le := binary.LittleEndian
	files := make([]byte, fileSize)
	le.PutUint32(files, uint32(len(content)))
	files = append(files, "file\x00"...)
	out := make([]byte, headerSize+folderSize)
	copy(out, "MSCF")
	le.PutUint32(out[16:], headerSize+folderSize)
	out[24], out[25], out[26], out[28] = 3, 1, 1, 1
	le.PutUint32(out[headerSize:], uint32(len(out)+len(files)))
	out[headerSize+6] = 1
	out = append(out, files...)
	blocks := 0
	for start := 0; start < len(content); start += frameSize {
		var packed bytes.Buffer
		packed.WriteString("CK")
		w, err := flate.NewWriterDict(&packed, 1, content[max(0, start-frameSize):start])
		if err != nil {
			t.Fatal(err)
		}
		block := content[start:min(start+frameSize, len(content))]
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		out = le.AppendUint32(out, 0) // not checked
		out = le.AppendUint16(out, uint16(packed.Len()))
		out = le.AppendUint16(out, uint16(len(block)))
		out = append(out, packed.Bytes()...)
		blocks++
	}
	le.PutUint16(out[headerSize+4:], uint16(blocks))
	le.PutUint32(out[8:], uint32(len(out)))
	return out
}

// repack returns the content and size of the cabinet that pack makes, as libmspack reads it.
func repack(t interface{ Fatal(...any) }, folder string, content []byte) (got []byte, size int) {
	from, to := filepath.Join(folder, "from.cab"), filepath.Join(folder, "to.cab")
	if err := os.WriteFile(from, mszip(t, content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := pack(from, to); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	got, err = exec.Command("cabextract", "-q", "-p", to).Output()
	if err != nil {
		t.Fatal(err)
	}
	return got, len(packed)
}

func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}

// calls are as in a program: each to one of a few places, by its distance.
func calls(n int) []byte {
	var out []byte
	r := rand.New(rand.NewPCG(3, 4))
	for len(out) < n {
		out = append(out, 0x48, 0x89, byte(r.UintN(8)), 0xe8)
		out = binary.LittleEndian.AppendUint32(out, uint32(r.IntN(20)*1000-len(out)))
	}
	return out[:n]
}

func TestOthersReadWhatIsPacked(t *testing.T) {
	needs.Programs(t, "cabextract")
	repeated := bytes.Repeat(noise(3000), 40)
	for name, c := range map[string]struct {
		content []byte
		most    int // bytes of the cabinet
	}{
		"one byte":          {[]byte("a"), 400},
		"one frame":         {calls(frameSize), 20000},
		"a frame and less":  {calls(frameSize - 1), 20000},
		"a frame and more":  {calls(frameSize + 1), 20000},
		"a block and more":  {calls(encoderBlock + 5), 100000},
		"zeros":             {make([]byte, 70000), 700},
		"noise":             {noise(70000), 72000},
		"noise, repeated":   {repeated, 7000},
		"texts":             {[]byte(strings.Repeat("Messages between health professionals. ", 3000)), 800},
		"bytes of a call":   {bytes.Repeat([]byte{0xe8}, 50000), 40000},
		"a call at the end": {append(noise(frameSize-6), 0xe8, 1, 2, 3, 4, 0xe8), 34000},
	} {
		t.Run(name, func(t *testing.T) {
			got, size := repack(t, t.TempDir(), c.content)
			if !bytes.Equal(got, c.content) {
				t.Error("it is read back as something else")
			}
			if size > c.most {
				t.Errorf("%d bytes become %d, want at most %d", len(c.content), size, c.most)
			}
		})
	}
}

func TestAnyContentIsReadBack(t *testing.T) {
	needs.Programs(t, "cabextract")
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 1, 50), 1, 8).Draw(t, "pieces")
		var content []byte
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(pieces)-1), 1, 300).Draw(t, "order") {
			content = append(content, pieces[i]...)
		}
		if got, _ := repack(t, folder, content); !bytes.Equal(got, content) {
			t.Fatal("it is read back as something else")
		}
	})
}

func TestTheSameGivesTheSame(t *testing.T) {
	c := &cabinet{files: make([]byte, fileSize+1), count: 1, content: calls(100000)}
	if !bytes.Equal(c.write(), c.write()) {
		t.Error("two cabinets of the same content differ")
	}
}

func TestNoCodeIsTooLong(t *testing.T) {
	counts := make([]int, 40)
	a, b := 1, 1
	for i := range counts { // the worst case of Huffman's trees
		counts[i] = a
		a, b = b, a+b
	}
	lengths := lengthsOf(counts, 16)
	sum := 0
	for _, l := range lengths {
		sum += 1 << (16 - l)
	}
	if slices.Max(lengths) > 16 || sum != 1<<16 {
		t.Errorf("lengths %v fill %d of %d", lengths, sum, 1<<16)
	}
}

func TestAFileThatIsNotACabinetIsRefused(t *testing.T) {
	good := mszip(t, calls(40000))
	for name, change := range map[string]func([]byte) []byte{
		"empty":           func([]byte) []byte { return nil },
		"another file":    func(b []byte) []byte { return append([]byte("MZ"), b[2:]...) },
		"cut off":         func(b []byte) []byte { return b[:len(b)-100] },
		"packed by LZX":   func(b []byte) []byte { b[headerSize+6] = 3; return b },
		"two folders":     func(b []byte) []byte { b[26] = 2; return b },
		"entries outside": func(b []byte) []byte { b[headerSize+3] = 0x7f; return b },
		"a broken block":  func(b []byte) []byte { b[headerSize+folderSize+fileSize+5+blockSize+2] ^= 0xff; return b },
	} {
		if _, err := readCabinet(change(slices.Clone(good))); err == nil {
			t.Errorf("%s is taken", name)
		} else if name == "cut off" && !errors.Is(err, errCabinet) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
