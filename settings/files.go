package settings

import (
	"slices"
	"strings"
)

// Files is what the organisation allows with files. The zero value limits nothing beyond the program's defaults.
type Files struct {
	MaxMB   int      // millions of bytes of one file; 0: the program's default
	Types   []string // that may be sent, such as "image/*"; nil: all, empty: none
	Plain   bool     // files are uploaded as they are, not encrypted
	CacheMB int      // millions of bytes that fetched files take on this computer; 0: the program's default
	NoOpen  bool     // files are not handed to other programs, nor saved
	Hosts   []string // servers besides the account's upload service from which files may be fetched
}

// Strictest is what both allow: files are sent unencrypted only if both allow it, and a list has what is in both.
func (f Files) Strictest(other Files) Files {
	smaller := func(a, b int) int { // 0: not told
		if a == 0 || b != 0 && b < a {
			return b
		}
		return a
	}
	all := Files{
		MaxMB: smaller(f.MaxMB, other.MaxMB), CacheMB: smaller(f.CacheMB, other.CacheMB), Types: commonTypes(f.Types, other.Types),
		Plain: f.Plain && other.Plain, NoOpen: f.NoOpen || other.NoOpen,
	}
	for _, host := range f.Hosts {
		if containsFold(other.Hosts, host) {
			all.Hosts = append(all.Hosts, host)
		}
	}
	return all
}

// commonTypes are the media types that both lists allow.
func commonTypes(a, b []string) []string {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	common := []string{}
	add := func(list, other []string) {
		for _, t := range list {
			if !containsFold(common, t) && slices.ContainsFunc(other, func(o string) bool { return coversType(o, t) }) {
				common = append(common, t)
			}
		}
	}
	add(a, b)
	add(b, a)
	return common
}

// coversType reports whether every file of the type narrow has the type wide, of which "image/*" is all pictures.
func coversType(wide, narrow string) bool {
	wide, narrow = strings.ToLower(wide), strings.ToLower(narrow)
	kind, all := strings.CutSuffix(wide, "*")
	return wide == narrow || all && strings.HasSuffix(kind, "/") && strings.HasPrefix(narrow, kind)
}

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(one string) bool { return strings.EqualFold(one, s) })
}
