package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"discussions/account"
	"discussions/messaging"
	"discussions/notify"
	"discussions/settings"
	"discussions/ui/wording"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func received(body string) account.Received {
	return account.Received{ID: "claire", Message: messaging.Message{Conversation: "sophie", Author: "Sophie Bernard", Content: messaging.Text{Body: body}}}
}

func TestNotificationsShowWhatIsAllowed(t *testing.T) {
	for _, c := range []struct {
		name         string
		user, policy settings.Content
		off          bool
		want         map[string]notify.Notification
	}{
		{name: "name", user: "name", policy: "full", want: map[string]notify.Notification{
			"claire sophie": {ID: "claire sophie", Title: "Sophie Bernard", Body: "Nouveau message"}}},
		{name: "full", user: "full", policy: "full", want: map[string]notify.Notification{
			"claire sophie": {ID: "claire sophie", Title: "Sophie Bernard", Body: "Le patient est sorti", Reply: "Répondre"}}},
		{name: "full, capped by the organisation", user: "full", policy: "none", want: map[string]notify.Notification{
			"claire sophie": {ID: "claire sophie", Title: "Discussions", Body: "Nouveau message"}}},
		{name: "switched off", user: "full", policy: "full", off: true, want: map[string]notify.Notification{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, func(o *Options, m *fakeManager) {
					o.Deployment.Policy.NotificationContent = c.policy
					m.choose(func(p *settings.Person) { p.Content, p.Notifications = c.user, !c.off })
				}, claire)
				r.manager.tell(received("Le patient\n est sorti"))
				r.settle()
				if d := cmp.Diff(c.want, r.notified()); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestAMessageThatCannotBeReadHereIsNotified(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, chose("full"), claire)
		e := received("")
		e.Message.Author, e.Message.Content = "Sophie \u202eBernard\n", messaging.Unreadable{Reason: messaging.Encrypted}
		r.manager.tell(e)
		r.settle()
		want := map[string]notify.Notification{"claire sophie": {ID: "claire sophie", Title: "Sophie Bernard", Body: "Message chiffré", Reply: "Répondre"}}
		if d := cmp.Diff(want, r.notified()); d != "" {
			t.Error(d)
		}
	})
}

func TestALockedAccountsNotificationHasNoContent(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) { o.Deployment.Policy.NotificationContent = "full" }, claire)
		r.manager.tell(received("canari"))
		r.settle()
		r.ui.nav.Lock("claire")
		r.settle()
		if len(r.notified()) != 0 {
			t.Errorf("still shown after the lock: %v", r.notified())
		}
		r.manager.tell(account.Received{ID: "claire", Locked: true})
		r.manager.set("claire", func(a *account.Account) { a.Unread++ })
		r.settle()
		want := map[string]notify.Notification{"claire ": {ID: "claire ", Title: "Discussions", Body: "Nouveau message pour Dr Claire Martin"}}
		if d := cmp.Diff(want, r.notified()); d != "" {
			t.Error(d)
		}
		r.ui.Clicked("claire ")
		r.expectScreen("code")
	})
}

func TestWhatIsReadIsNotNotified(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.manager.tell(received("un"))
		r.settle()
		r.ui.Clicked("claire sophie")
		r.settle()
		if d := cmp.Diff([]string{"Discussions", "Sophie Bernard – Dr Claire Martin"}, r.windowTitles()); d != "" {
			t.Error(d)
		}
		c := r.ui.chats.open[chatKey{"claire", "sophie"}]
		c.focus.FocusGained() // as the desktop does when the window comes to the front
		r.manager.tell(received("deux"))
		r.settle()
		if len(r.notified()) != 0 {
			t.Errorf("notified in front: %v", r.notified())
		}
		r.ui.app.Lifecycle().(interface{ OnExitedForeground() func() }).OnExitedForeground()()
		r.manager.tell(received("trois"))
		r.settle()
		if len(r.notified()) != 1 {
			t.Errorf("not notified behind: %v", r.notified())
		}
		c.focus.FocusGained()
		r.settle()
		if len(r.notified()) != 0 {
			t.Errorf("still shown when read: %v", r.notified())
		}
	})
}

// TestANotificationThatIsSlowToShowIsTakenBackAfterTheLock: the notification server is slow, and the account is locked meanwhile.
func TestANotificationThatIsSlowToShowIsTakenBackAfterTheLock(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.notifier.hold = make(chan struct{})
		r.manager.tell(received("canari"))
		r.settle()
		r.ui.nav.Lock("claire")
		r.settle()
		close(r.notifier.hold)
		r.settle()
		if shown := r.notified(); len(shown) > 0 {
			t.Errorf("still shown: %v", shown)
		}
	})
}

// flood tells of messages of several conversations in turn, and returns the last text of each.
func (r *rig) flood(messages int, conversations ...messaging.ConversationID) map[messaging.ConversationID]string {
	last := map[messaging.ConversationID]string{}
	for i := range messages {
		e := received(fmt.Sprint("texte ", i))
		e.Message.Conversation = conversations[i%len(conversations)]
		last[e.Message.Conversation] = wording.Preview(e.Message)
		r.manager.tell(e)
		r.settle()
	}
	return last
}

// withFullContent lets notifications show texts, on a desktop that needs 300 ms for each. chose is
// a person who chose how much notifications show, in an organisation that allows everything.
func chose(content settings.Content) func(*Options, *fakeManager) {
	return func(o *Options, m *fakeManager) {
		o.Deployment.Policy.NotificationContent = "full"
		m.choose(func(p *settings.Person) { p.Content = content })
	}
}

func withFullContent(r *rig) {
	r.notifier.takes = 300 * time.Millisecond
	r.ui.options.Deployment.Policy.NotificationContent = "full"
	r.manager.choose(func(p *settings.Person) { p.Content = "full" })
}

func TestAFloodShowsTheLastOfEachConversation(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		withFullContent(r)
		last := r.flood(200, "sophie", "julien", "moussa")
		time.Sleep(5 * time.Second) // for as many as there are conversations, not messages
		r.settle()
		got := map[messaging.ConversationID]string{}
		for _, shown := range r.notified() {
			got[messaging.ConversationID(strings.TrimPrefix(shown.ID, "claire "))] = shown.Body
		}
		if d := cmp.Diff(last, got); d != "" {
			t.Error(d)
		}
		if n := len(r.notifier.asked); n > 6 {
			t.Errorf("the desktop was asked %d times", n)
		}
		var order []string
		for _, x := range r.notifier.asked[:3] {
			order = append(order, x.ID)
		}
		if d := cmp.Diff([]string{"claire sophie", "claire julien", "claire moussa"}, order); d != "" {
			t.Errorf("order: %s", d)
		}
	})
}

func TestNoTextIsShownAfterTheLock(t *testing.T) {
	for _, c := range []struct {
		name string
		lock func(*rig)
		want map[string]notify.Notification
	}{
		{"one account", func(r *rig) { r.ui.nav.Lock("claire") }, nil},
		{"all, by the workstation", func(r *rig) { r.ui.lockAll(func() {}) }, nil},
		{"log out", func(r *rig) { r.ui.nav.logOut("claire") }, nil},
		{"messages come while drafts are being saved", func(r *rig) {
			defer r.ui.saves.Begin("claire")()
			r.ui.nav.Lock("claire")
			r.flood(10, "sophie")
			time.Sleep(5 * time.Second)
		}, map[string]notify.Notification{"claire ": {ID: "claire ", Title: "Discussions", Body: "Nouveau message pour Dr Claire Martin"}}},
		{"messages come while drafts are being saved for the logout", func(r *rig) {
			defer r.ui.saves.Begin("claire")()
			r.ui.nav.logOut("claire")
			r.flood(10, "sophie")
			time.Sleep(5 * time.Second)
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire)
				withFullContent(r)
				r.flood(200, "sophie", "julien", "moussa")
				before := len(r.notifier.asked)
				c.lock(r)
				r.settle()
				time.Sleep(time.Minute)
				r.settle()
				for _, x := range r.notifier.asked[before:] {
					if strings.Contains(x.Body, "texte") {
						t.Errorf("asked to show %q after the lock", x.Body)
					}
				}
				if d := cmp.Diff(c.want, r.notified(), cmpopts.EquateEmpty()); d != "" {
					t.Errorf("shown: %s", d)
				}
			})
		})
	}
}

func TestAWithdrawalOvertakesOtherConversations(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		withFullContent(r)
		r.flood(1, "sophie")
		time.Sleep(time.Second)
		r.flood(8, "julien", "moussa", "astreinte", "amelie")
		r.ui.notifications.withdraw("claire", "sophie")
		time.Sleep(700 * time.Millisecond) // the one being shown, then the withdrawal
		r.settle()
		if _, ok := r.notified()["claire sophie"]; ok || len(r.notified()) > 1 {
			t.Errorf("shown: %v", r.notified())
		}
	})
}

// TestAnOlderMessageDoesNotReplaceANewerOne: the conversation of the older one took longer to read.
func TestAnOlderMessageDoesNotReplaceANewerOne(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		n, key := &r.ui.notifications, chatKey{"claire", "sophie"}
		n.count = 3
		n.show(2, key, wish{title: "Sophie", body: "neuf"})
		n.show(1, key, wish{title: "Sophie", body: "ancien"})
		r.settle()
		if got := r.notified()["claire sophie"].Body; got != "neuf" {
			t.Errorf("shown: %q", got)
		}
		n.withdraw("claire", "sophie")
		n.show(3, key, wish{title: "Sophie", body: "lu entre-temps"})
		r.settle()
		if len(r.notified()) > 0 {
			t.Errorf("shown after the withdrawal: %v", r.notified())
		}
	})
}

// TestTheEndDoesNotWaitForAFlood: what the desktop has not shown yet is dropped when the program ends.
func TestTheEndDoesNotWaitForAFlood(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		withFullContent(r)
		r.flood(200, "sophie", "julien", "moussa", "astreinte", "amelie")
		start := time.Now()
		r.ui.notifications.close()
		if took := time.Since(start); took > 300*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
}

func TestTheNotificationOfALockedAccountGoesWhenItIsOpened(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, paul)
		r.manager.tell(account.Received{ID: "paul", Locked: true})
		r.settle()
		if len(r.notified()) != 1 {
			t.Fatalf("shown: %v", r.notified())
		}
		r.press(paul.Name)
		r.typeText("4071")
		r.expectScreen("list")
		if shown := r.notified(); len(shown) > 0 {
			t.Errorf("still shown: %v", shown)
		}
	})
}

func TestANotificationFollowsItsMessage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, chose("full"), claire)
		body := func() string { r.settle(); return r.notified()["claire sophie"].Body }
		e := received("Donner 10 mg")
		e.Message.ID = "1"
		r.manager.tell(e)
		if got := body(); got != "Donner 10 mg" {
			t.Fatal(got)
		}
		corrected := e.Message
		corrected.Content, corrected.Edited = messaging.Text{Body: "Donner 1 mg"}, time.Now()
		other := corrected
		other.ID, other.Content = "0", messaging.Text{Body: "ancien"}
		r.manager.tell(account.Altered{ID: "claire", Message: corrected})
		r.manager.tell(account.Altered{ID: "claire", Message: other})
		if got := body(); got != "Donner 1 mg" || !r.notified()["claire sophie"].Silent {
			t.Errorf("corrected: %q", got)
		}
		corrected.Content = messaging.Retracted{}
		r.manager.tell(account.Altered{ID: "claire", Message: corrected})
		r.settle()
		if got := r.notified(); len(got) > 0 {
			t.Errorf("withdrawn: %v", got)
		}
		r.manager.tell(account.Altered{ID: "claire", Message: corrected})
		r.settle()
		if got := r.notified(); len(got) > 0 {
			t.Errorf("withdrawn twice: %v", got)
		}
	})
}

func TestReactionsAreNotifiedOnlyWhereTheUserWantsIt(t *testing.T) {
	for _, c := range []struct {
		content settings.Content
		want    notify.Notification
	}{
		{"full", notify.Notification{ID: "claire sophie", Title: "Sophie Bernard", Body: "👍 à votre message\u00a0: Merci", Silent: true}},
		{"name", notify.Notification{ID: "claire sophie", Title: "Sophie Bernard", Body: "Nouvelle réaction", Silent: true}},
		{"none", notify.Notification{ID: "claire sophie", Title: "Discussions", Body: "Nouvelle réaction", Silent: true}},
	} {
		inBubble(t, func(t *testing.T) {
			r := newRig(t, chose(c.content), claire)
			e := account.Reacted{ID: "claire", By: "Sophie Bernard", Emoji: []string{"👍"},
				Message: messaging.Message{Conversation: "sophie", Own: true, Content: messaging.Text{Body: "Merci"}}}
			r.manager.tell(e)
			r.settle()
			if got := r.notified(); len(got) > 0 {
				t.Errorf("by default: %v", got)
			}
			r.manager.choose(func(p *settings.Person) { p.Reactions = true })
			r.manager.tell(e)
			r.settle()
			if d := cmp.Diff(map[string]notify.Notification{"claire sophie": c.want}, r.notified()); d != "" {
				t.Error(d)
			}
		})
	}
}

// The policy in the keyring is stricter than the file that the program was started with.
func TestNotificationsFollowThePolicyOfTheAccounts(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, chose("full"), claire)
		r.manager.choose(func(p *settings.Person) { p.Reactions = true })
		r.manager.policy = func() settings.Policy { return settings.Policy{NotificationContent: settings.ContentName} }
		m := messaging.Message{ID: "m", Conversation: "sophie", Author: "Sophie Bernard", Content: messaging.Text{Body: "Chambre 12"}}
		own := messaging.Message{Conversation: "paul", Own: true, Content: messaging.Text{Body: "Chambre 12"}}
		r.manager.tell(account.Received{ID: "claire", Message: m})
		r.manager.tell(account.Reacted{ID: "claire", By: "Paul Durand", Emoji: []string{"👍"}, Message: own})
		r.settle()
		r.manager.tell(account.Altered{ID: "claire", Message: m})
		r.settle()
		got := r.notified()
		if len(got) != 2 {
			t.Errorf("%d notifications", len(got))
		}
		for _, n := range got {
			if strings.Contains(n.Body, "Chambre") || n.Reply != "" {
				t.Errorf("%+v", n)
			}
		}
	})
}
