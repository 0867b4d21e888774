package auth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// What can go wrong, for errors.Is. Nothing that the provider or a browser sent is ever part of an error's text: no body, no
// token, no code, no URL with parameters.
var (
	// ErrUnreachable: no answer from the provider: no network, no such host, nobody listening, no answer in time.
	ErrUnreachable = errors.New("provider not reachable")
	// ErrCertificate: the provider's certificate is not trusted by this computer.
	ErrCertificate = errors.New("provider certificate not trusted")
	// ErrProvider: the provider answered something that is wrong or unusable.
	ErrProvider = errors.New("provider failed")
	// ErrNoPKCE: the provider does not offer PKCE with S256 (RFC 7636), without which no login is started.
	ErrNoPKCE = errors.New("provider without PKCE S256")
	// ErrDenied: the person, or the provider for them, refused the login.
	ErrDenied = errors.New("login denied")
	// ErrCancelled: [Login.Cancel] or [Source.Close] was called, another login was started, or the caller's context ended.
	ErrCancelled = errors.New("cancelled")
	// ErrTimeout: nobody finished the login in the browser in time.
	ErrTimeout = errors.New("login not finished in time")
	// ErrLoginNeeded: the refresh token is refused, missing, or may have been used already: only a full login helps.
	ErrLoginNeeded = errors.New("full login needed")
	// ErrClock: this computer's clock and the provider's differ by more than five minutes; errors.As finds a [*ClockError].
	ErrClock = errors.New("clock differs from the provider's")
	// ErrUntrusted: an answer failed a check (signature, issuer, audience, nonce, subject): it is not for this login.
	ErrUntrusted = errors.New("provider answer not trusted")
	// ErrNoJID: the provider does not say the person's address for messages.
	ErrNoJID = errors.New("no message address in the identity")
	// ErrBrowser: no browser could be opened.
	ErrBrowser = errors.New("browser not opened")
)

// tolerance is how far two clocks may differ.
const tolerance = 5 * time.Minute

// ClockError says by how much the clocks differ. It wraps [ErrClock].
type ClockError struct {
	// Difference is this computer's clock minus the provider's: positive when this computer is ahead. Where only a
	// certificate that is not valid yet told it, it is the least difference that explains it.
	Difference time.Duration
}

func (e *ClockError) Error() string {
	return fmt.Sprintf("%v by %v", ErrClock, e.Difference.Round(time.Second))
}

// Unwrap makes errors.Is(err, ErrClock) true.
func (e *ClockError) Unwrap() error { return ErrClock }

// clockError is nil for a difference that is tolerated.
func clockError(difference time.Duration) error {
	if difference.Abs() <= tolerance {
		return nil
	}
	return &ClockError{Difference: difference}
}

var errTooLarge = errors.New("answer too large")

// failed gives an error of the HTTP client its sentinel, and of its text only what is known to be harmless: the client's
// own text can quote the URL and the first line of an answer.
func requestError(doing string, err error, now time.Time) error {
	var early x509.CertificateInvalidError
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", doing, ErrCancelled)
	case errors.Is(err, errTooLarge):
		return fmt.Errorf("%s: %w: %w", doing, ErrProvider, errTooLarge)
	case errors.As(err, &early) && early.Reason == x509.Expired && early.Cert != nil && early.Cert.NotBefore.Sub(now) > tolerance:
		// A certificate from the future: this clock is behind, as with an empty battery on the main board.
		return fmt.Errorf("%s: %w", doing, &ClockError{Difference: now.Sub(early.Cert.NotBefore)})
	case certificateProblem(err):
		return fmt.Errorf("%s: %w%s", doing, ErrCertificate, safeDetail(err))
	}
	return fmt.Errorf("%s: %w%s", doing, ErrUnreachable, safeDetail(err))
}

func certificateProblem(err error) bool {
	var (
		verify    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		roots     x509.SystemRootsError
	)
	return errors.As(err, &verify) || errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid) || errors.As(err, &roots)
}

// harmless is the part of a transport error that may be shown, with a colon before it, or nothing.
func safeDetail(err error) string {
	var (
		verify *tls.CertificateVerificationError
		op     *net.OpError
		dns    *net.DNSError
		slow   net.Error
	)
	switch {
	case errors.As(err, &verify):
		return ": " + verify.Error()
	case errors.As(err, &op):
		return ": " + op.Error()
	case errors.As(err, &dns):
		return ": " + dns.Error()
	case errors.As(err, &slow) && slow.Timeout():
		return ": no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ": connection closed"
	}
	return ""
}

// known returns an OAuth error code when it is one of the registered ones: anything else is text of a stranger.
func registeredCode(code string) string {
	switch code {
	case "access_denied", "account_selection_required", "consent_required", "interaction_required", "invalid_client",
		"invalid_grant", "invalid_request", "invalid_request_object", "invalid_request_uri", "invalid_scope", "login_required",
		"registration_not_supported", "request_not_supported", "request_uri_not_supported", "server_error",
		"temporarily_unavailable", "unauthorized_client", "unsupported_grant_type", "unsupported_response_type",
		"unsupported_token_type":
		return code
	}
	return "an unregistered error code"
}
