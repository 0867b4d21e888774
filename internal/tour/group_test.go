//go:build linux

package tour

import "discussions/internal/sandboxtest"

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
	w.org.WaitUntil(w.t, sophie.JID, n, func(r sandboxtest.Received) bool { return r.Invites != "" })
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
	w.keys("ctrl+w")
}
