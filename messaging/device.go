package messaging

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"discussions/internal/atomicfile"
)

var deviceName = regexp.MustCompile(`^discussions-[a-z2-7]{8}$`)

// device is the name of this installation among the account's devices, the resource of its JID. It stays the same, so that the server replaces
// the session of a program that was killed by that of the next. Under another name the old one would be there beside it until its time to
// be resumed is over, in the groups as well, and everything would be sent to it.
func device(dir string) string {
	path := filepath.Join(dir, "device")
	if name, err := os.ReadFile(path); err == nil && deviceName.Match(name) {
		return string(name)
	}
	name := "discussions-" + strings.ToLower(rand.Text()[:8])
	_ = atomicfile.Write(path, []byte(name)) // if the disk refuses it, the next start uses another name
	return name
}
