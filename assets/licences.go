package assets

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// Licence is the licence of a part of the program.
type Licence struct {
	Name    string `json:"name"` // a Go module, or a font
	Version string `json:"version"`
	Text    string `json:"-"`

	Texts []int `json:"texts"` // places in the file's list: many modules share one text
}

// licences is written by internal/dev/licences.
//
//go:embed licences.json
var licences []byte

// LicenceFile is the form of licences.json.
type LicenceFile struct {
	Texts    []string  `json:"texts"`
	Licences []Licence `json:"licences"`
}

// Licences are those of all that the program is made of.
func Licences() ([]Licence, error) {
	var file LicenceFile
	if err := json.Unmarshal(licences, &file); err != nil {
		return nil, fmt.Errorf("read the licences: %w", err)
	}
	for i, l := range file.Licences {
		var texts []string
		for _, n := range l.Texts {
			texts = append(texts, file.Texts[n])
		}
		file.Licences[i].Text = strings.Join(texts, "\n\n")
	}
	return file.Licences, nil
}

// Paragraphs are the paragraphs of the text without its line breaks, which are those of a terminal.
func (l Licence) Paragraphs() (paragraphs []string) {
	for part := range strings.SplitSeq(strings.ReplaceAll(l.Text, "\r\n", "\n"), "\n\n") {
		if words := strings.Join(strings.Fields(part), " "); words != "" {
			paragraphs = append(paragraphs, words)
		}
	}
	return paragraphs
}
