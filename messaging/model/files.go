package model

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Files are the files of a message, in their order: f itself and those that came with it.
func (f File) Files() []File {
	list := []File{f}
	if f.Rest == "" {
		return list
	}
	list[0].Rest = ""
	var rest []File
	_ = json.Unmarshal([]byte(f.Rest), &rest) // this program wrote it
	return append(list, rest...)
}

// With gives f with the other files of its message.
func (f File) With(others []File) File {
	f.Rest = ""
	if len(others) == 0 {
		return f
	}
	if b, err := json.Marshal(others); err == nil { // strings and numbers only
		f.Rest = string(b)
	}
	return f
}

// Parts gives the files of a message as messages that have one file each; nil for a message without files. The first one has the
// message's ID, the others one that is made of it: under these the account fetches, opens and tells of their files.
func (m Message) Parts() []Message {
	f, ok := m.Content.(File)
	if !ok {
		return nil
	}
	list := []Message{m}
	for i, file := range f.Files() {
		if i > 0 {
			list = append(list, m)
			list[i].ID = m.ID + MessageID(partMark+strconv.Itoa(i))
		}
		list[i].Content = file
	}
	return list
}

// partMark stands in the ID of a part before its number, and in no other ID.
const partMark = "\x00"

// Whole is the ID of the message that a part belongs to: that of the message itself for its first file.
func (id MessageID) Whole() MessageID {
	whole, _, _ := strings.Cut(string(id), partMark)
	return MessageID(whole)
}
