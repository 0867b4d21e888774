//go:build linux

package tour

// chooseForAConversation: a message is pinned; the conversation is muted, made a favourite, and its person's card looked at.
func (w *walk) chooseForAConversation() {
	moussa, claire := w.org.Person("Moussa Keïta").JID, w.org.Claire().JID
	withMoussa := w.window("Moussa")
	w.focus(withMoussa)
	w.keys("alt+Up", "alt+Up", "Return", "Down", "Down", "Return") // his last one, Épingler
	w.picture(withMoussa, "09-pinned")

	w.focus(w.main)
	w.keys("ctrl+k")
	w.write("Moussa")
	menu := func() {
		w.keys("Down", "F10")
		w.p.screen("menu")
	}
	menu()
	w.keys("Return") // Mettre en sourdine
	w.p.screen("menu")
	w.keys("Down", "Down", "Return") // Toujours
	menu()
	w.keys("Down", "Return") // Ajouter aux favoris
	menu()
	w.picture(w.main, "09-choices")
	w.keys("Up", "Return") // the last line, Voir la fiche
	w.p.screen("card")
	w.picture(w.main, "09-card")
	w.keys("Escape")
	w.p.screen("list")

	mark := w.p.mark()
	w.org.Say(w.t, moussa, claire, "Rien d’urgent.")
	w.p.next(mark, "message drawn")
	w.notes.shown(0)
	w.keys("ctrl+k")
	w.write("Moussa")
	menu()
	w.keys("Return") // Ne plus mettre en sourdine
}

// saysOfOneself: the own status is set by the keyboard.
func (w *walk) saysOfOneself() {
	w.org.Presence(w.t, w.org.Julien().JID, "dnd", "Au bloc")
	w.focus(w.main)
	w.click(w.main, 120, 30)
	w.p.screen("menu")
	w.keys("Tab", "Tab", "Tab", "Tab", "Return") // Mon statut
	w.p.screen("status")
	w.write("En visite")
	w.picture(w.main, "09-status")
	w.keys("Return")
	w.p.screen("list")
	w.picture(w.main, "09-presence")
}
