package atomicfile

// syncDir does nothing: NTFS keeps renames in its journal, and Windows cannot flush a folder.
func syncDir(string) error { return nil }
