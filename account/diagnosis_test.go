package account

import (
	"fmt"
	"strings"
	"testing"
)

func TestADiagnosisTellsStatesAndNamesNobody(t *testing.T) {
	l := newLab(t)
	l.add(claire)
	sealed := l.add(paul)
	must(t, l.LogOut(sealed))
	list := l.Diagnoses()
	if len(list) != 2 || list[0].Account != Sealed || list[1].Account != Open || list[0].Bytes == 0 || list[1].Bytes == 0 {
		t.Errorf("%+v", list)
	}
	told := fmt.Sprintf("%+v", list)
	for _, p := range []person{{JID: claire.JID, Name: claire.Name, Mail: claire.Mail}, {JID: paul.JID, Name: paul.Name, Mail: paul.Mail}} {
		for _, secret := range []string{p.JID, p.Name, p.Mail} {
			if secret != "" && strings.Contains(told, secret) {
				t.Errorf("%q is told", secret)
			}
		}
	}
}
