//go:build linux

package tour

import (
	"slices"
	"strings"

	"mellium.im/xmpp/jid"

	"discussions/internal/picture"
	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
)

// aGroup: a group is made with a colleague, who comes by herself; she is mentioned by the beginning of her name.
func (w *walk) aGroup() {
	sophie := w.org.Sophie()
	group, address := w.makesAGroup("Staff de nuit", func() {
		w.p.await("colours drawn")
		w.keys("Tab", "Right", "Right", "Right", "Right", "Right", "Tab") // blue
	})
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
	w.changesTheGroup(group, address)
	w.keys("ctrl+w")
}

// makesAGroup with Sophie, and returns its window and its address. colour is what is done between name and people.
func (w *walk) makesAGroup(name string, colour func()) (group, address string) {
	sophie := w.org.Sophie()
	n := len(w.org.Received(w.t, sophie.JID))
	w.focus(w.main)
	w.click(w.main, 210, -36) // Nouvelle conversation
	w.p.screen("new")
	w.click(w.main, 210, -36) // Nouveau groupe
	w.p.screen("new group")
	w.write(name)
	colour()
	w.write("sophie")
	w.keys("Return")
	w.picture(w.main, "09-new-group")
	w.click(w.main, 210, -36) // Créer le groupe
	w.p.screen("conversation")
	address = w.org.WaitUntil(w.t, sophie.JID, n, func(r sandboxtest.Received) bool { return r.Invites != "" }).Invites
	group = w.window(name)
	w.resize(group, 560, 640)
	w.focus(group)
	return group, address
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
	w.keys("Down", "Down", "Return") // Toujours
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

// changesTheGroup: its other member is made a moderator, it gets another name, and is handed over; another device of the member sees each.
func (w *walk) changesTheGroup(group, address string) {
	const name = "Staff de la nuit"
	sophie, room := w.org.Sophie().JID, jid.MustParse(address)
	other := w.org.Wire(w.t, sophie, nil)
	is := func(affiliation string) func() bool {
		return func() bool {
			list, _, err := other.Affiliations(w.t.Context(), room) // refused to who is a plain member
			return err == nil && slices.ContainsFunc(list, func(a xmpp.Affiliate) bool { return a.JID.String() == sophie && a.Affiliation == affiliation })
		}
	}
	w.focus(group)
	mark := w.p.mark()
	w.click(group, 120, 34)
	w.p.next(mark, "members drawn", "leading", 1)
	w.keys("Down", "Return", "Down", "Return") // Sophie, Confier la modération
	w.p.next(mark, "members drawn", "leading", 2)
	w.until("Sophie to be a moderator", is("admin"))
	w.picture(group, "09-member-moderates")

	w.until("the colour", func() bool {
		data, err := other.RoomPicture(w.t.Context(), room)
		if err != nil {
			return false
		}
		a, err := picture.NewDecoder().ReadAvatar(w.t.Context(), data)
		return err == nil && a.Colour == picture.AvatarColours()[4]
	})
	w.keys("Tab", "Tab", "Return") // behind the list, Ajouter des membres and Renommer le groupe
	w.picture(group, "09-renaming")
	w.write(name)
	w.keys("Return")
	w.until("the new name", func() bool {
		info, err := other.RoomInfo(w.t.Context(), room)
		return err == nil && info.Name == name
	})
	w.window(name)

	w.keys("Down", "Return", "Down", "Down", "Return") // Sophie, Confier le groupe
	w.picture(group, "09-handing-over")
	mark = w.p.mark()
	w.keys("shift+Tab", "Return")
	w.until("Sophie to have the group", is("owner"))
	w.p.next(mark, "members drawn", "own", "admin")
	w.picture(group, "09-handed-over")
	w.keys("Escape")
	w.picture(group, "09-group-changed")
}
