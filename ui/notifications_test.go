package ui

import (
	"testing"

	"discussions/account"
	"discussions/messaging"
	"discussions/notify"
	"discussions/settings"

	"github.com/google/go-cmp/cmp"
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
			"claire sophie": {ID: "claire sophie", Title: "Sophie Bernard", Body: "Le patient est sorti"}}},
		{name: "full, capped by the organisation", user: "full", policy: "none", want: map[string]notify.Notification{
			"claire sophie": {ID: "claire sophie", Title: "Discussions", Body: "Nouveau message"}}},
		{name: "switched off", user: "full", policy: "full", off: true, want: map[string]notify.Notification{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, func(o *Options, _ *fakeManager) {
					o.Deployment.Policy.NotificationContent = c.policy
					if _, err := o.User.Update(func(u *settings.User) { u.Content, u.Notifications = c.user, !c.off }); err != nil {
						t.Fatal(err)
					}
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
		r := newRig(t, func(o *Options, _ *fakeManager) {
			o.Deployment.Policy.NotificationContent = "full"
			if _, err := o.User.Update(func(u *settings.User) { u.Content = "full" }); err != nil {
				t.Fatal(err)
			}
		}, claire)
		e := received("")
		e.Message.Author, e.Message.Content = "Sophie \u202eBernard\n", messaging.Unreadable{Reason: messaging.Encrypted}
		r.manager.tell(e)
		r.settle()
		want := map[string]notify.Notification{"claire sophie": {ID: "claire sophie", Title: "Sophie Bernard", Body: "Message chiffré"}}
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

// TestANotificationThatIsSlowToShowIsTakenBackAfterTheLock: the server of notifications thinks, and the account is locked meanwhile.
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
