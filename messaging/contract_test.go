package messaging_test

import (
	"testing"

	"discussions/messaging"
	"discussions/messaging/messagingtest"
)

func TestTheClientKeepsItsContract(t *testing.T) {
	messagingtest.TestClient(t, func(t *testing.T) (messagingtest.Subject, messagingtest.Peer) {
		return messaging.NewScripted(t)
	})
}
