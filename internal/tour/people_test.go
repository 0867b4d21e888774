//go:build linux

package tour

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"discussions/internal/clipboard/clipboardtest"
)

// chooseForAConversation: a message is pinned; the conversation is muted, made a favourite, and its person's card looked at.
func (w *walk) chooseForAConversation() {
	moussa, claire := w.org.Person("Moussa Keïta").JID, w.org.Claire().JID
	withMoussa := w.window("Moussa")
	w.focus(withMoussa)
	w.keys("alt+Up", "Return", "Down", "Down", "Return") // his last one, Épingler
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
	w.blocks(moussa, claire)
	w.keys("Escape")
	w.p.screen("list")
	w.keys("ctrl+k")
	w.write("Moussa")
	menu()
	w.exports()

	mark := w.p.mark()
	w.org.Say(w.t, moussa, claire, "Rien d’urgent.")
	w.p.next(mark, "message drawn")
	w.notes.shown(0)
	w.keys("ctrl+k")
	w.write("Moussa")
	menu()
	w.keys("Return") // Ne plus mettre en sourdine
}

// blocks: a person is blocked from their card, who sees the account go; what they write then does not come.
func (w *walk) blocks(who, own string) {
	w.keys("shift+Tab", "shift+Tab", "Return") // Bloquer, before Écrire
	w.keys("shift+Tab", "Return")              // Bloquer, before Annuler
	w.org.WaitOffline(w.t, own)
	w.org.Say(w.t, who, own, "M’entends-tu ?")
	w.picture(w.main, "09-blocked")
	w.keys("shift+Tab", "shift+Tab", "Return") // Débloquer
	w.org.WaitOnline(w.t, own)
}

// exports: a conversation is written into a file, from its menu in the list. What is pasted into Fyne's dialog holds up its entry alone.
func (w *walk) exports() {
	w.keys("Up", "Up", "Return") // Exporter…
	w.p.screen("menu")
	w.picture(w.main, "09-export")
	w.keys("Up", "Return")        // the last line, En texte
	w.keys("shift+Tab", "Return") // Choisir l’emplacement, before Annuler
	w.picture(w.main, "09-export-place")
	var given atomic.Bool
	w.desktop.own(&clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": []byte("Suivi ")}, Given: func() { given.Store(true) }})
	w.keys("Home", "ctrl+v")
	w.until("what is pasted", given.Load)
	w.desktop.own(&clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": []byte("jamais")}, Piece: 3, Hangs: true})
	mark := w.p.mark()
	w.keys("ctrl+v", "Return") // Return waits: under that name, in the user's own folder
	w.org.Say(w.t, w.org.Sophie().JID, w.org.Claire().JID, "Bonne journée.")
	w.p.next(mark, "list drawn")
	var text string
	w.until("the file", func() bool {
		found, err := filepath.Glob(filepath.Join(w.p.home, "Suivi Discussions *Moussa Keïta.txt"))
		if err != nil || len(found) == 0 {
			return false
		}
		data, err := os.ReadFile(found[0])
		text = string(data)
		return err == nil && strings.HasSuffix(text, "\n")
	})
	if !strings.HasPrefix(text, "Conversation avec Moussa Keïta") || strings.Contains(text, "M’entends-tu") {
		w.t.Errorf("exported: %q", text)
	}
	w.picture(w.main, "09-exported")
	w.keys("Return") // Fermer
}

// saysOfOneself: the own status is set by the keyboard.
func (w *walk) saysOfOneself() {
	w.org.Presence(w.t, w.org.Julien().JID, "dnd", "Au bloc")
	w.focus(w.main)
	w.click(w.main, 120, 30)
	w.p.screen("menu")
	w.keys("Up", "Up", "Return") // Mon statut, above the last line
	w.p.screen("status")
	w.write("En visite")
	w.picture(w.main, "09-status")
	w.keys("Return")
	w.p.screen("list")
	w.picture(w.main, "09-presence")
}

// looksIntoTheDirectory for a colleague by department and name.
func (w *walk) looksIntoTheDirectory() {
	w.focus(w.main)
	w.click(w.main, 210, -36) // Nouvelle conversation
	w.p.screen("new")
	w.write("cardiologie roux")
	w.picture(w.main, "09-new")
	mark := w.p.mark()
	w.keys("Tab", "Return") // Chercher dans l’annuaire
	if line, _ := w.p.next(mark, "directory drawn"); line["found"] == 0.0 {
		w.t.Error("the directory does not know him")
	}
	w.picture(w.main, "09-directory")
	w.keys("Escape")
	w.p.screen("list")
}
