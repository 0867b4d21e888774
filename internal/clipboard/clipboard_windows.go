package clipboard

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"time"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The standard formats of the clipboard that are read.
const (
	formatDIB   = 8  // CF_DIB: a picture; the system makes it of other forms
	formatText  = 13 // CF_UNICODETEXT; made of other forms too
	formatFiles = 15 // CF_HDROP
)

// ReadText reads the text of the clipboard. With [ErrTooLarge] it is the beginning of one of more than most bytes.
func ReadText(ctx context.Context, most int) (string, error) {
	return opened(ctx, func(w win) (string, error) { return w.text(most) })
}

// Read reads the clipboard. A picture of more than most bytes is [ErrTooLarge].
func Read(ctx context.Context, most int) (Content, error) {
	return opened(ctx, func(w win) (Content, error) { return w.read(most) })
}

// reading is full while a thread has the clipboard open.
var reading = make(chan struct{}, 1)

// opened calls f with the clipboard, which is open for a thread. While the program that holds the content makes it, the system waits, and
// nothing ends that: at the end of ctx it is left alone. Others wait for it, so that a program that hangs keeps one thread at most.
func opened[T any](ctx context.Context, f func(win) (T, error)) (T, error) {
	type result struct {
		got T
		err error
	}
	var none T
	select {
	case reading <- struct{}{}:
	case <-ctx.Done():
		return none, ctx.Err()
	}
	done := make(chan result, 1)
	go func() {
		defer func() { <-reading }()
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		var r result
		w := newWin()
		if r.err = w.open(ctx); r.err == nil {
			r.got, r.err = f(w)
			_, _, _ = w.closeClipboard.Call()
		}
		done <- r
	}()
	select {
	case r := <-done:
		return r.got, r.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

func (w win) text(most int) (string, error) {
	if !w.has(formatText) {
		return "", ErrEmpty
	}
	size := 2 * (most + 1) // a unit of UTF-16 takes a byte of UTF-8 at least
	data, err := w.bytes(formatText, size)
	if err != nil && !errors.Is(err, ErrTooLarge) {
		return "", err
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(data[2*i:])
	}
	return beginning(string(utf16.Decode(units)), most)
}

func (w win) read(most int) (Content, error) {
	if files := w.files(); files != nil {
		return Content{Files: files}, nil
	}
	if format := w.format("PNG"); w.has(format) { // of browsers and of Office, sharp and with its transparency
		data, err := w.bytes(format, most)
		if err != nil {
			return Content{}, err
		}
		return Content{Picture: data}, nil
	}
	if !w.has(formatDIB) {
		return Content{}, ErrEmpty
	}
	dib, err := w.bytes(formatDIB, most)
	if err != nil {
		return Content{}, err
	}
	picture := bitmapFile(dib)
	if picture == nil {
		return Content{}, ErrEmpty
	}
	return Content{Picture: picture}, nil
}

// win is what is used of the system.
type win struct {
	openClipboard, closeClipboard, isAvailable, getData, registerFormat *windows.LazyProc
	globalLock, globalUnlock, globalSize                                *windows.LazyProc
	dragQueryFile                                                       *windows.LazyProc
}

func newWin() win {
	user32, kernel32, shell32 := windows.NewLazySystemDLL("user32.dll"), windows.NewLazySystemDLL("kernel32.dll"), windows.NewLazySystemDLL("shell32.dll")
	return win{
		user32.NewProc("OpenClipboard"), user32.NewProc("CloseClipboard"), user32.NewProc("IsClipboardFormatAvailable"), user32.NewProc("GetClipboardData"),
		user32.NewProc("RegisterClipboardFormatW"),
		kernel32.NewProc("GlobalLock"), kernel32.NewProc("GlobalUnlock"), kernel32.NewProc("GlobalSize"),
		shell32.NewProc("DragQueryFileW"),
	}
}

// open opens the clipboard. Only one program at a time has it open: it is tried again for a moment.
func (w win) open(ctx context.Context) error {
	for tries := 0; ; tries++ {
		ok, _, err := w.openClipboard.Call(0)
		if ok != 0 {
			return nil
		}
		if tries == 50 {
			return fmt.Errorf("open the clipboard: %w", err)
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (w win) has(format uintptr) bool {
	ok, _, _ := w.isAvailable.Call(format)
	return format != 0 && ok != 0
}

// format is the number of a format with a name.
func (w win) format(name string) uintptr {
	p, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return 0
	}
	n, _, _ := w.registerFormat.Call(uintptr(unsafe.Pointer(p)))
	return n
}

// bytes copies the content in a format. Its owner may make it now, which takes time. With [ErrTooLarge] it returns the first bytes.
func (w win) bytes(format uintptr, most int) ([]byte, error) {
	handle, _, err := w.getData.Call(format)
	if handle == 0 {
		return nil, fmt.Errorf("get the content of the clipboard: %w", err)
	}
	size, _, _ := w.globalSize.Call(handle)
	var cut error
	if size > uintptr(most) {
		size, cut = uintptr(most), ErrTooLarge
	}
	start, _, err := w.globalLock.Call(handle)
	if start == 0 {
		return nil, fmt.Errorf("lock the content of the clipboard: %w", err)
	}
	defer func() { _, _, _ = w.globalUnlock.Call(handle) }()
	data := make([]byte, size)
	copy(data, unsafe.Slice(*(**byte)(unsafe.Pointer(&start)), size))
	return data, cut
}

// files are the paths of files; nil: there are none.
func (w win) files() (list []string) {
	if !w.has(formatFiles) {
		return nil
	}
	handle, _, _ := w.getData.Call(formatFiles)
	if handle == 0 {
		return nil
	}
	const all = 0xFFFFFFFF
	count, _, _ := w.dragQueryFile.Call(handle, all, 0, 0)
	for i := range min(count, mostFiles) {
		length, _, _ := w.dragQueryFile.Call(handle, i, 0, 0)
		name := make([]uint16, length+1)
		if got, _, _ := w.dragQueryFile.Call(handle, i, uintptr(unsafe.Pointer(&name[0])), length+1); got != 0 {
			list = append(list, windows.UTF16ToString(name))
		}
	}
	return list
}
