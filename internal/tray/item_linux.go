package tray

import (
	"image"
	"image/color"

	"github.com/godbus/dbus/v5"
)

const (
	itemName     = "org.kde.StatusNotifierItem"
	itemPath     = dbus.ObjectPath("/StatusNotifierItem")
	launcherPath = dbus.ObjectPath("/com/canonical/unity/launcherentry/1")

	propertiesName = "org.freedesktop.DBus.Properties"
)

// pixmap is a picture as hosts read it: ARGB, 8 bits each, row by row.
type pixmap struct {
	Width, Height int32
	Pixels        []byte
}

// tooltip is the tooltip as hosts read it.
type tooltip struct {
	Icon  string
	Image []pixmap
	Title string
	Text  string
}

// export makes the objects that hosts read.
func (t *Tray) export(conn *dbus.Conn) error {
	click := func(_, _ int32) *dbus.Error { t.clicked(t.o.Clicked); return nil }
	nothing := func(_, _ int32) *dbus.Error { return nil }
	for _, o := range []struct {
		path    dbus.ObjectPath
		name    string
		methods map[string]any
	}{
		{itemPath, itemName, map[string]any{
			"Activate": click, "SecondaryActivate": click, "ContextMenu": nothing,
			"Scroll": func(int32, string) *dbus.Error { return nil },
		}},
		{itemPath, propertiesName, properties(itemName, t.itemProperties)},
		{menuPath, menuName, t.menuMethods()},
		{menuPath, propertiesName, properties(menuName, func() map[string]any {
			return map[string]any{"Version": uint32(3), "TextDirection": "ltr", "Status": "normal", "IconThemePath": []string{}}
		})},
	} {
		if err := conn.ExportMethodTable(o.methods, o.path, o.name); err != nil {
			return err
		}
	}
	_, err := conn.RequestName(uniqueName(), dbus.NameFlagDoNotQueue)
	return err
}

// itemProperties are what the icon shows now.
func (t *Tray) itemProperties() map[string]any {
	t.mu.Lock()
	defer t.mu.Unlock()
	pictures := make([]pixmap, len(t.state.Icons))
	for i, picture := range t.state.Icons {
		pictures[i] = pixmapOf(picture)
	}
	return map[string]any{
		"Category": "Communications", "Id": t.o.AppID, "Title": t.o.Title, "Status": "Active", "WindowId": int32(0),
		"IconName": "", "IconThemePath": "", "IconPixmap": pictures,
		"OverlayIconName": "", "OverlayIconPixmap": []pixmap{}, "AttentionIconName": "", "AttentionIconPixmap": []pixmap{},
		"ToolTip":    tooltip{Image: []pixmap{}, Title: t.state.Tooltip},
		"ItemIsMenu": false, "Menu": menuPath,
	}
}

func pixmapOf(picture image.Image) pixmap {
	b := picture.Bounds()
	p := pixmap{Width: int32(b.Dx()), Height: int32(b.Dy()), Pixels: make([]byte, 0, 4*b.Dx()*b.Dy())}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)
			p.Pixels = append(p.Pixels, c.A, c.R, c.G, c.B)
		}
	}
	return p
}

// properties are the methods by which the read-only properties of an interface are read.
func properties(face string, values func() map[string]any) map[string]any {
	unknown := dbus.NewError("org.freedesktop.DBus.Error.UnknownProperty", nil)
	return map[string]any{
		"Get": func(of, name string) (dbus.Variant, *dbus.Error) {
			v, found := values()[name]
			if of != face || !found {
				return dbus.MakeVariant(""), unknown
			}
			return dbus.MakeVariant(v), nil
		},
		"GetAll": func(of string) (map[string]dbus.Variant, *dbus.Error) {
			all := map[string]dbus.Variant{}
			if of == face {
				for name, v := range values() {
					all[name] = dbus.MakeVariant(v)
				}
			}
			return all, nil
		},
		"Set": func(_, _ string, _ dbus.Variant) *dbus.Error {
			return dbus.NewError("org.freedesktop.DBus.Error.PropertyReadOnly", nil)
		},
	}
}
