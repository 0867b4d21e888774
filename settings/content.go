package settings

// Content says how much of a message a desktop notification shows.
type Content string

const (
	ContentNone Content = "none" // that there is something new
	ContentName Content = "name" // and from whom
	ContentFull Content = "full" // and the text
)

// AtMost is c where limit allows it, else limit. A word that is not one of the three counts as [ContentNone].
func (c Content) AtMost(limit Content) Content {
	if c.rank() <= limit.rank() {
		limit = c
	}
	if limit.rank() == 0 {
		return ContentNone
	}
	return limit
}

// Known reports whether c is one of the three words.
func (c Content) Known() bool { return c == ContentNone || c.rank() > 0 }

func (c Content) rank() int {
	switch c {
	case ContentName:
		return 1
	case ContentFull:
		return 2
	}
	return 0
}
