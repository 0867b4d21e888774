package files

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxName      = 120 // characters, so that a path fits on every system
	maxExtension = 16
)

// SafeName makes a name under which a file can be saved on every system, whatever its sender called it: without folders, without characters
// that a system reserves or that are not seen, not too long, with its extension. otherwise is for one of which nothing is left.
func SafeName(name, otherwise string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.Trim(name, ". ") // a dot in front hides it on Unix; Windows drops those behind: "a.exe." would be "a.exe"
	extension := path.Ext(name)
	if len([]rune(extension)) > maxExtension || extension == name {
		extension = ""
	}
	base := []rune(strings.TrimSuffix(name, extension))
	if most := maxName - utf8.RuneCountInString(extension); len(base) > most {
		base = base[:most]
	}
	stem := strings.TrimRight(string(base), ". ")
	switch {
	case stem == "":
		stem = otherwise
	case reserved(stem):
		stem = "_" + stem
	}
	return stem + extension
}

// reserved reports whether Windows takes a name for a device, with whatever extension.
func reserved(stem string) bool {
	first, _, _ := strings.Cut(stem, ".")
	first = strings.ToUpper(strings.TrimRight(first, " "))
	switch first {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	if rest, ok := strings.CutPrefix(first, "COM"); ok || strings.HasPrefix(first, "LPT") {
		if !ok {
			rest = first[3:]
		}
		return utf8.RuneCountInString(rest) == 1 && strings.ContainsAny(rest, "0123456789¹²³")
	}
	return false
}

// executable are the extensions of what some system runs when it is opened.
const executable = " action ade adp apk app appimage application appref-ms appx appxbundle bas bat bin cab cer chm class cmd cnt com command cpl crt" +
	" csh deb desktop diagcab dll dmg docm dotm dylib elf exe fileloc flatpak flatpakref fxp gadget grp hlp hpj hta htm html img" +
	" inetloc inf ins iqy iso isp its jar jnlp js jse kext ksh library-ms lnk lua mad maf mag mam maq mar mas mat mau mav maw mcf mda" +
	" mdb mde mdt mdw mdz mht mhtml mjs mpkg msc msh msh1 msh2 mshxml msi msix msp mst msu nsh ocx one onepkg ops oqy osd pcd php pif" +
	" pkg pl plg potm ppam ppsm pptm prefpane prf prg printerexport ps1 ps1xml ps2 psc1 psc2 psd1 psm1 pst py pyc pyo pyw pyz pyzw rb" +
	" rdp reg rpm rqy run scf scpt scr sct search-ms searchconnector-ms settingcontent-ms sh shb shs slk snap so svg swf sys terminal" +
	" theme tmp udl url vb vbe vbp vbs vbscript vhd vhdx vsmacros vsw webloc webpnp website wim workflow wsb wsc wsf wsh xbap xhtml xla" +
	" xlam xll xlsb xlsm xlt xltm xlw xnk xps zsh "

// Executes reports whether a system may run a file of that name when it is opened, or something in it.
func Executes(name string) bool {
	extension := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	return extension != "" && strings.Contains(executable, " "+extension+" ")
}
