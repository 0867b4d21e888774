package settings

import (
	"encoding/xml"
	"io"
)

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
