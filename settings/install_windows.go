package settings

import (
	"os"

	"golang.org/x/sys/windows"
)

// Of a folder and a file for everybody: they belong to the administrators, who with SYSTEM may do everything; users may read.
const (
	everybodysFolder = "O:BAG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"
	everybodysFile   = "O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)"
)

func makeFolder(path string, everybody bool) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if !everybody {
		return nil
	}
	return secure(path, everybodysFolder) // somebody else may have made it
}

func makeReadable(path string) error { return secure(path, everybodysFile) }

func secure(path, descriptor string) error {
	sd, err := windows.SecurityDescriptorFromString(descriptor)
	if err != nil {
		return err
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return err
	}
	list, _, err := sd.DACL()
	if err != nil {
		return err
	}
	const what = windows.OWNER_SECURITY_INFORMATION | windows.DACL_SECURITY_INFORMATION | windows.PROTECTED_DACL_SECURITY_INFORMATION
	return windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, what, owner, nil, list, nil)
}
