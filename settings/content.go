package settings

// Content is how much of a message a desktop notification shows.
type Content string

const (
	ContentNone Content = "none" // only that there is a new message
	ContentName Content = "name" // also the sender
	ContentFull Content = "full" // also the text
)

// AtMost is the lesser of c and limit. An unknown value counts as [ContentNone].
func (c Content) AtMost(limit Content) Content {
	if c.rank() <= limit.rank() {
		limit = c
	}
	if limit.rank() == 0 {
		return ContentNone
	}
	return limit
}

// Known reports whether c is one of the three values.
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
