package auth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"discussions/internal/neterror"
)

// Errors for errors.Is. Their text never contains what the provider or a browser sent: no body, token, code or URL with
// parameters.
var (
	// ErrUnreachable: the provider did not answer (no network, unknown host, connection refused, timeout).
	ErrUnreachable = errors.New("provider not reachable")
	// ErrCertificate: the provider's certificate is not trusted by this computer.
	ErrCertificate = errors.New("provider certificate not trusted")
	// ErrPortal: the network wants a login in the browser first (a captive portal). It comes with one of the two above.
	ErrPortal = errors.New("captive portal")
	// ErrProvider: the provider's answer is wrong or unusable.
	ErrProvider = errors.New("provider failed")
	// ErrNoPKCE: the provider does not offer PKCE with S256 (RFC 7636), which every login needs.
	ErrNoPKCE = errors.New("provider without PKCE S256")
	// ErrDenied: the user or the provider refused the login.
	ErrDenied = errors.New("login denied")
	// ErrCancelled: [Login.Cancel] or [Source.Close] was called, another login was started, or the caller's context ended.
	ErrCancelled = errors.New("cancelled")
	// ErrTimeout: the login in the browser was not finished in time.
	ErrTimeout = errors.New("login not finished in time")
	// ErrLoginNeeded: the refresh token was refused, is missing, or may have been used already. Only a full login helps.
	ErrLoginNeeded = errors.New("full login needed")
	// ErrClock: this computer's clock and the provider's differ by more than five minutes; errors.As finds a [*ClockError].
	ErrClock = errors.New("clock differs from the provider's")
	// ErrUntrusted: an answer failed a check (signature, issuer, audience, nonce, subject).
	ErrUntrusted = errors.New("provider answer not trusted")
	// ErrNoJID: the provider does not give the user's JID.
	ErrNoJID = errors.New("no message address in the identity")
	// ErrBrowser: no browser could be opened.
	ErrBrowser = errors.New("browser not opened")
)

// tolerance is the largest accepted difference between two clocks.
const tolerance = 5 * time.Minute

// ClockError is the difference between the two clocks. It wraps [ErrClock].
type ClockError struct {
	// Difference is this computer's clock minus the provider's: positive when this computer is ahead. If it was derived
	// from a certificate that is not valid yet, it is the smallest possible difference.
	Difference time.Duration
}

func (e *ClockError) Error() string {
	return fmt.Sprintf("%v by %v", ErrClock, e.Difference.Round(time.Second))
}

// Unwrap makes errors.Is(err, ErrClock) true.
func (e *ClockError) Unwrap() error { return ErrClock }

// clockError is nil for a difference within the tolerance.
func clockError(difference time.Duration) error {
	if difference.Abs() <= tolerance {
		return nil
	}
	return &ClockError{Difference: difference}
}

var errTooLarge = errors.New("answer too large")

// requestError wraps an error of the HTTP client in its sentinel. It keeps only safe parts of the text, because the client's
// own text can quote the URL and the first line of an answer.
func requestError(doing string, err error, now time.Time) error {
	var early x509.CertificateInvalidError
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", doing, ErrCancelled)
	case errors.Is(err, errTooLarge):
		return fmt.Errorf("%s: %w: %w", doing, ErrProvider, errTooLarge)
	case errors.As(err, &early) && early.Reason == x509.Expired && early.Cert != nil && early.Cert.NotBefore.Sub(now) > tolerance:
		// The certificate is not valid yet, so this computer's clock is behind.
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

// safeDetail is ": " and what of a transport error is safe to log, or "".
func safeDetail(err error) string {
	if what := neterror.Describe(err); what != "other" {
		return ": " + what
	}
	return ""
}

// registeredCode returns an OAuth error code if it is a registered one. Any other text is untrusted and is not passed on.
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
