package account_test

import (
	"testing"

	"discussions/account"
	"discussions/account/accounttest"
)

func TestTheManagerKeepsItsContract(t *testing.T) {
	accounttest.TestManager(t, func(t *testing.T) (w accounttest.World) {
		w.Manager, w.IDs, w.Pass = account.NewTestManager(t)
		return w
	})
}
