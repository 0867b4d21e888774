package ui

import (
	"fmt"
	"time"

	"discussions/internal/i18n"
)

// when is a past time as a list shows it: 9:15, hier, lun., 12 mars, 12/03/2024.
func when(t, now time.Time) string {
	t = t.In(now.Location())
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch {
	case !t.Before(midnight):
		return fmt.Sprintf("%d:%02d", t.Hour(), t.Minute())
	case !t.Before(midnight.AddDate(0, 0, -1)):
		return i18n.T("when.yesterday")
	case !t.Before(midnight.AddDate(0, 0, -6)):
		return i18n.T(fmt.Sprintf("when.day%d", t.Weekday()))
	case t.Year() == now.Year():
		return i18n.T("when.date", "Day", t.Day(), "Month", i18n.T(fmt.Sprintf("when.month%d", t.Month())))
	}
	return fmt.Sprintf("%02d/%02d/%d", t.Day(), t.Month(), t.Year())
}

// clock is a time to wait: 0:25, 4:59.
func clock(seconds int) string { return fmt.Sprintf("%d:%02d", seconds/60, seconds%60) }
