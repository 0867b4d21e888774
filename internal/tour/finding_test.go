//go:build linux

package tour

import (
	"fmt"
	"hash/fnv"
	"slices"
	"unicode/utf8"
)

// followLinks: a page whose text names another host is opened after a question only, a mail address and a telephone number at once.
func (w *walk) followLinks() {
	const said = "Le planning : https://spico.test@photos.example/garde\nSinon secretariat@spico.test ou tel:+33567000000"
	withMoussa := w.window("Moussa")
	w.says(w.org.Person("Moussa Keïta").JID, w.org.Claire().JID, said)
	w.keys("alt+Up", "Return")
	w.picture(withMoussa, "09-links")
	w.keys("Up", "Up", "Up", "Return") // the first of the three that its menu ends with
	w.picture(withMoussa, "09-link-host")
	w.keys("shift+Tab", "Return") // Ouvrir, before Annuler
	w.opens("https://spico.test@photos.example/garde")
	w.keys("alt+Up", "Return", "Up", "Up", "Return")
	w.opens("mailto:secretariat@spico.test")
	w.keys("alt+Up", "Return", "Up", "Return")
	w.opens("tel:+33567000000")
}

// says waits until what somebody says is drawn.
func (w *walk) says(from, to, body string) {
	w.t.Helper()
	mark := w.p.mark()
	w.org.Say(w.t, from, to, body)
	w.p.next(mark, "message drawn")
}

// opens waits for what the program asks the desktop to open.
func (w *walk) opens(want string) {
	w.t.Helper()
	if got := w.p.address(); got != want {
		w.t.Errorf("opened: %s, not %s", got, want)
	}
}

// readByWhom: two of a group have read the own message, and the menu says who and when.
func (w *walk) readByWhom() {
	const words = "La salle B2 est libre."
	group, nadia := w.org.Groups[0], w.org.Person("Nadia Benali").JID
	window := w.window(group.Name)
	w.resize(window, 560, 640)
	w.focus(window)
	w.write(words)
	w.keys("Return")
	message := w.org.WaitReceived(w.t, nadia, words).ID
	mark := 0
	for _, reader := range []string{nadia, w.org.Person("Dr Hélène Lefèvre").JID} {
		mark = w.p.mark()
		w.org.Read(w.t, reader, group.JID, message)
		w.p.next(mark, "readers drawn")
	}
	w.picture(window, "09-read")
	w.keys("alt+Up", "Return", "Up", "Up", "Return") // Lu par, before Retirer, the last line
	w.p.next(mark, "names drawn")
	w.picture(window, "09-readers")
	w.keys("Return") // Compris
}

// findMessages: in one conversation, then in all; what is found opens in its place.
func (w *walk) findMessages() {
	withSophie := w.window(w.org.Sophie().Name)
	w.resize(withSophie, 560, 640)
	w.focus(withSophie)
	w.keys("ctrl+f")
	w.looksFor("garde") // was written above; what is older may still be on its way
	w.picture(withSophie, "09-search-here")
	w.keys("Down", "Down", "Return")
	w.p.await("place drawn")
	w.picture(withSophie, "09-found-here")

	w.focus(w.main)
	w.keys("ctrl+shift+f")
	w.p.screen("search")
	w.looksFor("merci jeu")
	w.picture(w.main, "09-search")
	w.keys("Return") // the newest, with Moussa
	w.p.await("place drawn")
	w.picture(w.window("Moussa"), "09-found")
	w.focus(w.main)
	w.keys("Escape")
	w.p.screen("list")
}

// findOnTheServer: what is older than what is here is fetched and searched; it opens in its place, and so does what an answer quotes, from
// months ago.
func (w *walk) findOnTheServer() {
	julien, claire := w.org.Julien(), w.org.Claire()
	window := w.window(julien.Name)
	w.resize(window, 560, 640)
	w.focus(window)
	w.keys("ctrl+f")
	here := w.looksFor("rendez-vous")
	w.picture(window, "09-search-here-only")
	mark := w.p.mark()
	w.keys("Tab", "Tab", "Tab", "Return") // behind the two filters: Chercher aussi plus loin
	line, _ := w.p.next(mark, "hits drawn")
	all, _ := line["hits"].(float64)
	if int(all) <= here {
		w.t.Errorf("%v found with what the server has, %d without", all, here)
	}
	w.picture(window, "09-search-server")
	w.keys(append(slices.Repeat([]string{"Down"}, int(all)), "Return")...) // the oldest
	w.p.await("place drawn")
	w.picture(window, "09-found-server")

	mark = w.p.mark()
	w.keys("alt+Up", "End", "Escape")
	w.p.next(mark, "newest drawn") // what comes before is not added to older messages
	mark = w.p.mark()
	w.org.Reply(w.t, julien.JID, claire.JID, firstOf(claire.JID, julien.JID), julien.JID, "(un ancien message)", "Où en est-on ?")
	w.p.next(mark, "message drawn")
	w.picture(window, "09-quoted")
	w.keys("alt+Up", "Return", "Down", "Down", "Down", "Return") // Voir le message cité, behind Répondre, Réagir, Épingler
	w.p.await("place drawn")
	w.picture(window, "09-quoted-original")
	w.keys("alt+Up", "End", "Escape")
}

// firstOf is the id of the first message that two people of the sandbox have ever written to each other.
func firstOf(who ...string) string {
	seed := fnv.New64a()
	for _, jid := range who {
		_, _ = seed.Write([]byte(jid))
	}
	return fmt.Sprintf("seed-%x-0", seed.Sum64())
}

// looksFor types what is searched, until all of it is, and there are hits, and returns how many.
func (w *walk) looksFor(text string) int {
	w.t.Helper()
	mark := w.p.mark()
	w.write(text)
	line, _ := w.p.next(mark, "hits drawn", "letters", utf8.RuneCountInString(text))
	hits, _ := line["hits"].(float64)
	if hits == 0 {
		w.t.Errorf("nothing was found for %q; the log ends\n%s", text, w.p.tail())
	}
	return int(hits)
}
