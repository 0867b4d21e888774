package ui

import (
	"testing"
	"time"

	"discussions/account"
	"discussions/account/accounttest"
)

func TestTheFakeManagerKeepsTheContract(t *testing.T) {
	accounttest.TestManager(t, func(*testing.T) accounttest.World {
		second := paul
		second.State = account.Open
		return accounttest.World{
			Manager: &fakeManager{accounts: []account.Account{claire, second}, codes: map[string]string{claire.ID: accounttest.Code, paul.ID: accounttest.Code}},
			IDs:     [2]string{claire.ID, paul.ID},
			Pass:    func(time.Duration) {},
		}
	})
}
