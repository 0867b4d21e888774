package notify

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTextIsMadeHarmlessBeforeItIsShown(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"ordinary text stays", "Dr Hélène Lefèvre : à 14 h ? 👩‍⚕️", "Dr Hélène Lefèvre : à 14 h ? 👩‍⚕️"},
		{"lines stay", "un\ndeux", "un\ndeux"},
		{"control characters become spaces", "a\tb\rc\x00d\x1be", "a b c d e"},
		{"direction overrides go", "facture\u202Efdp.exe\u2066x\u2069\u200F", "facturefdp.exex"},
		{"invalid UTF-8 is replaced", "a\xffb", "a\uFFFDb"},
		{"noncharacters go", "a\uFFFEb", "ab"},
		{"long text is cut", strings.Repeat("é", maxBody+1), strings.Repeat("é", maxBody-1) + "…"},
	} {
		if got := clean(c.text, maxBody, true); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := clean("un\ndeux", maxTitle, false); got != "un deux" {
		t.Errorf("a title has one line; got %q", got)
	}
}

func TestAToastHoldsItsTextsAndNothingElse(t *testing.T) {
	for _, body := range []string{
		`$(calc.exe) "quoted" 'single' & <b>bold</b> ]]> <!-- --> </text><audio src="x"/>`,
		"é 👩‍⚕️ \U0001F600\nsecond line",
		"",
	} {
		in := Notification{ID: `compte&"<>'` + body, Title: `<Sophie> & "co"`, Body: body}
		text, err := toastXML(in)
		if err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
			t.Errorf("not ASCII at %d: %q", i, text)
		}
		var back toast
		if err := xml.Unmarshal([]byte(text), &back); err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		if id, ok := ParseActivation(back.Launch); !ok || id != in.ID {
			t.Errorf("a click means %q, want %q", id, in.ID)
		}
		want := []string{in.Title}
		if body != "" {
			want = append(want, body)
		}
		if got := back.Visual.Binding.Texts; strings.Join(got, "\x00") != strings.Join(want, "\x00") {
			t.Errorf("texts %q, want %q", got, want)
		}
		if n, want := strings.Count(text, "<"), 2*(3+len(want)); n != want { // toast, visual, binding and the texts, each opened and closed
			t.Errorf("%d tags, want %d: %s", n, want, text)
		}
	}
}

func TestAToastHasAFieldWhereItCanBeAnswered(t *testing.T) {
	for reply, want := range map[string]*toastActions{"": nil, `Répondre "ici" & <là>`: {}} {
		in := Notification{ID: "claire sophie", Title: "Sophie", Reply: reply}
		text, err := toastXML(in)
		if err != nil {
			t.Fatal(err)
		}
		var back toast
		if err := xml.Unmarshal([]byte(text), &back); err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		if want != nil {
			want.Input.ID, want.Input.Type, want.Input.Label = replyInput, "text", reply
			// Not "protocol": Windows would start the address, without what was typed.
			want.Action.Label, want.Action.Activation, want.Action.Arguments, want.Action.Input = reply, "background", activation(in.ID), replyInput
		}
		if d := cmp.Diff(want, back.Actions); d != "" {
			t.Errorf("%q: %s", reply, d)
		}
	}
}

func TestATagIsShortAndItsOwn(t *testing.T) {
	if a, b := tag("a"), tag("b"); a == b || len(a) > 16 {
		t.Errorf("%q, %q", a, b)
	}
}

func TestOnlyOwnAddressesOpenAConversation(t *testing.T) {
	for arg, want := range map[string]string{
		activation("a/b@c é"):       "a/b@c é",
		"discussions://open/?id=x":  "x",
		"discussions://open?id=":    "",
		"discussions://open":        "",
		"discussions://remove?id=x": "",
		"discussions:open?id=x":     "",
		"https://open?id=x":         "",
		"--config":                  "",
		"discussions://open?id=%ff": "",
		"discussions://open?id=" + strings.Repeat("x", maxID+1): "",
		"\x00": "",
	} {
		got, ok := ParseActivation(arg)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%.40q: %q, %v, want %q", arg, got, ok, want)
		}
	}
}

func FuzzParseActivation(f *testing.F) {
	f.Add(activation("compte/sophie@chat.example.org"))
	f.Add("discussions://open?id=%")
	f.Fuzz(func(t *testing.T, arg string) {
		id, ok := ParseActivation(arg)
		if !ok {
			return
		}
		if !utf8.ValidString(id) {
			t.Errorf("%q gives %q", arg, id)
		}
		if again, ok := ParseActivation(activation(id)); !ok || again != id {
			t.Errorf("%q does not come back: %q", id, again)
		}
	})
}

func FuzzToast(f *testing.F) {
	f.Add("id", "title", "body")
	f.Add("\x00", "]]>", "&#0;\U0010FFFF\xff")
	f.Fuzz(func(t *testing.T, id, title, body string) {
		text, err := toastXML(Notification{ID: id, Title: title, Body: body, Reply: title, Silent: len(body)%2 == 0})
		if err != nil {
			t.Fatal(err)
		}
		var back toast
		if err := xml.Unmarshal([]byte(text), &back); err != nil {
			t.Fatalf("%v in %q", err, text)
		}
	})
}
