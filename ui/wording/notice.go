package wording

import (
	"discussions/internal/i18n"
	"discussions/messaging"
)

// Notice is what happened in a group, on one line.
func Notice(n messaging.Notice) string {
	who := Name(n.Who)
	switch n.Kind {
	case messaging.Renamed:
		return told([3]string{"group.renamed", "group.renamed.by", "group.renamed.byMe"}, n, "Text", Line(n.Text))
	case messaging.NewSubject:
		if Line(n.Text) == "" {
			return i18n.T("group.subject.none")
		}
		return told([3]string{"group.subject", "group.subject.by", "group.subject.byMe"}, n, "Text", Line(n.Text))
	case messaging.Established:
		return i18n.T("group.established")
	}
	if who == "" {
		return Line(n.Text)
	}
	switch n.Kind {
	case messaging.Joined:
		return i18n.T("group.joined", "Name", who)
	case messaging.Left:
		return ofMe("group.left", "group.left.me", who, n.Me)
	case messaging.Added:
		if n.Me {
			return told([3]string{"group.added.me", "group.added.me.by", "group.added.me"}, n)
		}
		return told([3]string{"group.added", "group.added.by", "group.added.byMe"}, n, "Name", who)
	case messaging.Removed:
		if n.Me {
			return told([3]string{"group.removed.me", "group.removed.me.by", "group.removed.me"}, n)
		}
		return told([3]string{"group.removed", "group.removed.by", "group.removed.byMe"}, n, "Name", who)
	case messaging.Barred:
		return ofMe("group.barred", "group.barred.me", who, n.Me)
	case messaging.Promoted:
		return ofMe("group.promoted", "group.promoted.me", who, n.Me)
	case messaging.Demoted:
		return ofMe("group.demoted", "group.demoted.me", who, n.Me)
	case messaging.TookOver:
		return ofMe("group.tookOver", "group.tookOver.me", who, n.Me)
	case messaging.TurnedDown:
		return i18n.T("group.declined", "Name", who)
	}
	return Line(n.Text)
}

// told says what happened with the first of three texts; with the second where it is known who did it, with the third where the user did.
func told(keys [3]string, n messaging.Notice, values ...any) string {
	by := Name(n.By)
	switch {
	case n.ByMe:
		return i18n.T(keys[2], values...)
	case by != "":
		return i18n.T(keys[1], append(values, "By", by)...)
	}
	return i18n.T(keys[0], values...)
}

// ofMe says what happened to somebody, or to the user.
func ofMe(key, mine, who string, me bool) string {
	if me {
		return i18n.T(mine)
	}
	return i18n.T(key, "Name", who)
}

// Invitation is an invitation to a group on one line.
func Invitation(m messaging.Message, c messaging.Invitation) string {
	name := Name(m.Author)
	switch {
	case m.Own:
		return i18n.T("group.invitation.sent")
	case c.Claims:
		return i18n.T("group.invitation.claims", "Name", name)
	}
	return i18n.T("group.invitation", "Name", name)
}

// Role is what somebody is in a group, "" for a plain member.
func Role(r messaging.Role) string {
	switch r {
	case messaging.Owner:
		return i18n.T("group.role.owner")
	case messaging.Organiser:
		return i18n.T("group.role.moderator")
	}
	return ""
}
