package person

import "testing"

// Others write their cards: only what is a mail address or a telephone number leads anywhere.
func TestWhereACardLeads(t *testing.T) {
	for _, c := range []struct{ text, scheme, want string }{
		{"sophie@chu.example", "mailto", "mailto:sophie@chu.example"},
		{"+33 4 67\u00a000 00 00", "tel", "tel:+33467000000"},
		{"04-67 (00)", "tel", "tel:046700"},
		{"https://evil.example/", "mailto", ""},
		{"a@b.example?bcc=evil@x.example", "mailto", ""},
		{"a@b.example,c@d.example", "mailto", ""},
		{"appelez-moi", "tel", ""},
		{"*#06#", "tel", ""},
		{"", "tel", ""},
		{"CHU", "", ""},
	} {
		got := ""
		if u := target(c.text, c.scheme); u != nil {
			got = u.String()
		}
		if got != c.want {
			t.Errorf("%q leads to %q, want %q", c.text, got, c.want)
		}
	}
}
