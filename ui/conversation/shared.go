package conversation

import (
	"time"

	"discussions/ui/wording"
)

// Short names for the wording that the whole interface shares.

func clean(text string) string          { return wording.Sanitize(text) }
func cleanLine(name string) string      { return wording.Name(name) }
func clock(t time.Time) string          { return wording.Time(t) }
func dayName(day, now time.Time) string { return wording.Day(day, now) }
func typingWords(names []string) string { return wording.Typing(names) }
