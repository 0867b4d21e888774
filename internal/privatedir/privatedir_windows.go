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
	if err = mkdir(path, own); err == nil { // closed from its first moment
		return nil
	}
	if info, asked := os.Stat(path); asked != nil || !info.IsDir() {
		return &fs.PathError{Op: "mkdir", Path: path, Err: err}
	}
	if real, err := filepath.EvalSymlinks(path); err == nil { // the folder itself, not the way to it
		path = real
	}
	// What is private already is left alone: an administrator may have made it so, and given the user no right to change it.
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

// closeToOthers gives the folder its access list, which Windows passes on to all that is inside. Who owns a folder can always
// open it again: it becomes the user's where it was a stranger's.
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
		default: // conditions and the like, which nobody puts on a private folder
			return false, nil
		}
	}
	return true, nil
}

// access is who owns the file or folder at path, and its access list.
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
		sid.IsWellKnown(windows.WinCreatorOwnerSid) || sid.IsWellKnown(windows.WinCreatorOwnerRightsSid) // the owner, who is looked at himself
}
