package vault

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"

	"discussions/internal/secret"
)

// The uses of a data key. Each has its own key, so that a locked account can keep the one for its tokens, and with it
// its connection, while the one for its messages is gone.
const (
	useTokens  = "discussions tokens v1"
	useCache   = "discussions cache v1"
	useWindows = "discussions windows v1"
	useName    = "discussions key name v1"
)

// TokensKey seals the tokens of the account whose data key is given.
func TokensKey(data secret.Key) secret.Key { return subKey(data, useTokens) }

// CacheKey encrypts the messages, drafts and outbox.
func CacheKey(data secret.Key) secret.Key { return subKey(data, useCache) }

// WindowsKey seals the places of the account's windows.
func WindowsKey(data secret.Key) secret.Key { return subKey(data, useWindows) }

// KeyName names a data key, in 16 hexadecimal digits, without telling anything about it.
func KeyName(data secret.Key) string {
	k := subKey(data, useName)
	defer k.Wipe()
	b := k.Bytes()
	defer clear(b)
	return hex.EncodeToString(b[:8])
}

func subKey(data secret.Key, use string) secret.Key {
	b := data.Bytes()
	defer clear(b)
	// The data key is uniform already: only the expansion of HKDF is needed (RFC 5869, section 3.3).
	k, err := hkdf.Expand(sha256.New, b, use, secret.KeySize)
	if err != nil {
		panic("vault: " + err.Error()) // only for a longer output than SHA-256 can give
	}
	defer clear(k)
	return secret.NewKey(k)
}
