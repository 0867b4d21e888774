// The files of the pasteboard as a list of addresses, one a line; NULL for none. The caller frees it.
char *discussionsPasteboardFiles(void);

// The picture of the pasteboard as PNG or JPEG; NULL for none, or for one of more than most bytes, of which size tells. The caller frees it.
void *discussionsPasteboardPicture(long most, long *size);
