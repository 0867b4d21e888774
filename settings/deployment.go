package settings

import "time"

// Deployment is the content of discussions.toml: the organisation's decisions.
type Deployment struct {
	Path         string // absolute path of the file
	Organisation Organisation
	Login        Login
	Network      Network
	Policy       Policy
	Updates      Updates

	Protected bool         // only administrators can change the file
	Ignored   []*FileError // files for all users that were not used, as others can change them
}

// Organisation names the organisation and its message server.
type Organisation struct {
	Name      string // shown to the user
	Domain    string // of the JIDs
	WebSocket string // wss URL of the server; empty: discovered from Domain (XEP-0156)
}

// Login describes the OpenID provider that identifies the users.
type Login struct {
	Issuer   string // OpenID Connect issuer
	ClientID string
	JIDClaim string   // the claim of the ID token that holds the JID
	Methods  []Method // one button each; empty: a single button
}

// Method is one of the ways to log in that the provider offers.
type Method struct {
	Name string            // on the button
	Hint map[string]string // parameters added to the authorization request
}

// Policy limits the users' settings.
type Policy struct {
	LogoutRemoves       bool          // logging out removes the account from this computer
	LockAfter           time.Duration // longest idle time before an account locks; 0: no limit
	CodeLifetime        time.Duration // time after which a full login is needed again; 0: never
	NotificationContent Content       // the most that a notification may show
	SessionEnd          SessionEnd    // what happens to the accounts when the operating system's session ends
	RemoveWithoutCode   time.Duration // the delay until an account is erased that was removed without its code; 0: none
	EditWithin          time.Duration // how long users can correct what they wrote; 0: not at all
	NoExport            bool          // conversations are not written into files
	Files               Files         // policy.files
}

// Updates says how the program learns of newer versions.
type Updates struct {
	URL string // of the publisher's notice; "": it does not look
}

// Strictest is what both policies allow.
func (p Policy) Strictest(other Policy) Policy {
	shorter := func(a, b time.Duration) time.Duration { // 0: no limit
		if a <= 0 || b > 0 && b < a {
			return b
		}
		return a
	}
	p.LogoutRemoves = p.LogoutRemoves || other.LogoutRemoves
	p.LockAfter = shorter(p.LockAfter, other.LockAfter)
	p.CodeLifetime = shorter(p.CodeLifetime, other.CodeLifetime)
	p.NotificationContent = p.NotificationContent.AtMost(other.NotificationContent)
	if other.SessionEnd == SessionEndLogout {
		p.SessionEnd = SessionEndLogout
	}
	p.EditWithin = min(p.EditWithin, other.EditWithin)
	p.NoExport = p.NoExport || other.NoExport
	p.Files = p.Files.Strictest(other.Files)
	p.RemoveWithoutCode = max(p.RemoveWithoutCode, other.RemoveWithoutCode)
	return p
}

// SessionEnd is what happens to the accounts when the operating system's session ends or the computer shuts down.
type SessionEnd string

const (
	SessionEndKeep   SessionEnd = "keep"   // the code opens them again, as after every exit
	SessionEndLogout SessionEnd = "logout" // all are logged out, and removed if LogoutRemoves is set
)

// The defaults for absent keys of the deployment file.
const (
	DefaultJIDClaim     = "jid"
	DefaultLockAfter    = 5 * time.Minute
	DefaultCodeLifetime = 30 * 24 * time.Hour
	DefaultContent      = ContentName
	DefaultSessionEnd   = SessionEndKeep
	DefaultEditWithin   = 24 * time.Hour

	DefaultFileMB  = 50
	DefaultCacheMB = 500

	DefaultRemoveWithoutCode = 7 * 24 * time.Hour
)

// Content is how much the notifications of this person show.
func (p Policy) Content(who Person) Content { return who.Content.AtMost(p.NotificationContent) }

// Lock is the idle time after which this user's accounts lock; 0: never.
func (p Policy) Lock(u User) time.Duration {
	switch {
	case u.LockAfter <= 0:
		return p.LockAfter
	case p.LockAfter <= 0:
		return u.LockAfter
	}
	return min(u.LockAfter, p.LockAfter)
}
