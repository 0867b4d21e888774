// Package neterror says in words of its own what went wrong on the network. The texts of Go's errors quote what the other side sent: the
// names in a certificate, the first line of an answer, an address.
package neterror

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"syscall"
)

// Describe names the kind of an error, in English, for the log; "other" if the kind is unknown. It quotes nothing.
func Describe(err error) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		roots     x509.SystemRootsError
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		dns       *net.DNSError
		number    syscall.Errno
		slow      net.Error
	)
	switch {
	case errors.As(err, &authority):
		return "certificate of an unknown authority"
	case errors.As(err, &host):
		return "certificate for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "certificate expired, or not valid yet"
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "certificate not valid"
	case errors.As(err, &roots):
		return "no trust store"
	case errors.As(err, &record):
		return "no TLS at the other side"
	case errors.As(err, &alert):
		return alert.Error() // one of a list
	case errors.As(err, &dns) && dns.IsNotFound:
		return "no such host"
	case errors.As(err, &dns):
		return "no answer of the name service"
	case errors.As(err, &number):
		return number.Error()
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return "connection closed"
	}
	return "other"
}

// Quiet is err with the text of [Describe].
func Quiet(err error) error { return quiet{err} }

type quiet struct{ err error }

func (q quiet) Error() string { return Describe(q.err) }
func (q quiet) Unwrap() error { return q.err }
