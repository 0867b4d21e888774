package wording

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/textlayout"
)

// FileName is a file's name in two parts, so that a long one is shortened without hiding what kind of file it is.
type FileName struct {
	base, extension string // the extension with its dot
}

// FileNameOf is the name of a file, from its address where the sender gave none.
func FileNameOf(f messaging.File) FileName {
	name := baseName(strings.ReplaceAll(f.Name, `\`, "/"))
	if u, err := url.Parse(f.URL); name == "" && err == nil {
		name = baseName(u.Path)
	}
	extension := path.Ext(name)
	if len(extension) > 8 || extension == name {
		extension = ""
	}
	base := Name(strings.TrimSuffix(name, extension))
	if base == "" {
		return FileName{base: i18n.T("attachment.file")}
	}
	return FileName{base, Name(extension)}
}

// baseName is the last part of a path, "" where there is none.
func baseName(p string) string {
	if base := path.Base(p); base != "." && base != "/" {
		return base
	}
	return ""
}

// String is the whole name.
func (n FileName) String() string { return n.base + n.extension }

// Cut shortens the name to a width and keeps the extension.
func (n FileName) Cut(width float32, ruler *textlayout.Ruler) string {
	if ruler.Width(n.String()) <= width {
		return n.String()
	}
	return textlayout.Cut(n.base, width-ruler.Width(n.extension), ruler) + n.extension
}

// IsPicture reports whether a file is shown as a picture.
func IsPicture(f messaging.File) bool {
	return strings.HasPrefix(strings.ToLower(f.MediaType), "image/")
}

// FileDetail says what kind of file it is, and how large: "PDF · 184 Ko", "Photo · 1600 × 1200 · 2,1 Mo".
func FileDetail(f messaging.File, withPixels bool) string {
	dimensions := ""
	if withPixels && IsPicture(f) && f.Width > 0 && f.Height > 0 {
		dimensions = fmt.Sprintf("%d × %d", f.Width, f.Height)
	}
	return Join(" · ", fileKind(f), dimensions, FileSize(f.Size))
}

// fileKind is the kind of a file in a word that people use.
func fileKind(f messaging.File) string {
	top, _, _ := strings.Cut(strings.ToLower(f.MediaType), "/")
	switch top {
	case "image", "audio", "video":
		return i18n.T("attachment." + top)
	}
	if extension := FileNameOf(f).extension; len(extension) > 1 {
		return strings.ToUpper(extension[1:])
	}
	if strings.EqualFold(f.MediaType, "application/pdf") {
		return "PDF"
	}
	return i18n.T("attachment.file")
}

// FileSize is a number of bytes as people read it, in units of 1000; "" when it is not known.
func FileSize(bytes int64) string {
	if bytes <= 0 {
		return ""
	}
	size, unit := float64(bytes), 0
	for size >= 999.5 && unit < 4 {
		size, unit = size/1000, unit+1
	}
	number := fmt.Sprintf("%.0f", size)
	if unit > 1 && size < 9.95 {
		number = strings.Replace(fmt.Sprintf("%.1f", size), ".", i18n.T("number.point"), 1)
	}
	return i18n.T(fmt.Sprintf("attachment.size.%d", unit), "Number", number)
}

// FileFailure says why a file was not fetched or not sent; "" for a failure that is none of a file.
func FileFailure(f messaging.FileFailure) string {
	switch f {
	case messaging.FileGone, messaging.FileDamaged, messaging.FileTooLarge, messaging.FileUnavailable, messaging.FileNoRoom, messaging.FileNoService,
		messaging.FileQuota, messaging.FileRefused:
		return i18n.T("failure." + string(f))
	}
	return ""
}
