package store

import "slices"

// change notes that a message is shown otherwise.
func (in *ingest) change(row int64, kind ChangeKind) {
	delete(in.fresh, row)
	old, known := in.changes[row]
	switch {
	case !known:
		in.rows = append(in.rows, row)
		in.changes[row] = kind
	case kind == Removed && old == Added:
		in.changes[row] = Changed // it was never shown, and is not
	case old == Changed || kind == Removed:
		in.changes[row] = kind
	}
}

// collect reads the messages that are shown otherwise, as they are now.
func (in *ingest) collect() error {
	for _, row := range in.rows {
		kind := in.changes[row]
		m, known := in.fresh[row]
		if !known {
			var err error
			if m, known, err = in.message("WHERE m.row = ?1", row); err != nil {
				return err
			}
			if !known {
				continue
			}
		}
		if m.folded != 0 && kind != Removed { // it corrects another message, which has changed
			if _, known = in.changes[m.folded]; known || m.folded < 0 {
				continue
			}
			if err := in.unfold(&m); err != nil {
				return err
			}
			in.changes[m.Row] = Changed
			kind = Changed
		}
		in.result.Changes = append(in.result.Changes, Change{kind, m})
	}
	if err := in.countChanged(); err != nil {
		return err
	}
	for _, c := range in.order {
		if c.touched {
			in.result.Lists = append(in.result.Lists, c.jid)
		}
	}
	slices.Sort(in.result.Delivered)
	in.result.Delivered = slices.Compact(in.result.Delivered)
	var err error
	in.result.Unread, err = in.totalUnread()
	return err
}
