package diagnosis

import "golang.org/x/sys/unix"

// system gives the version of macOS.
func system() string {
	version, err := unix.Sysctl("kern.osproductversion")
	if err != nil {
		return "macOS"
	}
	return "macOS " + version
}
