package notify

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"discussions/internal/bus/bustest"
)

func TestAnAnswerTypedInTheNotification(t *testing.T) {
	address, _ := startBus(t)
	s := startServer(t, address, &server{caps: []string{"body", "actions", "inline-reply"}})
	n, told := notifier(t)
	if err := n.Show(Notification{ID: "claire sophie", Title: "Sophie", Body: "Tu viens ?", Reply: "Répondre"}); err != nil {
		t.Fatal(err)
	}
	shown := next(t, s.shown)
	if want := []string{"default", "Discussions", "inline-reply", "Répondre"}; !slices.Equal(shown.Actions, want) {
		t.Errorf("actions: %q", shown.Actions)
	}
	forged := bustest.Connect(t, address)
	if err := forged.Emit(serverPath, serverName+".NotificationReplied", shown.Number, "de quelqu’un d’autre"); err != nil {
		t.Fatal(err)
	}
	s.emit("NotificationReplied", shown.Number+1, "à une autre")
	s.emit("NotificationReplied", shown.Number, "Oui,\ntout de suite\x07\u202e")
	if got := next(t, told); got != "claire sophie: Oui,\ntout de suite" {
		t.Errorf("answered: %q", got)
	}
}

func TestNoFieldToAnswerWhereItIsNotOfferedOrNotWanted(t *testing.T) {
	for name, c := range map[string]struct {
		caps  []string
		reply string
	}{
		"a server without": {[]string{"body", "actions"}, "Répondre"},
		"not wanted":       {[]string{"body", "actions", "inline-reply"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := startBus(t)
			s := startServer(t, address, &server{caps: c.caps})
			n, _ := notifier(t)
			if err := n.Show(Notification{ID: "a b", Title: "t", Reply: c.reply}); err != nil {
				t.Fatal(err)
			}
			if shown := next(t, s.shown); slices.Contains(shown.Actions, "inline-reply") {
				t.Errorf("actions: %q", shown.Actions)
			}
		})
	}
}

func TestSound(t *testing.T) {
	address, _ := startBus(t)
	s := startServer(t, address, &server{})
	n, _ := notifier(t)
	for _, silent := range []bool{false, true} {
		if err := n.Show(Notification{ID: "a b", Title: "t", Silent: silent}); err != nil {
			t.Fatal(err)
		}
		hints := next(t, s.shown).Hints
		_, sounds := hints["sound-name"]
		suppressed, _ := hints["suppress-sound"].Value().(bool)
		if sounds == silent || suppressed != silent {
			t.Errorf("silent %v: %v", silent, hints)
		}
		if hints["urgency"].Value() != urgencyNormal { // a higher urgency would be shown despite the desktop's own "do not disturb"
			t.Errorf("urgency %v", hints["urgency"])
		}
	}
}

// TestWhatACrashedRunLeftIsWithdrawn: that run never called Close; its file names nobody.
func TestWhatACrashedRunLeftIsWithdrawn(t *testing.T) {
	address, _ := startBus(t)
	s := startServer(t, address, &server{})
	state := filepath.Join(t.TempDir(), "notifications.json")
	begin := func() *Notifier {
		n := New(Options{AppName: "Discussions", Log: slog.New(slog.DiscardHandler), Clicked: func(string) {}, State: state})
		t.Cleanup(n.Close)
		return n
	}
	crashed := begin()
	for _, id := range []string{"claire sophie@chat", "claire julien@chat", "claire moussa@chat"} {
		if err := crashed.Show(Notification{ID: id, Title: "canari titre", Body: "canari texte"}); err != nil {
			t.Fatal(err)
		}
	}
	crashed.Withdraw("claire moussa@chat")
	data, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"canari", "claire", "chat", "sophie"} {
		if strings.Contains(string(data), text) {
			t.Errorf("the file holds %q: %s", text, data)
		}
	}
	first, second, third := next(t, s.shown).Number, next(t, s.shown).Number, next(t, s.shown).Number
	if got := next(t, s.closed); got != third {
		t.Fatalf("withdrawn: %d", got)
	}

	again := begin()
	if err := again.Show(Notification{ID: "claire amelie@chat", Title: "t"}); err != nil { // before what was left is looked at
		t.Fatal(err)
	}
	mine := next(t, s.shown).Number
	if err := os.WriteFile(state, data, 0o600); err != nil {
		t.Fatal(err)
	}
	again.WithdrawLeft()
	got := []uint32{next(t, s.closed), next(t, s.closed)}
	if !slices.Equal(got, []uint32{first, second}) {
		t.Errorf("withdrawn: %v, want %d and %d", got, first, second)
	}
	if data, err := os.ReadFile(state); err != nil || !strings.Contains(string(data), fmt.Sprintf("[%d]", mine)) {
		t.Errorf("remembered now: %s, %v", data, err)
	}
}

// TestTheNumbersOfAnotherServerAreLeftAlone: they are other programs' notifications.
func TestTheNumbersOfAnotherServerAreLeftAlone(t *testing.T) {
	address, _ := startBus(t)
	s := startServer(t, address, &server{})
	unique := s.conn.Names()[0]
	for name, text := range map[string]string{
		"of another session":  `{"bus":"0123","server":"` + unique + `","numbers":[1,2]}`,
		"of a former server":  `{"bus":"","server":":1.9999","numbers":[1,2]}`,
		"damaged":             `{"bus":`,
		"no list":             `{"numbers":"all"}`,
		"longer than allowed": strings.Repeat(" ", maxState) + `{"numbers":[1]}`,
	} {
		t.Run(name, func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "notifications.json")
			if err := os.WriteFile(state, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			n := New(Options{Log: slog.New(slog.DiscardHandler), State: state})
			n.WithdrawLeft()
			n.Close()
			if len(s.closed) > 0 {
				t.Errorf("withdrawn: %d", <-s.closed)
			}
		})
	}
}
