package updates

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// version is that of a release: three numbers.
type version [3]uint32

func parseVersion(text string) (v version, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != len(v) || len(text) > 32 {
		return v, fmt.Errorf("%.40q is no version such as 1.2.3", text)
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil || strconv.FormatUint(n, 10) != part { // no sign, no leading zero
			return version{}, fmt.Errorf("%.40q is no version such as 1.2.3", text)
		}
		v[i] = uint32(n)
	}
	return v, nil
}

func (v version) before(other version) bool { return slices.Compare(v[:], other[:]) < 0 }
