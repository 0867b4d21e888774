package vault

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"discussions/account/internal/kdf"
	"discussions/internal/secret"
)

// The files in testdata were written by released versions, one folder a format version. They are never written again:
// -write makes the ones of a new version.
var write = flag.Bool("write", false, "write the files of the present format version")

const (
	goldenID    = "golden-account"
	goldenCode  = "4715"
	goldenText  = "what the box held"
	goldenFiles = `{"max_mb":20}`
)

var (
	goldenStamp   = time.Unix(1_800_000_000, 0)
	goldenStarted = Started{Which: 77, Ago: time.Hour}
)

func goldenKey() secret.Key {
	b := make([]byte, secret.KeySize)
	for i := range b {
		b[i] = byte(i)
	}
	return secret.NewKey(b)
}

func TestFilesOfEveryReleasedVersionStillOpen(t *testing.T) {
	if *write {
		writeGolden(t, "v4")
	}
	folders, err := os.ReadDir("testdata/golden")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no stored files: %v", err)
	}
	for _, folder := range folders {
		t.Run(folder.Name(), func(t *testing.T) {
			dir := filepath.Join("testdata/golden", folder.Name())
			v := &Vault{Dir: t.TempDir(), ID: goldenID, Keyring: newMemory(), Now: func() time.Time { return goldenStamp }}
			data := readGolden(t, dir, "vault")
			if err := os.WriteFile(filepath.Join(v.Dir, fileName), data, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := v.Keyring.Set(Service, goldenID, strings.TrimSpace(string(readGolden(t, dir, "record.txt")))); err != nil {
				t.Fatal(err)
			}
			if s, err := v.Status(); err != nil || s.Left != 3 {
				t.Errorf("status %+v, %v", s, err)
			}
			if got := guessesOf(t, v); folder.Name() == "v1" && got != 0 || folder.Name() != "v1" && got != 4 {
				t.Errorf("%d guesses", got)
			}
			key, err := v.Unlock(secret.New(goldenCode))
			if err != nil || !key.Equal(goldenKey()) {
				t.Fatalf("unlock: %v", err)
			}
			if text, _ := v.Keyring.Get(Service, goldenID); !strings.HasPrefix(text, recordPrefix) {
				t.Error("the record is not written in the present version")
			}
			if got := v.Standing().Rules.Files; folder.Name() >= "v3" && got != goldenFiles || folder.Name() < "v3" && got != "" {
				t.Errorf("rules of files: %q", got)
			}
			if got := v.seen.at; folder.Name() >= "v4" && got != goldenStarted || folder.Name() < "v4" && got != (Started{}) {
				t.Errorf("start: %v", got)
			}
			plain, stamp, err := OpenFile(TokensKey(key), goldenID, readGolden(t, dir, "box"))
			if err != nil || string(plain) != goldenText || !stamp.Equal(goldenStamp) {
				t.Errorf("box: %q %v %v", plain, stamp, err)
			}
		})
	}
}

func readGolden(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func writeGolden(t *testing.T, name string) {
	t.Helper()
	dir := filepath.Join("testdata/golden", name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r := record{owner: owner(goldenID), generation: 41, counts: counts{tries: 2, guesses: 4, first: goldenStamp, decayed: goldenStamp}, device: secret.RandomKey()}
	r.standing = standing{login: goldenStamp, latest: goldenStamp, at: goldenStarted, ruled: true, rules: Rules{Lifetime: time.Hour, Files: goldenFiles}}
	data, err := seal(newHeader(goldenID, 41, kdf.Default.Floor), secret.New(goldenCode), r.device, goldenKey())
	if err != nil {
		t.Fatal(err)
	}
	box, err := SealFile(TokensKey(goldenKey()), goldenID, goldenStamp, []byte(goldenText))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"vault": data, "record.txt": []byte(r.encode() + "\n"), "box": box} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// guessesOf is how many guesses the keyring's record counts.
func guessesOf(t testing.TB, v *Vault) int {
	t.Helper()
	r, err := v.readRecord()
	if err != nil {
		t.Fatal(err)
	}
	return r.guesses
}
