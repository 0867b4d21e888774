package messagingtest

import (
	"context"
	"slices"
	"strings"

	"discussions/internal/fold"
	"discussions/messaging"
	"discussions/messaging/model"
)

// Search implements the method of [messaging.Client]. Its index is always whole.
func (c *Client) Search(ctx context.Context, q messaging.Search) (f messaging.Found, err error) {
	if err := c.enter(ctx, "Search"); err != nil {
		return f, err
	}
	if err := ctx.Err(); err != nil {
		return f, err
	}
	if q.Conv != "" {
		if q.Conv, err = c.canonical(q.Conv); err != nil {
			return f, err
		}
	}
	err = c.opened(func() error {
		var all []messaging.Message
		for id, v := range c.conversations {
			for _, m := range v.Messages {
				if (q.Conv == "" || q.Conv == id) && (q.Author == "" || q.Author == m.AuthorJID) && (!q.Own || m.Own) &&
					(q.From.IsZero() || !m.Time.Before(q.From)) && (q.Until.IsZero() || m.Time.Before(q.Until)) && has(model.PlainText(m.Content), q.Text) {
					all = append(all, m)
				}
			}
		}
		slices.SortFunc(all, func(a, b messaging.Message) int {
			if a.Cursor.Before(b.Cursor) {
				return 1
			}
			return -1
		})
		from := int(q.Before)
		f.Messages, f.Whole = all[min(from, len(all)):min(from+q.Limit, len(all))], true
		if from+q.Limit < len(all) {
			f.Before = int64(from + q.Limit)
		}
		return nil
	})
	return f, err
}

// FetchPast implements the method of [messaging.Client]. Messages that are withheld never come.
func (c *Client) FetchPast(ctx context.Context, id messaging.ConversationID) (more bool, err error) {
	if err := c.enter(ctx, "FetchPast"); err != nil {
		return false, err
	}
	err = c.in(id, func(v *Conversation) error {
		if v.Withheld > 0 && c.connection.State != messaging.Online {
			return messaging.ErrOffline
		}
		more = v.Withheld > 0
		return nil
	})
	return more, err
}

// has reports whether a text has all words of another, the last of which may be a beginning.
func has(text, words string) bool {
	wanted, there := fold.Words(words), fold.Words(text)
	for i, w := range wanted {
		beginning := i == len(wanted)-1 && w.End == len(words)
		if !slices.ContainsFunc(there, func(t fold.Word) bool {
			return t.Folded == w.Folded || beginning && strings.HasPrefix(t.Folded, w.Folded)
		}) {
			return false
		}
	}
	return len(wanted) > 0
}
