//go:build !windows && !darwin

package settings

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const autostartName = "discussions"

// quoteExec escapes the arguments for the Exec line of a desktop entry. The library quotes each with strconv.Quote, which
// doubles backslashes; the desktop entry specification also requires %, $, ` and \ to be escaped. An argument that cannot
// be written with both is an error.
func quoteExec(exec []string) ([]string, error) {
	escape := strings.NewReplacer(`\`, `\\`, "`", "\\`", `$`, `\$`, `%`, `%%`)
	for i, arg := range exec {
		if !utf8.ValidString(arg) || strings.ContainsFunc(arg, func(r rune) bool { return r == '"' || !unicode.IsPrint(r) }) {
			return nil, fmt.Errorf("%q cannot be written in a desktop entry", arg)
		}
		exec[i] = escape.Replace(arg)
	}
	return exec, nil
}
