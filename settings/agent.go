package settings

import (
	"bytes"
	"encoding/xml"
	"io"
)

// agentList is a property list with which launchd starts a command at login. What the command starts outlives it.
func agentList(label string, command []string) []byte {
	var b bytes.Buffer
	text := func(s string) {
		b.WriteString("<string>")
		_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
		b.WriteString("</string>\n")
	}
	b.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` +
		"\n<plist version=\"1.0\">\n<dict>\n<key>Label</key>")
	text(label)
	b.WriteString("<key>ProgramArguments</key>\n<array>\n")
	for _, argument := range command {
		text(argument)
	}
	b.WriteString("</array>\n<key>RunAtLoad</key><true/>\n<key>AbandonProcessGroup</key><true/>\n</dict>\n</plist>\n")
	return b.Bytes()
}

// agentProgram returns the program that a property list of launchd starts, "" if it cannot be told: its Program, or the first of
// its ProgramArguments.
func agentProgram(list io.Reader) string {
	d := xml.NewDecoder(list)
	key := ""
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "key" && start.Name.Local != "string" {
			continue
		}
		var text string
		if err := d.DecodeElement(&text, &start); err != nil {
			return ""
		}
		switch {
		case start.Name.Local == "key":
			key = text
		case key == "Program", key == "ProgramArguments":
			return text
		}
	}
}
