package diagnosis

import (
	"os"
	"strings"
)

// system names the distribution (os-release(5)).
func system() string {
	for _, path := range []string{"/etc/os-release", "/usr/lib/os-release"} {
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			if name, found := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); found {
				return strings.Trim(name, `"'`)
			}
		}
	}
	return "Linux"
}
