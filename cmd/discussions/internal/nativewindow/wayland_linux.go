//go:build cgo

package nativewindow

/*
#include <stdlib.h>

// From our change to GLFW (third_party/glfw). NULL: it is built as published.
__attribute__((weak)) const char *glfwGetWaylandClipboardTypes(void);
__attribute__((weak)) int glfwReceiveWaylandClipboard(const char *);

static int changed(void) { return glfwGetWaylandClipboardTypes && glfwReceiveWaylandClipboard; }
static const char *types(void) { return glfwGetWaylandClipboardTypes(); }
static int receive(const char *kind) { return glfwReceiveWaylandClipboard(kind); }
*/
import "C"

import (
	"context"
	"fmt"
	"os"
	"strings"
	"unsafe"

	"discussions/internal/clipboard"

	"fyne.io/fyne/v2"
	"golang.org/x/sys/unix"
)

func readTextOnWayland(ctx context.Context, most int) (string, error) {
	return clipboard.ReadTextOf(ctx, waylandClipboard{}, most)
}

func readOnWayland(ctx context.Context, most int) (clipboard.Content, error) {
	return clipboard.ReadOf(ctx, waylandClipboard{}, most)
}

// waylandClipboard implements [clipboard.Offers]. Wayland tells only the window that has the keyboard what is there, so GLFW knows.
type waylandClipboard struct{}

// Types implements [clipboard.Offers].
func (waylandClipboard) Types(ctx context.Context) ([]string, error) {
	if C.changed() == 0 {
		return nil, clipboard.ErrUnavailable
	}
	return onFyne(ctx, func() []string { return strings.Split(C.GoString(C.types()), "\n") }, func([]string) {})
}

// Receive implements [clipboard.Offers].
func (waylandClipboard) Receive(ctx context.Context, kind string) (*os.File, error) {
	pipe, err := onFyne(ctx, func() int {
		name := C.CString(kind)
		defer C.free(unsafe.Pointer(name))
		return int(C.receive(name))
	}, closePipe)
	switch {
	case err != nil:
		return nil, err
	case pipe < 0:
		return nil, clipboard.ErrEmpty
	}
	if err := unix.SetNonblock(pipe, true); err != nil {
		closePipe(pipe)
		return nil, fmt.Errorf("read the clipboard: %w", err)
	}
	return os.NewFile(uintptr(pipe), "clipboard"), nil
}

func closePipe(pipe int) {
	if pipe >= 0 {
		_ = unix.Close(pipe)
	}
}

// onFyne calls f on Fyne's goroutine, which waits for nobody: the caller is there until ctx ends. What f returns after the end of ctx goes to drop.
func onFyne[T any](ctx context.Context, f func() T, drop func(T)) (T, error) {
	got := make(chan T)
	fyne.Do(func() {
		if ctx.Err() != nil {
			return
		}
		result := f()
		select {
		case got <- result:
		case <-ctx.Done():
			drop(result)
		}
	})
	select {
	case result := <-got:
		return result, nil
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
