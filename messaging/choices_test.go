package messaging

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

func TestASilenceEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		check(t, c.Mute(id(sophie), time.Now().Add(time.Hour), false))
		check(t, c.Mute(id(julien), Forever(), false))
		w.Live(w.Says(sophie, "un"))
		w.Live(w.Says(julien, "deux"))
		synctest.Wait()
		if c.Unread() != 0 {
			t.Errorf("%d unread while both are muted", c.Unread())
		}
		var events []Event
		defer c.Subscribe(func(e Event) { events = append(events, e) })()
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		if c.Unread() != 1 || !slices.Contains(events, Event(ConversationChanged{id(sophie)})) {
			t.Errorf("%d unread after an hour; told %v", c.Unread(), events)
		}
		if v := must(c.Conversation(id(julien))); !v.Muted(time.Now()) {
			t.Error("what is muted for ever is heard")
		}
	})
}

func TestALockedClientKeepsQuietToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		w.Live(w.Says(sophie, "avant"))
		check(t, c.Mute(id(sophie), time.Now().Add(time.Hour), false))
		check(t, c.Lock())
		var rang []bool
		defer c.Subscribe(func(e Event) {
			if e, ok := e.(CountChanged); ok {
				rang = append(rang, e.Live)
			}
		})()
		w.Live(w.Says(sophie, "en silence"))
		synctest.Wait()
		if c.Unread() != 0 || slices.Contains(rang, true) {
			t.Errorf("%d unread, rang %v", c.Unread(), rang)
		}
		w.Live(w.Says(julien, "à voix haute"))
		synctest.Wait()
		if c.Unread() != 1 || !slices.Contains(rang, true) {
			t.Errorf("%d unread, rang %v", c.Unread(), rang)
		}
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		if c.Unread() != 3 {
			t.Errorf("%d unread once the silence is over", c.Unread())
		}
	})
}

func TestChoicesOutliveTheCache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		w := wiretest.New()
		c := newTest(t, dir, w)
		w.Connect(false)
		synctest.Wait()
		w.Live(w.Says(sophie, "le code est 4271"))
		w.Live(w.Says(sophie, "bonne nuit"))
		w.Live(w.Says(julien, "un"))
		synctest.Wait()
		page := must(c.History(t.Context(), id(sophie), Cursor{}, 2, 0))
		check(t, c.SetPinned(id(sophie), page.Messages[0].ID, true))
		check(t, c.Mute(id(sophie), Forever(), true))
		check(t, c.SetFavourite(id(sophie), true))
		check(t, c.SetArchived(id(julien), true))
		check(t, c.MarkUnread(id(garde)))
		check(t, c.Lock())
		check(t, os.Remove(filepath.Join(dir, "cache.db")))
		check(t, c.Unlock(key))
		time.Sleep(10 * time.Second)
		synctest.Wait()
		v := must(c.Conversation(id(sophie)))
		if !v.Favourite || !v.Muted(time.Now()) || !v.Mentions {
			t.Errorf("Sophie's: %+v", v)
		}
		if v := must(c.Conversation(id(garde))); !v.MarkedUnread {
			t.Errorf("the group's: %+v", v)
		}
		if v := must(c.Conversation(id(julien))); !v.Archived {
			t.Errorf("Julien's: %+v", v)
		}
		if pins := must(c.Pinned(id(sophie))); len(pins) != 1 || body(pins[0]) != "le code est 4271" {
			t.Errorf("pinned: %+v", pins)
		}
	})
}

// A person chooses the ids of their messages: a later one under the id of a pinned one does not take its place.
func TestAPinnedMessageIsNotReplacedByAnotherOfItsID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		m := w.Says(sophie, "donner 1 mg")
		w.Live(m)
		synctest.Wait()
		page := must(c.History(t.Context(), id(sophie), Cursor{}, 1, 0))
		check(t, c.SetPinned(id(sophie), page.Messages[0].ID, true))
		other := w.Says(sophie, "donner 10 mg")
		other.ID, other.OriginID = m.ID, m.OriginID
		w.Live(other)
		synctest.Wait()
		if pins := must(c.Pinned(id(sophie))); len(pins) != 1 || body(pins[0]) != "donner 1 mg" {
			t.Errorf("pinned: %+v", pins)
		}
	})
}

func TestAMentionGetsThroughAMutedGroupWhereTheUserWantsIt(t *testing.T) {
	for _, wanted := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := wiretest.New()
			w.Groups = []xmpp.Bookmark{{JID: garde, Name: "Garde", Nick: "Claire", Autojoin: true}}
			c := newTest(t, t.TempDir(), w)
			w.Connect(false)
			time.Sleep(10 * time.Second)
			synctest.Wait()
			check(t, c.Mute(id(garde), Forever(), wanted))
			var quiet, rang []bool
			defer c.Subscribe(func(e Event) {
				switch e := e.(type) {
				case MessageAdded:
					quiet = append(quiet, e.Quiet)
				case CountChanged:
					rang = append(rang, e.Live)
				}
			})()
			w.Live(w.SaysIn("Sophie", "Bonsoir à tous"))
			w.Live(w.SaysIn("Sophie", "@Dr Claire Martin, un avis ?"))
			synctest.Wait()
			if !slices.Equal(quiet, []bool{true, !wanted}) {
				t.Errorf("mentions wanted %v: quiet %v", wanted, quiet)
			}
			rang = nil
			check(t, c.Lock())
			w.Live(w.SaysIn("Sophie", "Toujours là ?"))
			synctest.Wait()
			if slices.Contains(rang, true) {
				t.Error("a message without a mention rings while locked")
			}
			w.Live(w.SaysIn("Sophie", "@Dr Claire Martin ?"))
			synctest.Wait()
			if slices.Contains(rang, true) != wanted {
				t.Errorf("mentions wanted %v: rang %v while locked", wanted, rang)
			}
		})
	}
}

// A new message brings a conversation back wherever it is placed: before what was written meanwhile, or before what a clock that was
// ahead has put into the future.
func TestWhatComesBringsAConversationBackWhateverTheClockSays(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"right": 0, "ahead": 10 * time.Minute, "behind": -10 * time.Minute} {
		for _, locked := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", locked: ", locked), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := wiretest.New()
					c := newTestWith(t, Config{Dir: t.TempDir(), Now: func() time.Time { return time.Now().Add(ahead) }}, w)
					w.Says(sophie, "avant")
					w.Connect(false)
					synctest.Wait()
					w.Cut()
					time.Sleep(time.Minute)
					w.Says(sophie, "pendant l'absence")
					time.Sleep(time.Minute)
					must(c.Send(id(sophie), Text{Body: "à demain"}))
					check(t, c.SetArchived(id(sophie), true))
					check(t, c.SetArchived(id(julien), true))
					if locked {
						check(t, c.Lock())
					}
					w.Connect(false)
					synctest.Wait()
					if locked {
						check(t, c.Unlock(key))
						synctest.Wait()
					}
					if must(c.Conversation(id(sophie))).Archived {
						t.Error("what was missed did not bring it back")
					}
					check(t, c.SetArchived(id(sophie), true))
					w.Live(w.Says(sophie, "encore"))
					synctest.Wait()
					if must(c.Conversation(id(sophie))).Archived {
						t.Error("a new message did not bring it back")
					}
					if !must(c.Conversation(id(julien))).Archived {
						t.Error("another conversation came back")
					}
				})
			})
		}
	}
}
