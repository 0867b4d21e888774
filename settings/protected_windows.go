package settings

import (
	"io/fs"
	"unsafe"

	"golang.org/x/sys/windows"
)

// risk says how somebody else than an administrator can change what is at a path.
func risk(path string, _ fs.FileInfo, file bool) error {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return err
	}
	return accessRisk(sd, file)
}

// The rights with which somebody can replace what is at a path: for all, and for a file. Every user may put new files into
// %ProgramData%; that changes none of those which are there.
const (
	fileDeleteChild = 0x40
	replaces        = windows.DELETE | windows.WRITE_DAC | windows.WRITE_OWNER | windows.GENERIC_ALL | fileDeleteChild
	changes         = replaces | windows.GENERIC_WRITE | windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | windows.FILE_WRITE_EA |
		windows.FILE_WRITE_ATTRIBUTES
)

// trustedInstaller is NT SERVICE\TrustedInstaller, which owns what belongs to Windows.
const trustedInstaller = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

func accessRisk(sd *windows.SECURITY_DESCRIPTOR, file bool) error {
	owner, _, err := sd.Owner()
	if err != nil || owner == nil || !isAdministrator(owner) {
		return errOwner
	}
	list, _, err := sd.DACL()
	if err != nil || list == nil { // no list: everybody may do everything
		return errOthers
	}
	bad := windows.ACCESS_MASK(replaces)
	if file {
		bad = changes
	}
	for i := range uint32(list.AceCount) {
		var entry *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &entry); err != nil {
			return err
		}
		switch {
		case entry.Header.AceType == windows.ACCESS_DENIED_ACE_TYPE:
		case entry.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0: // for what will be made inside
		case entry.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE:
			return errOthers // conditional entries and similar ones, which these files do not have
		case entry.Mask&bad == 0:
		case !isAdministrator((*windows.SID)(unsafe.Pointer(&entry.SidStart))):
			return errOthers
		}
	}
	return nil
}

func isAdministrator(sid *windows.SID) bool {
	return sid.IsWellKnown(windows.WinLocalSystemSid) || sid.IsWellKnown(windows.WinBuiltinAdministratorsSid) ||
		sid.IsWellKnown(windows.WinCreatorOwnerRightsSid) || // stands for the owner, who is checked separately
		sid.String() == trustedInstaller
}
