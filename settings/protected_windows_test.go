package settings

import (
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/sys/windows"
)

// The access lists in their own language (SDDL). BA: administrators, SY: system, BU: users, WD: everybody, AU: who has logged in, CO: the
// owner of what will be made.
func TestWhoCanChangeAFileByItsAccessList(t *testing.T) {
	const user = "S-1-5-21-1-2-3-1001"
	for name, c := range map[string]struct {
		sddl string
		file bool
		want error
	}{
		"an administrator's":             {"O:BAG:BAD:(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)", true, nil},
		"the system's":                   {"O:SYG:SYD:(A;;FA;;;SY)", true, nil},
		"the installer's":                {"O:" + trustedInstaller + "G:SYD:(A;;FA;;;" + trustedInstaller + ")(A;;0x1200a9;;;BU)", true, nil},
		"a user's":                       {"O:" + user + "G:BUD:(A;;FA;;;BA)", true, errOwner},
		"no list":                        {"O:BAG:BA", true, errOthers},
		"an empty list":                  {"O:BAG:BAD:", true, nil},
		"users may write":                {"O:BAG:BAD:(A;;FA;;;BA)(A;;0x2;;;BU)", true, errOthers},
		"everybody may append":           {"O:BAG:BAD:(A;;0x4;;;WD)", true, errOthers},
		"a user may delete":              {"O:BAG:BAD:(A;;SD;;;" + user + ")", true, errOthers},
		"a user may change the list":     {"O:BAG:BAD:(A;;WD;;;" + user + ")", true, errOthers},
		"a user may take it":             {"O:BAG:BAD:(A;;WO;;;" + user + ")", true, errOthers},
		"who has logged in may all":      {"O:BAG:BAD:(A;;GA;;;AU)", true, errOthers},
		"the rights of its owner":        {"O:BAG:BAD:(A;;FA;;;OW)", true, nil},
		"a refusal":                      {"O:BAG:BAD:(D;;FA;;;BU)(A;;FA;;;BA)", true, nil},
		"for what will be made inside":   {"O:BAG:BAD:(A;OICIIO;FA;;;CO)(A;;FA;;;BA)", false, nil},
		"users may put files into it":    {"O:SYG:SYD:(A;OICI;FA;;;SY)(A;CI;0x116;;;BU)(A;OICI;0x1200a9;;;BU)", false, nil}, // %ProgramData%
		"users may delete what is in it": {"O:SYG:SYD:(A;;0x40;;;BU)", false, errOthers},
		"a folder of a user":             {"O:" + user + "G:BUD:(A;;FA;;;SY)", false, errOwner},
	} {
		sd, err := windows.SecurityDescriptorFromString(c.sddl)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := accessRisk(sd, c.file); !errors.Is(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAFileOfTheUserIsNotProtected(t *testing.T) {
	if err := protect(filepath.Join(t.TempDir())); err == nil {
		t.Error("a user's folder counts as the administrators'")
	}
}
