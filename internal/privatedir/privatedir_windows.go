package privatedir

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

func makePrivate(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	user, err := currentUser()
	if err != nil {
		return err
	}
	own, err := ownOnly(user)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err = mkdir(path, own); err == nil { // never open to others
		return nil
	}
	if info, asked := os.Stat(path); asked != nil || !info.IsDir() {
		return &fs.PathError{Op: "mkdir", Path: path, Err: err}
	}
	if real, err := filepath.EvalSymlinks(path); err == nil { // a link is not the folder
		path = real
	}
	// A private folder is left alone: an administrator may have made it so, without giving the user the right to change it.
	if private, err := isPrivate(path); err != nil || private {
		return err
	}
	if err := closeToOthers(path, own, user); err != nil {
		return fmt.Errorf("%w: %w", ErrOthers, err)
	}
	return nil
}

// ownOnly is the access list of Make. P: nothing is inherited from the folder above; OICI: files and folders inside inherit it.
func ownOnly(user *windows.SID) (*windows.SECURITY_DESCRIPTOR, error) {
	return windows.SecurityDescriptorFromString("D:P(A;OICI;FA;;;" + user.String() + ")(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)")
}

func mkdir(path string, sd *windows.SECURITY_DESCRIPTOR) error {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	attributes := windows.SecurityAttributes{SecurityDescriptor: sd}
	attributes.Length = uint32(unsafe.Sizeof(attributes))
	return windows.CreateDirectory(name, &attributes)
}

// closeToOthers sets the access list of the folder, which everything inside inherits. It also makes the user the owner, since an
// owner can always open the folder again.
func closeToOthers(path string, sd *windows.SECURITY_DESCRIPTOR, user *windows.SID) error {
	list, _, err := sd.DACL()
	if err != nil {
		return err
	}
	owner, _, err := access(path)
	if err != nil {
		return err
	}
	var what windows.SECURITY_INFORMATION = windows.DACL_SECURITY_INFORMATION | windows.PROTECTED_DACL_SECURITY_INFORMATION
	var heir *windows.SID
	if !trusted(owner, user) {
		what |= windows.OWNER_SECURITY_INFORMATION
		heir = user
	}
	return windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, what, heir, nil, list, nil)
}

func isPrivate(path string) (bool, error) {
	user, err := currentUser()
	if err != nil {
		return false, err
	}
	owner, list, err := access(path)
	if err != nil || !trusted(owner, user) || list == nil { // no list: open to all
		return false, err
	}
	for i := range uint32(list.AceCount) {
		var entry *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &entry); err != nil {
			return false, err
		}
		switch entry.Header.AceType {
		case windows.ACCESS_DENIED_ACE_TYPE:
		case windows.ACCESS_ALLOWED_ACE_TYPE:
			if !trusted((*windows.SID)(unsafe.Pointer(&entry.SidStart)), user) {
				return false, nil
			}
		default: // conditional entries and such, which a private folder does not have
			return false, nil
		}
	}
	return true, nil
}

// access returns the owner and the access list of the file or folder at path.
func access(path string) (owner *windows.SID, list *windows.ACL, err error) {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return nil, nil, err
	}
	if owner, _, err = sd.Owner(); err != nil {
		return nil, nil, err
	}
	list, _, err = sd.DACL()
	return owner, list, err
}

func currentUser() (*windows.SID, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	return user.User.Sid, nil
}

func trusted(sid, user *windows.SID) bool {
	return sid.Equals(user) || sid.IsWellKnown(windows.WinLocalSystemSid) || sid.IsWellKnown(windows.WinBuiltinAdministratorsSid) ||
		sid.IsWellKnown(windows.WinCreatorOwnerSid) || sid.IsWellKnown(windows.WinCreatorOwnerRightsSid) // stand for the owner, who is checked separately
}
