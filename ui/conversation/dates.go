package conversation

import (
	"fmt"
	"time"

	"discussions/internal/i18n"
)

// clock is a time of day as it stands beside a message.
func clock(t time.Time) string {
	t = t.Local()
	return fmt.Sprintf("%d:%02d", t.Hour(), t.Minute())
}

// dayName names a day as seen from now: "aujourd’hui", "hier", "lundi 23 novembre", "lundi 23 novembre 2020".
func dayName(day, now time.Time) string {
	day, now = day.Local(), now.Local()
	switch {
	case sameDay(day, now):
		return i18n.T("conversation.today")
	case sameDay(day, now.AddDate(0, 0, -1)):
		return i18n.T("conversation.yesterday")
	}
	key := "conversation.day"
	if day.Year() != now.Year() {
		key = "conversation.dayOfYear"
	}
	number := fmt.Sprint(day.Day())
	if day.Day() == 1 {
		number = i18n.T("conversation.first")
	}
	return i18n.T(key,
		"Weekday", i18n.T(fmt.Sprintf("conversation.weekday.%d", day.Weekday())),
		"Day", number,
		"Month", i18n.T(fmt.Sprintf("conversation.month.%d", day.Month())),
		"Year", fmt.Sprint(day.Year()))
}
