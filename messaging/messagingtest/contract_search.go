package messagingtest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"discussions/messaging"
	"discussions/messaging/model"
)

func (c *contract) searching() {
	c.Archived("Le médecin arrive", "rien")
	c.online()
	c.read(messaging.Cursor{}, 50, 0) // fetches what is searched
	c.Says("un cœur de médecine")
	time.Sleep(time.Minute)
	own := c.send("le médecin est là")
	find := func(q messaging.Search) (texts []string, f messaging.Found) {
		c.Helper()
		q.Limit = 10
		f, err := c.Search(context.Background(), q)
		c.must(err)
		for _, m := range f.Messages {
			texts = append(texts, model.PlainText(m.Content))
		}
		return texts, f
	}
	texts, f := find(messaging.Search{Text: "MEDEC"})
	c.same("found", texts, []string{"le médecin est là", "un cœur de médecine", "Le médecin arrive"})
	c.same("whole", f.Whole && f.Before == 0, true)
	c.same("what was found", f.Messages[0].ID, own.ID)
	c.same("its place", f.Messages[0].Cursor, own.Cursor)
	for _, q := range []struct {
		messaging.Search
		want []string
	}{
		{messaging.Search{Text: "médecin "}, []string{"le médecin est là", "Le médecin arrive"}},
		{messaging.Search{Text: "coeur"}, []string{"un cœur de médecine"}},
		{messaging.Search{Text: "medec", Own: true}, []string{"le médecin est là"}},
		{messaging.Search{Text: "medec", Author: string(Sophie)}, []string{"un cœur de médecine", "Le médecin arrive"}},
		{messaging.Search{Text: "medec", Conv: Sophie, From: own.Time}, []string{"le médecin est là"}},
		{messaging.Search{Text: "medec", Conv: paul}, nil},
		{messaging.Search{Text: "  "}, nil},
	} {
		texts, _ := find(q.Search)
		c.same(q.Text, texts, q.want)
	}

	var parts []string
	for q := (messaging.Search{Text: "medec", Limit: 2}); ; {
		f, err := c.Search(context.Background(), q)
		c.must(err)
		for _, m := range f.Messages {
			parts = append(parts, model.PlainText(m.Content))
		}
		if q.Before = f.Before; f.Before == 0 {
			break
		}
	}
	c.same("in parts", len(parts), 3)

	given, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Search(given, messaging.Search{Text: "medec", Limit: 1}); !errors.Is(err, context.Canceled) {
		c.Errorf("a search that was given up: %v", err)
	}
	if _, err := c.Search(context.Background(), messaging.Search{Text: "medec", Conv: "@", Limit: 1}); !errors.Is(err, messaging.ErrNoConversation) {
		c.Errorf("in no conversation: %v", err)
	}
	c.must(c.Lock())
	if _, err := c.Search(context.Background(), messaging.Search{Text: "medec", Limit: 1}); !errors.Is(err, messaging.ErrLocked) {
		c.Errorf("while locked: %v", err)
	}
}

func (c *contract) searchingThePast() {
	var texts []string
	for i := range 700 {
		texts = append(texts, fmt.Sprint("message ", i))
	}
	texts[0] = "Le premier médecin"
	c.Archived(texts...)
	c.online()
	for steps := 0; ; steps++ {
		more, err := c.FetchPast(context.Background(), Sophie)
		c.must(err)
		if !more {
			break
		}
		if steps > 100 {
			c.Fatal("the archive has no end")
		}
	}
	f, err := c.Search(context.Background(), messaging.Search{Text: "premier medecin", Conv: Sophie, Limit: 10})
	c.must(err)
	c.same("found", len(f.Messages), 1)
	if more, err := c.FetchPast(context.Background(), Sophie); more || err != nil {
		c.Errorf("when all is here: %t, %v", more, err)
	}
	if _, err := c.FetchPast(context.Background(), "@"); !errors.Is(err, messaging.ErrNoConversation) {
		c.Errorf("of no conversation: %v", err)
	}
	c.must(c.Lock())
	if _, err := c.FetchPast(context.Background(), Sophie); !errors.Is(err, messaging.ErrLocked) {
		c.Errorf("while locked: %v", err)
	}
}
