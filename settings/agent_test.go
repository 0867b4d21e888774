package settings

import (
	"strings"
	"testing"
)

func TestTheProgramOfAnAgentIsRead(t *testing.T) {
	const head = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>Label</key><string>org.spico.discussions</string>`
	for _, c := range []struct{ name, list, want string }{
		{"as the program writes it", string(agentList("org.spico.discussions", []string{`/Applications/Mes "programmes" & <co>/discussions`, "--hidden"})),
			`/Applications/Mes "programmes" & <co>/discussions`},
		{"as the first version wrote it", head + `
    <key>ProgramArguments</key>
      <array>
        <string>/Applications/Mes programmes &amp; co/Discussions.app/Contents/MacOS/discussions</string>
        <string>--lang</string>
        </array>
    <key>RunAtLoad</key><true/></dict></plist>`, "/Applications/Mes programmes & co/Discussions.app/Contents/MacOS/discussions"},
		{"with Program", head + `<key>Program</key><string>/opt/discussions</string></dict></plist>`, "/opt/discussions"},
		{"without a program", head + `<key>RunAtLoad</key><true/></dict></plist>`, ""},
		{"cut off", head + `<key>ProgramArguments</key><array><string>/opt`, ""},
		{"binary", "bplist00\xd1\x01\x02", ""},
		{"empty", "", ""},
	} {
		if got := agentProgram(strings.NewReader(c.list)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
