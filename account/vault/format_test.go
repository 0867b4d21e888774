package vault

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/account/internal/kdf"
	"discussions/internal/secret"
)

func TestRecordsSurviveTheirEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := record{
			owner:      owner(rapid.String().Draw(t, "id")),
			generation: rapid.Uint32().Draw(t, "generation"),
			device:     secret.NewKey(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "device")),
			person:     personHash(rapid.String().Draw(t, "person")),
			counts: counts{
				tries: int(rapid.Byte().Draw(t, "tries")), guesses: int(rapid.Byte().Draw(t, "guesses")),
				misses: Misses{Count: int(rapid.Byte().Draw(t, "misses"))},
			},
		}
		for name, at := range map[string]*time.Time{"until": &r.notBefore, "first": &r.first, "decayed": &r.decayed, "since": &r.misses.Since} {
			if rapid.Bool().Draw(t, "has "+name) {
				*at = time.Unix(rapid.Int64Range(1, 1<<40).Draw(t, name), 0)
			}
		}
		r.rules.Files = strings.Repeat("x", rapid.IntRange(0, MaxFileRules).Draw(t, "files"))
		r.ruled = rapid.Bool().Draw(t, "ruled")
		r.at = Started{Which: rapid.Uint32().Draw(t, "start"), Ago: time.Duration(rapid.Uint32().Draw(t, "started")) * time.Second}
		text := r.encode()
		if len(text) > maxRecordText || maxRecordText > 2500 { // Windows takes 2,560
			t.Fatalf("%d characters", len(text))
		}
		got, err := parseRecord(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r.counts, got.counts, cmp.AllowUnexported(counts{})); diff != "" {
			t.Fatal(diff)
		}
		if got.owner != r.owner || got.generation != r.generation || got.person != r.person || got.standing != r.standing || !got.device.Equal(r.device) {
			t.Fatalf("got %+v, want %+v", got, r)
		}
	})
}

// A length that does not fit, and a record that is cut or longer, are not read, whatever the sum says.
func TestARecordWithAnotherLengthIsNotRead(t *testing.T) {
	r := record{device: secret.RandomKey(), standing: standing{ruled: true, rules: Rules{Files: "rules"}}}
	good, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(r.encode(), recordPrefix))
	if err != nil {
		t.Fatal(err)
	}
	content := good[:len(good)-recordSumLen]
	at := len(content) - len("rules") - 2
	for name, changed := range map[string][]byte{
		"longer than told":  append(slices.Clone(content), 'x'),
		"shorter than told": content[:len(content)-1],
		"nothing told":      content[:at],
		"half a length":     content[:at+1],
		"over the limit":    append(append(slices.Clone(content[:at]), 0x05, 0xDD), make([]byte, 1501)...),
	} {
		text := recordPrefix + base64.RawURLEncoding.EncodeToString(append(slices.Clone(changed), recordSum(recordDomain, changed)...))
		if _, err := parseRecord(text); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A record of version 2 has rules, but none about files: it takes those of the next opening, and keeps the others.
func TestARecordOfVersion2TakesTheRulesOfFilesThatItMeets(t *testing.T) {
	old := Rules{Lifetime: time.Hour, Rest: [12]byte{7}}
	r := record{owner: owner(goldenID), generation: 41, device: secret.RandomKey(), standing: standing{login: time.Unix(1000, 0), latest: time.Unix(1000, 0), ruled: true, rules: old}}
	content, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(r.encode(), recordPrefix))
	if err != nil {
		t.Fatal(err)
	}
	content = content[:len(content)-recordSumLen-startedSize-2]
	text := "discussions2." + base64.RawURLEncoding.EncodeToString(append(content, recordSum("discussions keyring record v2\x00", content)...))
	v := &Vault{Dir: t.TempDir(), ID: goldenID, Keyring: newMemory(), Now: func() time.Time { return time.Unix(2000, 0) }}
	if err := errors.Join(v.Keyring.Set(Service, goldenID, text), os.WriteFile(filepath.Join(v.Dir, fileName), readGolden(t, "testdata/golden/v2", "vault"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, met := range []string{"first", "second"} {
		if err := v.Confirm("claire", time.Unix(1000, 0), Rules{Lifetime: time.Minute, Files: met}, false); err != nil {
			t.Fatal(err)
		}
		again := &Vault{Dir: v.Dir, ID: goldenID, Keyring: v.Keyring, Now: v.Now}
		r, err := again.readRecord()
		want := old
		want.Files = "first"
		if diff := cmp.Diff(want, r.rules); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	if err := v.Confirm("claire", time.Unix(1000, 0), Rules{Files: strings.Repeat("x", MaxFileRules+1)}, true); err == nil {
		t.Error("rules that the keyring would not take are noted")
	}
}

func TestADelayIsNeverShorterThanPromised(t *testing.T) {
	r := record{counts: counts{notBefore: time.Unix(100, 1)}, device: secret.RandomKey()}
	got, err := parseRecord(r.encode())
	if err != nil || got.notBefore.Before(r.notBefore) {
		t.Errorf("%v, %v", got.notBefore, err)
	}
}

func TestBoxes(t *testing.T) {
	key, stamp := secret.RandomKey(), time.Unix(1_800_000_000, 0)
	sealed, err := SealFile(key, "a", stamp, []byte("the tokens"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("tokens")) {
		t.Error("not sealed")
	}
	plain, at, err := OpenFile(key, "a", sealed)
	if err != nil || string(plain) != "the tokens" || !at.Equal(stamp) {
		t.Errorf("%q %v %v", plain, at, err)
	}
	if at, err := FileStamp(sealed); err != nil || !at.Equal(stamp) {
		t.Errorf("%v %v", at, err)
	}
	for bit := range len(sealed) * 8 {
		bad := append([]byte(nil), sealed...)
		bad[bit/8] ^= 1 << (bit % 8)
		if _, _, err := OpenFile(key, "a", bad); !errors.Is(err, ErrDamaged) {
			t.Fatalf("bit %d: %v", bit, err)
		}
	}
	for n := range len(sealed) {
		if _, _, err := OpenFile(key, "a", sealed[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
	if _, _, err := OpenFile(key, "b", sealed); !errors.Is(err, ErrDamaged) {
		t.Errorf("another account: %v", err)
	}
	if _, _, err := OpenFile(secret.RandomKey(), "a", sealed); !errors.Is(err, ErrDamaged) {
		t.Errorf("another key: %v", err)
	}
	if _, _, err := OpenFile(secret.Key{}, "a", sealed); !errors.Is(err, ErrDamaged) {
		t.Errorf("no key: %v", err)
	}
}

func TestTwoSealsOfTheSameThingShareNothing(t *testing.T) {
	key, device := secret.RandomKey(), secret.RandomKey()
	var files [2][]byte
	for i := range files {
		var err error
		if files[i], err = seal(newHeader("a", 1, cheap.Floor), code, device, key); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Equal(files[0][headerSize:], files[1][headerSize:]) || bytes.Equal(files[0][18:34], files[1][18:34]) {
		t.Error("salt, nonce or seal repeats")
	}
}

func FuzzVault(f *testing.F) {
	good, err := seal(newHeader("a", 7, cheap.Floor), code, secret.RandomKey(), secret.RandomKey())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:headerSize])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range [][]byte{data, resumAny(data)} {
			h, err := parse(d, kdf.Bounds{})
			if err != nil {
				if !errors.Is(err, ErrDamaged) {
					t.Errorf("%v", err)
				}
				continue
			}
			if err := (kdf.Bounds{}).Check(h.cost); err != nil {
				t.Errorf("accepted %+v", h.cost)
			}
			if !bytes.Equal(h.encode(), d[:headerSize]) {
				t.Error("the header means something else than its bytes")
			}
		}
	})
}

// resumAny gives any data the length and checksum of a vault, so that fuzzing gets past them.
func resumAny(data []byte) []byte {
	d := make([]byte, sealedEnd)
	copy(d, data)
	return resum(d)
}

func FuzzRecord(f *testing.F) {
	good := record{generation: 3, counts: counts{tries: 2, notBefore: time.Unix(5, 0)}, device: secret.RandomKey()}.encode()
	f.Add(good)
	f.Add(good[:20])
	f.Add("password")
	f.Add(recordPrefix + strings.Repeat("A", 186))
	f.Add("discussions3." + strings.Repeat("A", 175))
	f.Add("discussions2." + strings.Repeat("A", 172))
	f.Add("discussions1.IRbQOt3sJ9oAAAApAgAAAAAAAAAABixD91H8peVisSbtfXMwmDnDNJ1CylpEuDlejFBNNqFZxXDfag")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRecord(text)
		if err != nil {
			if !errors.Is(err, ErrForeign) {
				t.Errorf("%v", err)
			}
			return
		}
		if strings.HasPrefix(text, recordPrefix) && r.encode() != text {
			t.Error("one record, two texts")
		}
	})
}

func FuzzBox(f *testing.F) {
	key := secret.NewKey(make([]byte, 32))
	good, err := SealFile(key, "a", time.Unix(9, 0), []byte("x"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:sealedNonce])
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, _, err := OpenFile(key, "a", data); err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("%v", err)
		}
	})
}
