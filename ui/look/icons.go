package look

import (
	"bytes"
	"fmt"

	"discussions/assets"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Icon is a symbol of strokes in a colour of the current theme. (Fyne's own themed
// resources change the colour of fills only.)
type Icon struct {
	name   string
	colour fyne.ThemeColorName
}

var _ fyne.ThemedResource = Icon{}

// The icons, in the soft colour; see [Icon.In] for another.
var (
	IconSettings  = icon("settings")
	IconLock      = icon("lock")
	IconSearch    = icon("search")
	IconPlus      = icon("plus")
	IconMore      = icon("more")
	IconAttach    = icon("attach")
	IconSend      = icon("send")
	IconSmile     = icon("smile")
	IconBack      = icon("back")
	IconDown      = icon("down")
	IconNext      = icon("next")
	IconDelete    = icon("delete")
	IconGlobe     = icon("globe")
	IconClock     = icon("clock")     // waiting
	IconSent      = icon("sent")      // ✓
	IconDelivered = icon("delivered") // ✓✓
	IconWarning   = icon("warning")
	IconBubble    = icon("bubble")
	IconGroup     = icon("group")
	IconAccounts  = icon("accounts")
	IconTrash     = icon("trash")
	IconLeave     = icon("leave")
	IconFile      = icon("file")
	IconPicture   = icon("picture")
	IconTiles     = icon("tiles")
	IconReply     = icon("reply")
	IconEdit      = icon("edit")
	IconCross     = icon("cross")
	IconMuted     = icon("muted")
	IconStar      = icon("star")
	IconPin       = icon("pin")
	IconArchive   = icon("archive")
	IconPerson    = icon("person")
	IconExport    = icon("export")
	IconCopy      = icon("copy")
	IconBefore    = icon("before")
	IconMinus     = icon("minus")
	IconTurn      = icon("turn")
	IconColour    = icon("colour")
)

func icon(name string) Icon { return Icon{name: name, colour: ColorSoft} }

// In returns the icon in another colour of the theme.
func (i Icon) In(colour fyne.ThemeColorName) Icon { return Icon{name: i.name, colour: colour} }

// Name has the colour in it: Fyne caches drawn icons by name.
func (i Icon) Name() string {
	return fmt.Sprintf("%s-%x.svg", i.name, theme.Color(i.colour))
}

// ThemeColorName implements [fyne.ThemedResource].
func (i Icon) ThemeColorName() fyne.ThemeColorName { return i.colour }

// Content implements [fyne.Resource].
func (i Icon) Content() []byte {
	data, err := assets.Icons.ReadFile("icons/" + i.name + ".svg")
	if err != nil {
		return nil
	}
	r, g, b, _ := theme.Color(i.colour).RGBA()
	return bytes.ReplaceAll(data, []byte("currentColor"), fmt.Appendf(nil, "#%02x%02x%02x", r>>8, g>>8, b>>8))
}

// AppIcon is the program's own icon.
func AppIcon() fyne.Resource { return fyne.NewStaticResource("discussions.png", assets.AppIcon) }
