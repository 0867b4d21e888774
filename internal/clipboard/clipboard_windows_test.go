package clipboard

import (
	"bytes"
	"encoding/binary"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"
)

// put puts content into the clipboard, in formats.
func put(t *testing.T, contents map[uintptr][]byte) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	user32, kernel32 := windows.NewLazySystemDLL("user32.dll"), windows.NewLazySystemDLL("kernel32.dll")
	call := func(p *windows.LazyProc, a ...uintptr) uintptr {
		r, _, err := p.Call(a...)
		if r == 0 {
			t.Fatalf("%s: %v", p.Name, err)
		}
		return r
	}
	call(user32.NewProc("OpenClipboard"), 0)
	defer call(user32.NewProc("CloseClipboard"))
	call(user32.NewProc("EmptyClipboard"))
	for format, data := range contents {
		const movable = 2
		handle := call(kernel32.NewProc("GlobalAlloc"), movable, uintptr(len(data)))
		start := call(kernel32.NewProc("GlobalLock"), handle)
		copy(unsafe.Slice(*(**byte)(unsafe.Pointer(&start)), len(data)), data)
		_, _, _ = kernel32.NewProc("GlobalUnlock").Call(handle)
		call(user32.NewProc("SetClipboardData"), format, handle)
	}
}

// dropped is a list of files as the clipboard has it: a DROPFILES and the names.
func dropped(names ...string) []byte {
	head := make([]byte, 20)
	binary.LittleEndian.PutUint32(head, 20)
	head[16] = 1 // in UTF-16
	for _, name := range append(names, "") {
		for _, unit := range append(utf16.Encode([]rune(name)), 0) {
			head = binary.LittleEndian.AppendUint16(head, unit)
		}
	}
	return head
}

func TestTheClipboardOfWindows(t *testing.T) {
	w := newWin()
	png, dib := w.format("PNG"), dibOf(40, 24, 0, 0)
	const text = 1
	for name, c := range map[string]struct {
		put  map[uintptr][]byte
		want Content
		err  error
	}{
		"a PNG":                   {map[uintptr][]byte{png: []byte("\x89PNG…"), formatDIB: dib}, Content{Picture: []byte("\x89PNG…")}, nil},
		"a bitmap":                {map[uintptr][]byte{formatDIB: dib}, Content{Picture: bitmapFile(dib)}, nil},
		"files":                   {map[uintptr][]byte{formatFiles: dropped(`C:\a b.jpg`, `C:\œ.pdf`)}, Content{Files: []string{`C:\a b.jpg`, `C:\œ.pdf`}}, nil},
		"text":                    {map[uintptr][]byte{text: []byte("x\x00")}, Content{}, ErrEmpty},
		"a bitmap that is none":   {map[uintptr][]byte{formatDIB: []byte("x")}, Content{}, ErrEmpty},
		"more bytes than allowed": {map[uintptr][]byte{png: make([]byte, 2000)}, Content{}, ErrTooLarge},
	} {
		put(t, c.put)
		got, err := Read(t.Context(), 1000)
		if !errors.Is(err, c.err) || !bytes.Equal(bytes.TrimRight(got.Picture, "\x00"), bytes.TrimRight(c.want.Picture, "\x00")) || !slices.Equal(got.Files, c.want.Files) {
			t.Errorf("%s: %q, %v; want %q, %v", name, got, err, c.want, c.err)
		}
	}
}

func TestTheTextOfTheClipboardOfWindows(t *testing.T) {
	const most = 1000
	for name, c := range map[string]struct {
		text, want string
		err        error
	}{
		"a text":             {"Moussa Keïta 🩺", "Moussa Keïta 🩺", nil},
		"as long as allowed": {strings.Repeat("x", most), strings.Repeat("x", most), nil},
		"10 MB":              {strings.Repeat("é", 5<<20), strings.Repeat("é", most/2), ErrTooLarge},
		"none":               {"", "", ErrEmpty},
	} {
		var data []byte
		for _, unit := range append(utf16.Encode([]rune(c.text)), 0) {
			data = binary.LittleEndian.AppendUint16(data, unit)
		}
		contents := map[uintptr][]byte{formatText: data}
		if c.text == "" {
			contents = map[uintptr][]byte{formatDIB: dibOf(40, 24, 0, 0)}
		}
		put(t, contents)
		got, err := ReadText(t.Context(), most)
		if !errors.Is(err, c.err) || got != c.want {
			t.Errorf("%s: %d bytes, %.40q, %v; want %d, %v", name, len(got), got, err, len(c.want), c.err)
		}
	}
}
