package settings

import (
	"fmt"
	"strings"
)

// A Problem is a kind of mistake in a deployment file. The user interface has a sentence for each.
type Problem string

const (
	ProblemAbsent       Problem = "absent"       // there is no such file
	ProblemUnreadable   Problem = "unreadable"   // the file exists and cannot be read
	ProblemTooLong      Problem = "too-long"     // over 64 KiB
	ProblemSyntax       Problem = "syntax"       // not TOML
	ProblemUnknownKey   Problem = "unknown-key"  // an unknown key or table
	ProblemWrongType    Problem = "wrong-type"   // Want shows the right type
	ProblemMissingKey   Problem = "missing-key"  // Key is required and is absent or empty
	ProblemBadText      Problem = "bad-text"     // too long, or with line breaks
	ProblemLongList     Problem = "long-list"    // Key and its neighbours are too long together
	ProblemBadDomain    Problem = "bad-domain"   // not a domain name
	ProblemBadAddress   Problem = "bad-address"  // not a URL of the kind that Want shows
	ProblemNotEncrypted Problem = "unencrypted"  // http or ws to another computer
	ProblemBadDuration  Problem = "bad-duration" // not a duration such as Want
	ProblemUnknownWord  Problem = "unknown-word" // Want lists the allowed words
	ProblemReserved     Problem = "reserved"     // a hint that would replace a parameter of the login itself
	ProblemUnprotected  Problem = "unprotected"  // others than administrators can change the file, or the one that Key names
	ProblemBadCA        Problem = "bad-ca-file"  // the certificates named by ca_file cannot be read or hold none
)

// FileError is one mistake in a deployment file.
type FileError struct {
	Path    string
	Line    int    // from 1; 0: no particular line
	Key     string // with its tables, such as "login.issuer"; empty: no particular key
	Problem Problem
	Value   string // the value in the file, if showing it helps
	Want    string // an example or the allowed values, as written in the file
	Err     error  // the cause; may be nil
}

func (e *FileError) Unwrap() error { return e.Err }

// Error is one English sentence with the file, line and key, for the command line and the log.
func (e *FileError) Error() string {
	var b strings.Builder
	b.WriteString(e.Path)
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	b.WriteString(": ")
	b.WriteString(e.sentence())
	return b.String()
}

func (e *FileError) sentence() string {
	switch e.Problem {
	case ProblemAbsent:
		return "there is no such file."
	case ProblemUnreadable:
		return fmt.Sprintf("the file cannot be read (%v).", e.Err)
	case ProblemTooLong:
		return "the file is over 64 KiB, so it is not a deployment file."
	case ProblemSyntax:
		return fmt.Sprintf("this is not correct TOML (%v).", e.Err)
	case ProblemUnknownKey:
		return fmt.Sprintf("%q is not known here; look for a spelling mistake.", e.Key)
	case ProblemWrongType:
		return fmt.Sprintf("%q must be written in the form %s.", e.Key, e.Want)
	case ProblemMissingKey:
		return fmt.Sprintf("%q is missing or empty; for example %s.", e.Key, e.Want)
	case ProblemBadText:
		return fmt.Sprintf("%q must be one line of at most %d characters.", e.Key, maxText)
	case ProblemLongList:
		return fmt.Sprintf("%q is too long; the lists of one table may have %d characters together.", e.Key, maxList)
	case ProblemBadDomain:
		return fmt.Sprintf("%q is %q, which is not a domain name; for example %s.", e.Key, e.Value, e.Want)
	case ProblemBadAddress:
		if e.Value == "" {
			return fmt.Sprintf("%q is not an address; for example %s.", e.Key, e.Want)
		}
		return fmt.Sprintf("%q is %q, which is not such an address; for example %s.", e.Key, e.Value, e.Want)
	case ProblemNotEncrypted:
		return fmt.Sprintf("%q is %q, which is not encrypted; use an address such as %s.", e.Key, e.Value, e.Want)
	case ProblemBadDuration:
		return fmt.Sprintf("%q is %q, which is not a duration; for example %s.", e.Key, e.Value, e.Want)
	case ProblemUnknownWord:
		return fmt.Sprintf("%q is %q, but only these words are known: %s.", e.Key, e.Value, e.Want)
	case ProblemReserved:
		return fmt.Sprintf("%q is a parameter that the program sets itself; remove it.", e.Key)
	case ProblemUnprotected:
		if e.Key != "" {
			return fmt.Sprintf("only administrators may change the file of %q (%v).", e.Key, e.Err)
		}
		return fmt.Sprintf("a file for all users counts only if nobody but administrators can change it (%v).", e.Err)
	case ProblemBadCA:
		return fmt.Sprintf("the certificates of %q cannot be used: %v.", e.Key, e.Err)
	}
	return string(e.Problem)
}
