package clipboard

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
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

// hang owns the clipboard with a text that it never gives: a window whose thread answers nothing until the test ends.
func hang(t *testing.T) {
	t.Helper()
	user32 := windows.NewLazySystemDLL("user32.dll")
	owns, end, ended := make(chan error), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		static, _ := windows.UTF16PtrFromString("STATIC")
		const messageOnly = ^uintptr(2)
		window, _, err := user32.NewProc("CreateWindowExW").Call(0, uintptr(unsafe.Pointer(static)), 0, 0, 0, 0, 0, 0, messageOnly, 0, 0, 0)
		if window == 0 {
			owns <- err
			return
		}
		if ok, _, err := user32.NewProc("OpenClipboard").Call(window); ok == 0 {
			owns <- err
			return
		}
		_, _, _ = user32.NewProc("EmptyClipboard").Call()
		_, _, _ = user32.NewProc("SetClipboardData").Call(formatText, 0) // it will make the text when somebody asks
		_, _, _ = user32.NewProc("CloseClipboard").Call()
		owns <- nil
		<-end
		_, _, _ = user32.NewProc("DestroyWindow").Call(window)
	}()
	if err := <-owns; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { close(end); <-ended })
}

func TestAnOwnerThatHangsKeepsOneThreadAtMost(t *testing.T) {
	t.Run("while it hangs", func(t *testing.T) {
		before := runtime.NumGoroutine()
		hang(t)
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			if _, err := ReadText(ctx, 10); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v", err)
			}
			cancel()
		}
		if more := runtime.NumGoroutine() - before; more > 2 { // that owner's and the one that waits for it
			t.Errorf("%d goroutines more", more)
		}
	})
	put(t, map[uintptr][]byte{formatText: {'x', 0, 0, 0}})
	if got, err := ReadText(t.Context(), 10); got != "x" || err != nil {
		t.Errorf("once it has ended: %q, %v", got, err)
	}
}
