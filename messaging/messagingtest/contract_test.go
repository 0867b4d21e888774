package messagingtest

import "testing"

func TestTheFakeKeepsTheContract(t *testing.T) {
	TestClient(t, func(*testing.T) (Subject, Peer) { return NewPeer() })
}
