//go:build cgo

package settings

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"golang.org/x/sys/windows"
)

const autostartName = "Discussions"

// quoteExec quotes the arguments for a shortcut, because the library only joins them with spaces. It also checks their
// length: the library copies program and arguments into buffers of MAX_PATH characters without a check.
func quoteExec(exec []string) ([]string, error) {
	for i, arg := range exec {
		if strings.ContainsRune(arg, 0) {
			return nil, fmt.Errorf("%q cannot be written in a shortcut", arg)
		}
		if i > 0 {
			exec[i] = windows.EscapeArg(arg)
		}
	}
	for _, text := range []string{exec[0], strings.Join(exec[1:], " ")} {
		if len(utf16.Encode([]rune(text))) >= windows.MAX_PATH {
			return nil, fmt.Errorf("%q is too long for a shortcut", text)
		}
	}
	return exec, nil
}
