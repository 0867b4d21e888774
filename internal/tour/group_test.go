//go:build linux

package tour

import (
	"strings"

	"discussions/internal/sandboxtest"
)

// aGroup: a group is made with a colleague, who comes by herself; she is mentioned by the beginning of her name.
func (w *walk) aGroup() {
	const name = "Staff de nuit"
	sophie := w.org.Sophie()
	n := len(w.org.Received(w.t, sophie.JID))
	w.focus(w.main)
	w.click(w.main, 210, -36) // Nouvelle conversation
	w.p.screen("new")
	w.click(w.main, 210, -36) // Nouveau groupe
	w.p.screen("new group")
	w.write(name)
	w.keys("Return")
	w.write("sophie")
	w.keys("Return")
	w.picture(w.main, "09-new-group")
	w.click(w.main, 210, -36) // Créer le groupe
	w.p.screen("conversation")
	address := w.org.WaitUntil(w.t, sophie.JID, n, func(r sandboxtest.Received) bool { return r.Invites != "" }).Invites
	group := w.window(name)
	w.resize(group, 560, 640)
	w.focus(group)
	w.write("Bonsoir @soph")
	w.p.await("names drawn")
	w.picture(group, "09-mentioning")
	w.keys("Tab")
	w.write("est-ce calme ?")
	w.keys("Return")
	w.org.WaitReceived(w.t, sophie.JID, "Bonsoir @"+sophie.Name+" est-ce calme ?")
	w.picture(group, "09-group")
	w.mentionGetsThrough(group, address)
	w.cardOfAMember(group)
	w.focus(group)
	w.keys("ctrl+w")
}

// invited: a colleague has made a group elsewhere and invites; the answer is given by the keyboard, and the group is there at once. Who is taken
// out of it reads why, and still what was said.
func (w *walk) invited() {
	sophie, claire := w.org.Sophie(), w.org.Claire().JID
	const name = "Garde de samedi"
	group := "samedi" + w.org.Groups[0].JID[strings.IndexByte(w.org.Groups[0].JID, '@'):]
	window := w.window(sophie.Name)
	w.focus(window)
	w.org.MakeGroup(w.t, sophie.JID, group, name)
	mark := w.p.mark()
	w.org.Invite(w.t, sophie.JID, group, claire, "Pour la garde de samedi")
	w.p.next(mark, "message drawn")
	w.picture(window, "09-invitation")
	w.keys("alt+Up", "Return", "Down", "Down", "Down", "Return") // Rejoindre, behind Répondre, Réagir, Épingler
	w.p.next(mark, "list drawn", "shown", everybody+2)           // the group of aGroup, and this one
	w.find(name)
	window = w.window(name)
	w.says(sophie.JID, group, "Bienvenue !")
	mark = w.p.mark()
	w.org.Member(w.t, sophie.JID, group, claire, "admin")
	w.p.next(mark, "message drawn") // a line says so
	w.picture(window, "09-joined")
	mark = w.p.mark()
	w.org.Kick(w.t, sophie.JID, group, claire)
	w.p.next(mark, "message drawn")
	w.picture(window, "09-put-out")
	w.keys("ctrl+w")
}

// mentionGetsThrough: of a group that is muted for good, what mentions the user is notified, and nothing else.
func (w *walk) mentionGetsThrough(group, address string) {
	sophie, claire := w.org.Sophie().JID, w.org.Claire()
	w.keys("F10")
	w.p.screen("window-menu")
	w.keys("Down", "Return") // Mettre en sourdine
	w.picture(group, "09-muting")
	w.keys("Up", "Return") // Toujours, above the choice that mentions get through
	w.focus(w.main)
	w.says(sophie, address, "Tout est calme.")
	w.notes.shown(0)
	mark := w.p.mark()
	w.org.Mention(w.t, sophie, address, claire.JID, claire.Name, "@"+claire.Name+" peux-tu rappeler le 12 ?")
	w.p.next(mark, "message drawn")
	w.notes.shown(1)
	w.picture("", "09-mention-notified")
	w.notes.click()
	w.notes.shown(0)
	w.picture(group, "09-mentioned")
}

// cardOfAMember: from the list of a group's people.
func (w *walk) cardOfAMember(group string) {
	w.focus(group)
	w.click(group, 120, 34)
	w.p.await("members drawn")
	w.keys("Down", "Return") // Sophie, behind oneself
	w.picture(group, "09-member-menu")
	w.keys("Return") // Voir la fiche
	w.p.screen("card")
	w.picture(w.main, "09-member-card")
	w.keys("Escape")
	w.p.screen("list")
}
