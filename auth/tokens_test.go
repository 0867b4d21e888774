package auth

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"discussions/internal/secret"
)

func someTokens() Tokens {
	return Tokens{
		Access: secret.New("access-" + canary), Refresh: secret.New("refresh-" + canary), ID: secret.New("id-" + canary),
		Obtained: time.Unix(1_800_000_000, 0), Expiry: time.Unix(1_800_000_300, 0),
		Issuer: fakeIssuer, ClientID: fakeClient, Subject: "sub-claire", Spent: true,
	}
}

func sameTokens(a, b Tokens) bool {
	return a.Access.Reveal() == b.Access.Reveal() && a.Refresh.Reveal() == b.Refresh.Reveal() && a.ID.Reveal() == b.ID.Reveal() &&
		a.Obtained.Equal(b.Obtained) && a.Expiry.Equal(b.Expiry) && a.Issuer == b.Issuer && a.ClientID == b.ClientID && a.Subject == b.Subject && a.Spent == b.Spent
}

func TestTokensAreReadAsTheyWereWritten(t *testing.T) {
	for _, in := range []Tokens{{}, someTokens()} {
		data, err := in.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var out Tokens
		if err := out.UnmarshalBinary(data); err != nil || !sameTokens(in, out) {
			t.Errorf("%+v became %+v, %v", in, out, err)
		}
	}
	var _ interface {
		encoding.BinaryMarshaler
		encoding.BinaryUnmarshaler
	} = new(Tokens)
}

func TestTokensOfEachReleasedVersionAreRead(t *testing.T) {
	data, err := os.ReadFile("testdata/tokens-v1.json")
	if err != nil {
		t.Fatal(err)
	}
	var got Tokens
	if err := got.UnmarshalBinary(data); err != nil || !sameTokens(got, someTokens()) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDataThatIsNoTokensIsRefused(t *testing.T) {
	for name, data := range map[string]string{
		"empty": "", "not JSON": canary, "a list": "[]", "no version": "{}", "another version": `{"v":2}`, "wrong types": `{"v":1,"access":7}`,
		"a secret in the wrong place": `{"v":"` + canary + `"}`, "too long": `{"v":1,"access":"` + strings.Repeat("x", tokensLimit) + `"}`,
	} {
		old := someTokens()
		err := old.UnmarshalBinary([]byte(data))
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
		checkSafeError(t, err)
		if !sameTokens(old, someTokens()) {
			t.Errorf("%s: changed what was there", name)
		}
	}
}

func FuzzTokens(f *testing.F) {
	data, _ := someTokens().MarshalBinary()
	f.Add(data)
	f.Add([]byte(`{"v":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var first, second Tokens
		if first.UnmarshalBinary(data) != nil {
			return
		}
		again, err := first.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if len(again) > tokensLimit {
			return // invalid UTF-8 grows
		}
		if err := second.UnmarshalBinary(again); err != nil || !sameTokens(first, second) {
			t.Errorf("%q: %v", again, err)
		}
	})
}

// TestNothingPrintsASecret prints everything that holds a secret, nested and unexported, with every verb and to both logs.
func TestNothingPrintsASecret(t *testing.T) {
	f := newFake(t)
	l := startLogin(t, f.provider(), LoginOptions{})
	visit(t, f.authorize(l.asks()))
	l.Cancel()
	<-l.done
	verifier, state, nonce := l.verifier.Reveal(), l.loopback.present().state.Reveal(), l.nonce.Reveal()
	tokens := someTokens()
	source := NewSource(tokens, nil, nil, nil)
	values := map[string]any{
		"tokens": tokens, "pointer": &tokens, "grant": Grant{Tokens: tokens}, "login": l,
		"source": source, "flight": flight{access: tokens.Access}, "answer": answer{code: tokens.Access}, "nested": struct{ in []any }{[]any{tokens, &tokens, map[string]Tokens{"x": tokens}}},
	}
	check := func(name, how, shown string) {
		t.Helper()
		for _, s := range []string{canary, fmt.Sprintf("%x", canary), strings.Trim(fmt.Sprint([]byte(canary)), "[]"), verifier, state, nonce} {
			if strings.Contains(shown, s) {
				t.Errorf("%s by %s shows a secret:\n%s", name, how, shown)
			}
		}
	}
	for name, v := range values {
		for _, verb := range strings.Split("v +v #v s q x X d t b o c U e f g p T w", " ") {
			if name == "login" && verb == "w" {
				continue // fmt calls no Formatter for a %w that is not an error; vet finds those
			}
			check(name, "%"+verb, fmt.Sprintf("%"+verb, v))
		}
		if data, err := json.Marshal(v); err == nil {
			check(name, "JSON", string(data))
		}
		var b bytes.Buffer
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
		check(name, "slog", b.String())
	}
}

func TestFreshness(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(1_800_000_000+int64(s), 0) }
	tests := []struct {
		name         string
		life, now    int // seconds
		fresh, alive bool
	}{
		{"new", 300, 0, true, true},
		{"31 s left", 300, 269, true, true},
		{"30 s left", 300, 270, false, true},
		{"one second left", 300, 299, false, true},
		{"ended", 300, 300, false, false},
		{"ended yesterday", 300, 86400, false, false},
		{"an hour's, 31 s left", 3600, 3569, true, true},
		{"a minute's, 7 s left", 60, 53, true, true},
		{"a minute's, 6 s left", 60, 54, false, true},
		{"the clock was set back by a day", 300, -86400, false, true},
		{"the clock was set back by a few seconds", 300, -10, true, true},
	}
	for _, tt := range tests {
		tokens := Tokens{Access: secret.New("x"), Obtained: at(0), Expiry: at(tt.life)}
		if got := tokens.fresh(at(tt.now)); got != tt.fresh {
			t.Errorf("%s: fresh %v", tt.name, got)
		}
		if got := tokens.alive(at(tt.now)); got != tt.alive {
			t.Errorf("%s: alive %v", tt.name, got)
		}
	}
	if (Tokens{Obtained: at(0), Expiry: at(300)}).fresh(at(1)) {
		t.Error("nothing is fresh")
	}
	if !(Tokens{Access: secret.New("x"), Expiry: at(300)}).fresh(at(1)) {
		t.Error("without the time of receipt, the expiry counts")
	}
}
