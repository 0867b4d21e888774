package settings

import "time"

// Deployment is what the organisation decided: the contents of discussions.toml.
type Deployment struct {
	Path         string // the file it was read from, absolute
	Organisation Organisation
	Login        Login
	Network      Network
	Policy       Policy
}

// Organisation says whose messages these are and where they are served.
type Organisation struct {
	Name      string // as the user reads it
	Domain    string // of the messaging addresses
	WebSocket string // wss address of the server; empty: found from Domain (XEP-0156)
}

// Login says who vouches for the users.
type Login struct {
	Issuer   string // OpenID Connect issuer
	ClientID string
	JIDClaim string   // the claim of the ID token that holds the messaging address
	Methods  []Method // a button each; empty: one button
}

// Method is one way to log in that the provider offers.
type Method struct {
	Name string            // on the button
	Hint map[string]string // parameters added to the authorization request
}

// Policy is what no user's setting overrides.
type Policy struct {
	LogoutRemoves       bool          // logging out removes the account from this computer
	LockAfter           time.Duration // an account locks after this much idle time at the latest; 0: only if the user wants it
	CodeLifetime        time.Duration // a full login is needed this long after the last one; 0: never
	NotificationContent Content       // the most that a notification may show
	SessionEnd          SessionEnd    // what becomes of the accounts when the operating system's session ends
}

// SessionEnd says what becomes of the accounts when the operating system's session ends, or the computer is shut down.
type SessionEnd string

const (
	SessionEndKeep   SessionEnd = "keep"   // as at each end of the program: the code opens them again
	SessionEndLogout SessionEnd = "logout" // all are logged out, and removed where logging out removes
)

// What holds where the deployment file says nothing.
const (
	DefaultJIDClaim     = "jid"
	DefaultLockAfter    = 5 * time.Minute
	DefaultCodeLifetime = 30 * 24 * time.Hour
	DefaultContent      = ContentName
	DefaultSessionEnd   = SessionEndKeep
)

// Content is how much notifications show to this user.
func (p Policy) Content(u User) Content { return u.Content.AtMost(p.NotificationContent) }

// Lock is the idle time after which this user's accounts lock; 0: they do not.
func (p Policy) Lock(u User) time.Duration {
	switch {
	case u.LockAfter <= 0:
		return p.LockAfter
	case p.LockAfter <= 0:
		return u.LockAfter
	}
	return min(u.LockAfter, p.LockAfter)
}
