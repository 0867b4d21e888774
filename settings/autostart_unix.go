//go:build !windows && !darwin

package settings

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const autostartName = "discussions"

// quoteExec prepares arguments for the Exec line of a desktop entry. The library puts each between quotation marks by
// strconv.Quote, which doubles backslashes; the desktop entry specification further wants %, $, ` and \ escaped inside
// them. What the two together cannot express is refused.
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
