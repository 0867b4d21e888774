package wiretest

import (
	"context"
	"slices"
	"strings"

	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// Card gives one of Cards, as [Server.VCard] does.
func (w *Server) Card(ctx context.Context, who jid.JID) (xmpp.VCard, error) { return w.VCard(ctx, who) }

// BlockList gives Blocked.
func (w *Server) BlockList(context.Context) ([]jid.JID, error) {
	w.Lock()
	defer w.Unlock()
	if w.NoBlocks {
		return nil, xmpp.ErrNotOffered
	}
	return slices.Clone(w.Blocked), w.connected()
}

// ArchivePrefs gives Prefs.
func (w *Server) ArchivePrefs(context.Context) (xmpp.ArchivePrefs, error) {
	w.Lock()
	defer w.Unlock()
	if w.Prefs == nil {
		return xmpp.ArchivePrefs{}, xmpp.ErrNotOffered
	}
	return *w.Prefs, w.connected()
}

// SetBlocked implements the method of [xmpp.Client]. The server tells this device too.
func (w *Server) SetBlocked(_ context.Context, who jid.JID, on bool) error {
	w.Lock()
	if err := w.connected(); err != nil || w.NoBlocks {
		w.Unlock()
		if w.NoBlocks {
			err = xmpp.ErrNotOffered
		}
		return err
	}
	w.Unlock()
	w.BlockElsewhere(who, on)
	return nil
}

// BlockElsewhere is another device of the account that blocks somebody, or no longer.
func (w *Server) BlockElsewhere(who jid.JID, on bool) {
	w.Lock()
	w.Blocked = slices.DeleteFunc(slices.Clone(w.Blocked), who.Equal)
	if on {
		w.Blocked = append(w.Blocked, who)
	}
	w.Unlock()
	w.Handle(xmpp.BlockListChanged{JIDs: []jid.JID{who}, Blocked: on})
}

// FindInDirectory gives who in Directory has a field that begins with a word.
func (w *Server) FindInDirectory(_ context.Context, word string) (found []xmpp.DirectoryEntry, err error) {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return nil, err
	}
	if w.Directory == nil {
		return nil, xmpp.ErrNotOffered
	}
	for _, e := range w.Directory {
		for _, value := range []string{e.Card.FullName, e.Card.Org, e.Card.Unit, e.Card.Place} { // a directory of ejabberd's own is not searched for jobs
			if strings.HasPrefix(strings.ToLower(value), strings.ToLower(word)) {
				found = append(found, e)
				break
			}
		}
	}
	return found, nil
}
