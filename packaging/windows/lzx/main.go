// Command lzx packs a cabinet anew, with LZX instead of MSZIP: lzx FROM.cab TO.cab. Windows Installer knows both; the tools of Debian
// that make cabinets only know the weaker one, which makes an installer of the program a fifth larger. The same cabinet gives the
// same bytes.
//
// The formats are described in [MS-CAB] and [MS-PATCH] of Microsoft's open specifications.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: lzx FROM.cab TO.cab")
		os.Exit(2)
	}
	if err := pack(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "lzx:", err)
		os.Exit(1)
	}
}

func pack(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	c, err := readCabinet(data)
	if err != nil {
		return fmt.Errorf("read %s: %w", from, err)
	}
	return os.WriteFile(to, c.write(), 0o644)
}
