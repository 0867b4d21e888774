package ui

import (
	"context"
	"slices"
	"sync"
	"time"

	"discussions/account"
	"discussions/account/vault"
	"discussions/internal/picture"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/notify"
	"discussions/settings"
	"discussions/ui/look"
	"discussions/ui/look/looktest"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// fakeManager is a workstation without disk, keyring or network.
type fakeManager struct {
	mu       sync.Mutex
	accounts []account.Account
	codes    map[string]string
	clients  map[string]*messagingtest.Client
	unsent   map[string]int
	follow   func(account.Event)
	settings map[string]settings.Person
	places   map[string][]byte // of windows

	policy    func() settings.Policy
	login     *fakeLogin // the next one; nil: loginErr
	loginErr  error
	logins    []loginCall
	unlockErr error // instead of looking at the code
	removal   account.Removal
	loggedOut []string
	allClosed bool
	retried   int
	visible   []bool
	removed   []string
	codeTaken []string
	seen      []secret.Text // every code that was handed over
}

func (m *fakeManager) Accounts() []account.Account {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]account.Account(nil), m.accounts...)
}

func (m *fakeManager) Subscribe(f func(account.Event)) func() {
	m.follow = f
	return func() { m.follow = nil }
}

func (m *fakeManager) Windows(id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.places[id], nil
}

func (m *fakeManager) SaveWindows(id string, data []byte) error {
	if a, _ := m.find(id); a.State != account.Open {
		return account.ErrState
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.places == nil {
		m.places = map[string][]byte{}
	}
	m.places[id] = data
	return nil
}

func (m *fakeManager) Settings(id string) settings.Person {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, ok := m.settings[id]; ok {
		return p
	}
	return settings.DefaultPerson()
}

func (m *fakeManager) ChangeSettings(id string, change func(*settings.Person)) error {
	p := m.Settings(id)
	change(&p)
	m.mu.Lock()
	if m.settings == nil {
		m.settings = map[string]settings.Person{}
	}
	m.settings[id] = p.Normalized()
	m.mu.Unlock()
	m.tell(account.Changed{ID: id})
	return nil
}

// choose changes what Claire has chosen.
func (m *fakeManager) choose(change func(*settings.Person)) { _ = m.ChangeSettings("claire", change) }

func (m *fakeManager) tell(e account.Event) {
	if m.follow != nil {
		m.follow(e)
	}
}

func (m *fakeManager) set(id string, change func(*account.Account)) {
	m.mu.Lock()
	for i := range m.accounts {
		if m.accounts[i].ID == id {
			change(&m.accounts[i])
		}
	}
	m.mu.Unlock()
	m.tell(account.Changed{ID: id})
}

func (m *fakeManager) see(codes ...secret.Text) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = append(m.seen, codes...)
}

func (m *fakeManager) Unlock(ctx context.Context, id string, code secret.Text) error {
	m.see(code)
	if m.unlockErr != nil {
		return m.unlockErr
	}
	if a, _ := m.find(id); a.State == account.Open {
		return account.ErrState
	}
	if err := m.try(id, code); err != nil {
		return err
	}
	m.set(id, func(a *account.Account) { a.State = account.Open })
	return nil
}

// Keep stops a removal.
func (m *fakeManager) Keep(id string) error {
	m.set(id, func(a *account.Account) { a.RemovalDue = time.Time{} })
	return nil
}

// Policy is that of the deployment file.
func (m *fakeManager) Policy() settings.Policy {
	if m.policy == nil {
		return settings.Policy{}
	}
	return m.policy()
}

// find gives an account.
func (m *fakeManager) find(id string) (account.Account, error) {
	for _, a := range m.Accounts() {
		if a.ID == id {
			return a, nil
		}
	}
	return account.Account{}, account.ErrNoAccount
}

// try compares a code with that of the account. A wrong one costs a try, and the last try the account.
func (m *fakeManager) try(id string, code secret.Text) error {
	a, err := m.find(id)
	if err != nil {
		return err
	}
	if m.codes[id] == code.Reveal() {
		m.set(id, func(a *account.Account) { a.TriesLeft = vault.MaxTries })
		return nil
	}
	left := a.TriesLeft - 1
	if left == 0 {
		m.drop(id)
		m.tell(account.Erased{ID: id, Name: a.Name})
		return account.ErrErased
	}
	m.set(id, func(a *account.Account) { a.TriesLeft = left })
	return &vault.WrongCodeError{Left: left}
}

// drop takes an account off the list.
func (m *fakeManager) drop(id string) {
	m.mu.Lock()
	m.accounts = slices.DeleteFunc(slices.Clone(m.accounts), func(a account.Account) bool { return a.ID == id })
	m.mu.Unlock()
	m.tell(account.ListChanged{})
}

func (m *fakeManager) Lock(id string) error {
	if _, err := m.find(id); err != nil {
		return err
	}
	m.set(id, func(a *account.Account) {
		if a.State == account.Open {
			a.State = account.Locked
		}
	})
	return nil
}

func (m *fakeManager) LogOut(id string) error {
	if _, err := m.find(id); err != nil {
		return err
	}
	m.loggedOut = append(m.loggedOut, id)
	m.set(id, func(a *account.Account) { a.State = account.Sealed })
	return nil
}

func (m *fakeManager) LogOutAll() error {
	m.allClosed = true
	for _, a := range m.Accounts() {
		m.set(a.ID, func(a *account.Account) { a.State = account.Sealed })
	}
	return nil
}

func (m *fakeManager) Retry() { m.retried++ }

func (m *fakeManager) SetVisible(on bool) { m.visible = append(m.visible, on) }

func (m *fakeManager) Remove(ctx context.Context, id string) (account.Removal, error) {
	if _, err := m.find(id); err != nil {
		return account.Removal{}, err
	}
	m.removed = append(m.removed, id)
	m.drop(id)
	return m.removal, nil
}

func (m *fakeManager) Unsent(id string) int { return m.unsent[id] }

func (m *fakeManager) ChangeCode(ctx context.Context, id string, old, new secret.Text) error {
	m.see(old, new)
	if err := m.try(id, old); err != nil {
		return err
	}
	m.codes[id] = new.Reveal()
	return nil
}

func (m *fakeManager) Client(id string) (screen.Client, bool) {
	for _, a := range m.Accounts() {
		if a.ID == id && a.State == account.Open {
			c, ok := m.clients[id]
			return c, ok
		}
	}
	return nil, false
}

// newClient is the conversations of an account that is open and online.
func newClient() *messagingtest.Client {
	c := messagingtest.Open(messaging.Config{JID: "own@example.org", Name: claire.Name})
	for _, v := range conversationsAt(time.Now()) {
		c.Put(messagingtest.Conversation{Conversation: v})
	}
	return c
}

// fakeNotifier remembers what is shown, and what it was asked to show.
type fakeNotifier struct {
	hold  chan struct{} // nil: Show does not wait
	takes time.Duration // for each call
	mu    sync.Mutex
	shown map[string]notify.Notification
	asked []notify.Notification
}

func (n *fakeNotifier) Show(x notify.Notification) error {
	n.mu.Lock()
	n.asked = append(n.asked, x)
	n.mu.Unlock()
	if n.hold != nil {
		<-n.hold
	}
	time.Sleep(n.takes)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.shown[x.ID] = x
	return nil
}

func (n *fakeNotifier) Withdraw(id string) {
	time.Sleep(n.takes)
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.shown, id)
}

// The people of the pictures.
var (
	claire = account.Account{ID: "claire", Name: "Dr Claire Martin", Organisation: "CHU de Montpellier", Job: "Médecin", State: account.Open, Unread: 3, TriesLeft: 5}
	paul   = account.Account{ID: "paul", Name: "Paul Durand", Job: "Infirmier libéral", State: account.Locked, Unread: 1, TriesLeft: 5}
	amelie = account.Account{ID: "amelie", Name: "Amélie Laurent", Organisation: "Pharmacie du Pont", State: account.Sealed, TriesLeft: 5}
	nadia  = account.Account{ID: "nadia", Name: "Nadia Benali", Organisation: "CHU de Montpellier", Job: "Médecin", State: account.Open, Unread: 3, TriesLeft: 5}
)

// conversationsAt are those of the picture, seen at that time.
func conversationsAt(now time.Time) []messaging.Conversation {
	at := func(days, hour, minute int) time.Time {
		d := now.AddDate(0, 0, -days)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, now.Location())
	}
	own := func(t time.Time, s messaging.State, body string) *messaging.Message {
		return &messaging.Message{Own: true, State: s, Content: messaging.Text{Body: body}, Time: t}
	}
	from := func(t time.Time, author, body string) *messaging.Message {
		return &messaging.Message{Author: author, Content: messaging.Text{Body: body}, Time: t}
	}
	photo := func(m *messaging.Message) *messaging.Message {
		m.Content = messaging.File{Name: "IMG_1.jpg", MediaType: "image/jpeg"}
		return m
	}
	return []messaging.Conversation{
		{ID: "sophie", Name: "Sophie Bernard", Detail: "Infirmière coordinatrice", Last: own(at(0, 10, 42), messaging.Read, "D’accord, merci beaucoup")},
		{ID: "astreinte", Group: true, Name: "Astreinte cardiologie", Members: 6, Unread: 3, Last: from(at(0, 10, 31), "Dr Roux", "le patient du 12 est sorti")},
		{ID: "julien", Name: "Dr Julien Roux", Detail: "Cardiologue", Typing: []string{"Dr Julien Roux"}, Last: from(at(0, 9, 15), "Dr Julien Roux", "Bien reçu")},
		{ID: "moussa", Name: "Moussa Keïta", Detail: "Aide à domicile", Last: from(at(1, 17, 2), "Moussa Keïta", "Ordonnance transmise à la pharmacie")},
		{ID: "amelie", Name: "Amélie Laurent", Detail: "Pharmacienne", Last: photo(own(at(1, 9, 0), messaging.Delivered, ""))},
		{ID: "soins", Group: true, Name: "Soins Tournefeuille", Members: 4, Avatar: looktest.Photograph(), Last: from(at(3, 16, 0), "Paul Durand", "je passe à 17 h")},
		{ID: "nadia", Name: "Nadia Benali", Detail: "Sage-femme"},
		{ID: "nuit", Group: true, Name: "Équipe de nuit", Members: 5, Avatar: &messaging.Avatar{Colour: picture.AvatarColours()[3]}},
	}
}

// fakeView is a conversation's window without a conversation.
type fakeView struct {
	id      string
	box     *widget.Entry
	front   bool
	closed  bool
	hold    chan struct{} // nil: the draft is saved at once
	copied  func(string)
	at      messaging.Cursor // the place that was shown
	logIn   func()
	changed func(messaging.Conversation)
	menu    func(look.Place)
}

func (v *fakeView) Content() fyne.CanvasObject { return v.box }

func (v *fakeView) Focus() {}

func (v *fakeView) Find() {}

func (v *fakeView) ShowFiles() {}

func (v *fakeView) Show(at messaging.Cursor) { v.at = at }

func (v *fakeView) InFront(front bool) { v.front = front }

func (v *fakeView) Attach([]fyne.URI) {}

func (v *fakeView) Close() (saved func()) {
	v.closed = true
	return func() {
		if v.hold != nil {
			<-v.hold
		}
	}
}
