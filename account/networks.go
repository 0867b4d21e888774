package account

import (
	"fmt"
	"net/http"
	"sync"

	"discussions/account/vault"
	"discussions/settings"
)

// networks are the known ways to reach servers (certificates and proxy), by their fingerprint: that of the deployment file, and those
// that drawers have sealed. A site is reached only by its own.
type networks struct {
	mu    sync.Mutex
	known map[string]way
}

type way struct {
	network   settings.Network
	transport *http.Transport
}

// plain is the fingerprint of a network without certificates or a proxy of an organisation.
var plain = settings.Network{}.Fingerprint()

// newNetworks makes the plain network and that of the deployment file, whose fingerprint it returns.
func newNetworks(n settings.Network) (*networks, string, error) {
	n, err := n.Read()
	if err != nil {
		return nil, "", err
	}
	ways := &networks{known: map[string]way{}}
	if err := ways.add(settings.Network{}); err != nil {
		return nil, "", err
	}
	return ways, n.Fingerprint(), ways.add(n)
}

func (w *networks) add(n settings.Network) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := n.Fingerprint()
	if _, here := w.known[name]; here {
		return nil
	}
	transport, err := n.Transport()
	if err == nil {
		w.known[name] = way{n, transport}
	}
	return err
}

func (w *networks) of(name string) way {
	w.mu.Lock()
	defer w.mu.Unlock()
	if found, here := w.known[name]; here {
		return found
	}
	return w.known[plain]
}

func (w *networks) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, way := range w.known {
		way.transport.CloseIdleConnections()
	}
}

// sealedNetwork is a network in the sealed copy of a drawer.
type sealedNetwork struct {
	CA    []byte `json:"ca,omitempty"`
	Proxy string `json:"proxy,omitempty"`
}

// maxSealedCA is the largest size of sealed certificates, in bytes. A network with longer ones is known only while the deployment file
// names it.
const maxSealedCA = 512 << 10

// seal returns the network with that fingerprint for the sealed copy; nil if there is nothing to seal.
func (w *networks) seal(name string) *sealedNetwork {
	n := w.of(name).network
	if n.Fingerprint() != name || name == plain || len(n.CA) > maxSealedCA {
		return nil
	}
	return &sealedNetwork{n.CA, n.Proxy}
}

// unseal adds the network of a sealed copy.
func (w *networks) unseal(name string, s *sealedNetwork) error {
	if s == nil {
		return nil
	}
	n := settings.Network{CA: s.CA, Proxy: s.Proxy}
	if n.Fingerprint() != name {
		return fmt.Errorf("another network than its site's: %w", vault.ErrDamaged)
	}
	return w.add(n)
}
