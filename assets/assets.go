// Package assets holds what the program carries with it: its icons and its
// texts. It knows no toolkit; [discussions/ui/look] turns these into resources.
package assets

import "embed"

// Icons are the symbols of the interface as icons/<name>.svg, drawn with
// strokes in currentColor on a grid of 24.
//
//go:embed icons/*.svg
var Icons embed.FS

// Translations are the texts, one file for each language:
// translations/<code>.json. Package i18n describes and reads them.
//
//go:embed translations/*.json
var Translations embed.FS

// Emoji are those that can be picked, one a line: the emoji, its names in French, its names in English, between bars. Reactions come in
// any language, so both are searched.
//
//go:embed emoji.txt
var Emoji string

// AppIcon is the program's icon at the size that desktops ask for at most beside a window's title: each window reads it before it is
// shown. It is discussions.png, made smaller.
//
//go:embed discussions-128.png
var AppIcon []byte

// EmojiFont is the font of emoji: Noto Color Emoji with smaller pictures (emoji/make.py), under the licence emoji/OFL.txt.
//
//go:embed emoji/emoji.ttf
var EmojiFont []byte
