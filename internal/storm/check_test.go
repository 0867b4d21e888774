//go:build linux

package storm

import (
	"fmt"
	"slices"
)

// outcome is what there is of one conversation after the storm. Bodies stand for messages: none is written twice.
type outcome struct {
	kept     [2][]string        // what each program has taken
	refused  map[string]bool    // what a program has refused
	held     [2][]string        // what each program shows
	archived [2][]string        // what the archive of each has, copies of one message included; a group has one archive, given twice
	taken    [2]map[string]bool // what each program has acknowledged to the server (XEP-0198)
}

// check tells what is wrong, and what the server has lost: it is in the archive of the one, and the other has it neither in the archive nor
// in the program, which has not acknowledged it either.
func (o *outcome) check() (wrong []string, lost []string) {
	wrongf := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for i, name := range sideNames {
		count := map[string]int{}
		for _, body := range o.held[i] {
			count[body]++
			if o.refused[body] {
				wrongf("%s shows %s, which was refused", name, body)
			}
		}
		for body, n := range count {
			if n > 1 {
				wrongf("%s shows %s %d times", name, body, n)
			}
		}
		for _, body := range o.kept[i] {
			if !slices.Contains(o.archived[i], body) {
				wrongf("%s has sent %s, and %s's archive does not have it", name, body, name)
			} else if !slices.Contains(o.archived[1-i], body) && !slices.Contains(o.held[1-i], body) {
				if o.taken[1-i][body] {
					wrongf("%s does not show %s, which it has acknowledged, and no archive of %s has it", sideNames[1-i], body, sideNames[1-i])
				} else {
					lost = append(lost, body)
				}
			}
			if count[body] == 0 {
				wrongf("%s does not show %s, which it has sent", name, body)
			}
		}
		for _, body := range o.archived[i] {
			if count[body] == 0 {
				wrongf("%s does not show %s, which is in the archive", name, body)
			}
			if o.refused[body] {
				wrongf("the archive of %s has %s, which was refused", name, body)
			}
		}
		if body, ok := outOfOrder(o.held[i], o.archived[i]); ok {
			wrongf("%s shows %s not in the archive's order:\n\tshown    %v\n\tarchived %v", name, body, o.held[i], o.archived[i])
		}
	}
	slices.Sort(wrong)
	return slices.Compact(wrong), lost
}

// outOfOrder finds the first message that no copy of it in the archive has behind those that are shown before it. What is not in the archive has
// no place.
func outOfOrder(held, archived []string) (body string, found bool) {
	at := 0
	for _, body := range held {
		if !slices.Contains(archived, body) {
			continue
		}
		next := slices.Index(archived[at:], body)
		if next < 0 {
			return body, true
		}
		at += next + 1
	}
	return "", false
}
