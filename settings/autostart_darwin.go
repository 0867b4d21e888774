package settings

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const autostartName = "org.spico.discussions"

// quoteExec escapes the arguments for the property list, because the library does not.
func quoteExec(exec []string) ([]string, error) {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	for i, arg := range exec {
		if !utf8.ValidString(arg) || strings.ContainsFunc(arg, unicode.IsControl) {
			return nil, fmt.Errorf("%q cannot be written in a property list", arg)
		}
		exec[i] = escape.Replace(arg)
	}
	return exec, nil
}
