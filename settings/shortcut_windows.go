//go:build cgo

package settings

/*
#cgo LDFLAGS: -lole32 -luuid
#define COBJMACROS
#define UNICODE
#include <windows.h>
#include <shlobj.h>

// readShortcut reads which program a shortcut starts, and with which arguments; without the search for a program that has moved.
static HRESULT readShortcut(const WCHAR *file, WCHAR *program, WCHAR *arguments, int room) {
	IShellLinkW *link;
	IPersistFile *stored;
	CoInitializeEx(NULL, COINIT_MULTITHREADED);
	HRESULT r = CoCreateInstance(&CLSID_ShellLink, NULL, CLSCTX_INPROC_SERVER, &IID_IShellLinkW, (void **)&link);
	if (FAILED(r)) return r;
	r = IShellLinkW_QueryInterface(link, &IID_IPersistFile, (void **)&stored);
	if (SUCCEEDED(r)) {
		r = IPersistFile_Load(stored, file, STGM_READ);
		if (SUCCEEDED(r)) r = IShellLinkW_GetPath(link, program, room, NULL, SLGP_RAWPATH);
		if (SUCCEEDED(r)) r = IShellLinkW_GetArguments(link, arguments, room);
		IPersistFile_Release(stored);
	}
	IShellLinkW_Release(link);
	return r;
}
*/
import "C"

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// readShortcut is the program that a shortcut starts, and its arguments as one text. It initialises COM on its thread.
func readShortcut(path string) (program, arguments string, err error) {
	file, err := windows.UTF16FromString(path)
	if err != nil {
		return "", "", err
	}
	var names [2][1 << 10]uint16
	chars := func(text *uint16) *C.WCHAR { return (*C.WCHAR)(unsafe.Pointer(text)) }
	if r := C.readShortcut(chars(&file[0]), chars(&names[0][0]), chars(&names[1][0]), C.int(len(names[0]))); r < 0 {
		return "", "", fmt.Errorf("read the shortcut: error %#x", uint32(r))
	}
	return windows.UTF16ToString(names[0][:]), windows.UTF16ToString(names[1][:]), nil
}
