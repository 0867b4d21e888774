package account

import (
	"context"
	"strings"
	"testing"

	"discussions/account/vault"
)

func TestADrawerInTheRealKeyring(t *testing.T) {
	keyring := needKeyring(t)
	l := newLab(t)
	l.quit()
	o := l.options()
	o.Keyring = keyring
	m, err := OpenProfile(context.Background(), o)
	must(t, err)
	l.Manager = m
	id := l.add(claire)
	t.Cleanup(func() { _ = keyring.Delete(vault.Service, id) })
	record, err := keyring.Get(vault.Service, id)
	if err != nil || len(record) >= 2300 || strings.Contains(record, "canary") {
		t.Errorf("record of %d characters, %v", len(record), err)
	}
	l.quit()

	o.Keyring = &SystemKeyring{}
	if l.Manager, err = OpenProfile(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	want(t, l.unlock(id, wrong), ErrWrongCode)
	must(t, l.unlock(id, code))
	must(t, l.ChangeCode(context.Background(), id, code, code2))
	must(t, l.LogOut(id))
	want(t, l.unlock(id, code), ErrWrongCode)
	must(t, l.unlock(id, code2))
	_, err = l.Remove(context.Background(), id)
	must(t, err)
	_, err = keyring.Get(vault.Service, id)
	want(t, err, ErrNoRecord)
	want(t, keyring.Delete(vault.Service, id), ErrNoRecord)
}
