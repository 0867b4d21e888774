package vault

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Started identifies the present start of the computer, and says how long ago it was by a clock that nobody can set and that runs while
// the computer sleeps. Zero: unknown.
type Started struct {
	Which uint32        // differs between starts; 0: unknown, as on Windows
	Ago   time.Duration // in whole seconds
}

const startedSize = 4 + 4

func (s Started) append(b []byte) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, s.Which), wholeSeconds(s.Ago))
}

// parseStarted reads what append wrote.
func parseStarted(b []byte) Started {
	return Started{Which: binary.BigEndian.Uint32(b), Ago: time.Duration(binary.BigEndian.Uint32(b[4:])) * time.Second}
}

// since is the least time that has passed since earlier.
func (s Started) since(earlier Started) time.Duration {
	switch ran := s.Ago - earlier.Ago; {
	case earlier == (Started{}) || s == (Started{}):
		return 0
	case s.Which != 0 && earlier.Which != 0 && s.Which != earlier.Which:
		return s.Ago
	case s.Which != 0 && s.Which == earlier.Which:
		return max(ran, 0) // negative: a virtual computer that was put back as it was
	case ran < 0: // the computer was started again
		return s.Ago
	default: // started again or not, that has passed
		return ran
	}
}

// whichStart makes a number from the system's name of a start.
func whichStart(name string) uint32 {
	if name == "" {
		return 0
	}
	sum := sha256.Sum256([]byte("discussions start v1\x00" + name))
	return max(binary.BigEndian.Uint32(sum[:]), 1)
}
