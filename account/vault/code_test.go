package vault

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"discussions/internal/secret"
)

func TestObviousCodesAreRefusedWithTheirReason(t *testing.T) {
	for code, want := range map[string]Reason{
		"0000": Repeat, "7777": Repeat, "1234": Run, "4321": Run, "7890": Run, "0987": Run, "2468": Run, "7531": Run,
		"1212": Pattern, "9090": Pattern, "1221": Pattern, "1991": Pattern, "1985": Year, "2026": Year, "2580": Keypad, "1397": Keypad,
		"4715": 0, "1899": 0, "2040": 0, "1357": Run, "9012": 0, "1122": 0, "0369": 0,
	} {
		var weak *WeakCodeError
		var got Reason
		err := CheckCode(secret.New(code))
		if errors.As(err, &weak) {
			got = weak.Reason
		}
		if got != want || errors.Is(err, ErrWeakCode) != (want != 0) {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
		if err != nil && strings.Contains(err.Error(), code) {
			t.Errorf("the error tells the code: %v", err)
		}
	}
}

func TestHowManyCodesAreRefused(t *testing.T) {
	got := map[Reason]int{}
	for n := range 10_000 {
		got[weakness(fmt.Appendf(nil, "%04d", n))]++
	}
	want := map[Reason]int{0: 10_000 - 360, Repeat: 10, Run: 24, Pattern: 180, Year: 136, Keypad: 10}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
