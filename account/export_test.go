package account

import (
	"testing"
	"time"
)

// NewTestManager runs a manager on a workstation of the test's own, with two accounts that are open, and gives its clock.
func NewTestManager(t *testing.T) (m *Manager, ids [2]string, pass func(time.Duration)) {
	l := newLab(t)
	return l.Manager, [2]string{l.add(claire), l.add(paul)}, l.pass
}
