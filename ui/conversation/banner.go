package conversation

import (
	"errors"
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/wording"
)

// showBanner shows the most important of the present troubles: the connection, a group that refuses the account, then the history.
func (v *View) showBanner() {
	trouble := wording.Connection(v.reading.connection, time.Now())
	if v.again != nil {
		v.again.Stop()
	}
	if trouble.Again > 0 {
		v.again = time.AfterFunc(trouble.Again, func() { v.later(v.showBanner) })
	}
	words, action, do := trouble.Text, trouble.Button, func() {}
	switch {
	case trouble.Remedy == wording.Retry:
		do = func() { v.work.Do(v.o.Client.Retry) }
	case trouble.Remedy == wording.LogIn && v.o.LogIn != nil:
		do = v.o.LogIn
	case words != "":
		action = ""
	case v.conversation.Refused != messaging.NotRefused:
		words = wording.Refusal(v.conversation.Refused)
		if v.conversation.Refused.MayPass() {
			action, do = i18n.T("trouble.retry"), func() { v.manage(func() error { return v.o.Client.Enter(v.o.ID) }) }
		}
	case v.conversation.Blocked:
		words, action, do = i18n.T("conversation.blocked", "Name", wording.Name(v.conversation.Name)), i18n.T("person.unblock"), v.unblock
	case v.history.isSlow:
		words = i18n.T("conversation.loading")
	case v.history.failed != nil && !errors.Is(v.history.failed, messaging.ErrOffline):
		words, action, do = i18n.T("conversation.notLoaded"), i18n.T("trouble.retry"), v.retryHistory
	}
	height := v.banner.HeightFor(v.body.Size().Width)
	if v.banner.Set(words, action, do) && v.banner.HeightFor(v.body.Size().Width) != height {
		v.arrange()
	}
}

// unblock lets the person write again.
func (v *View) unblock() {
	v.work.Go(func() {
		if err := v.o.Client.SetBlocked(v.ctx, v.o.ID, false); err != nil {
			v.o.Log.Warn("not unblocked", "error", err)
			v.later(func() { v.status.setTrouble(wording.NotDone(err)) })
		}
	})
}
