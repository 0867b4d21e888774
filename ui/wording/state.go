package wording

import (
	"discussions/messaging"
	"discussions/ui/look"
)

// StateIcon is the icon for the state of an own message. ok is false if there is none: a failure is said in words.
func StateIcon(s messaging.State) (icon look.Icon, ok bool) {
	switch s {
	case messaging.Queued:
		return look.IconClock, true
	case messaging.Sent:
		return look.IconSent, true
	case messaging.Delivered:
		return look.IconDelivered, true
	case messaging.Read:
		return look.IconDelivered.In(look.ColorAccent), true
	}
	return look.Icon{}, false
}
