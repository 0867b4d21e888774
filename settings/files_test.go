package settings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestTheStricterRuleOfFilesHolds(t *testing.T) {
	own := Files{MaxMB: 200, Plain: true, CacheMB: 900, Types: []string{"image/png", "text/*"}, Hosts: []string{"files.example.org", "evil.example.net"}}
	for name, c := range map[string]struct{ other, want Files }{
		"nothing is said": {Files{}, Files{MaxMB: 200, CacheMB: 900, Types: own.Types}},
		"of each key": {
			Files{MaxMB: 20, NoOpen: true, CacheMB: 1000, Types: []string{"image/*", "TEXT/plain", "video/mp4"}, Hosts: []string{"files.example.org", "old.example.org"}},
			Files{MaxMB: 20, NoOpen: true, CacheMB: 900, Types: []string{"image/png", "TEXT/plain"}, Hosts: []string{"files.example.org"}},
		},
		"no type is in both":          {Files{Types: []string{"video/*"}}, Files{MaxMB: 200, CacheMB: 900, Types: []string{}}},
		"no type is allowed":          {Files{Types: []string{}}, Files{MaxMB: 200, CacheMB: 900, Types: []string{}}},
		"both are plain":              {Files{Plain: true}, Files{MaxMB: 200, CacheMB: 900, Types: own.Types, Plain: true}},
		"a host in another case":      {Files{Hosts: []string{"FILES.example.org"}}, Files{MaxMB: 200, CacheMB: 900, Types: own.Types, Hosts: []string{"files.example.org"}}},
		"a host on another port":      {Files{Hosts: []string{"files.example.org:8443"}}, Files{MaxMB: 200, CacheMB: 900, Types: own.Types}},
		"a kind that has a like name": {Files{Types: []string{"text/pla*", "imag/*", "*"}}, Files{MaxMB: 200, CacheMB: 900, Types: []string{"text/pla*"}}},
	} {
		if diff := cmp.Diff(c.want, own.Strictest(c.other), cmpopts.SortSlices(func(a, b string) bool { return a < b })); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
