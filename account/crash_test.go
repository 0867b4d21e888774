package account

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/internal/secret"
)

// crashEverywhere prepares a workstation with two drawers, runs do with the power failing at each of its steps, before and after
// the step takes effect, starts the program again and has check look at it.
func crashEverywhere(t *testing.T, prepare func(l *lab, id string), do func(l *lab, id string) error, check func(t *testing.T, l *lab, id string)) {
	for step := 0; ; step++ {
		for _, after := range []bool{false, true} {
			finished := false
			t.Run(fmt.Sprintf("step %d, after %v", step+1, after), func(t *testing.T) {
				l := newLab(t)
				other, id := l.add(paul), l.add(claire)
				if prepare != nil {
					prepare(l, id)
				}
				l.power.cut(step, after)
				err := do(l, id)
				if !l.power.off() {
					must(t, err)
					finished = true
				}
				l.restart()
				l.checkStates(t)
				must(t, l.unlock(other, code))
				l.checkStates(t)
				check(t, l, id)
				l.checkStates(t)
				if l.provider.reused > 0 {
					t.Error("a rotated refresh token was used again")
				}
			})
			if finished {
				if step == 0 {
					t.Error("no steps")
				}
				return
			}
		}
	}
}

// checkStates compares the state of each drawer with what is in memory and on disk.
func (l *lab) checkStates(t tester) {
	t.Helper()
	for _, d := range l.list() {
		d.op.Lock()
		a, n, c := l.account(d.id), d.running, l.client(d.id)
		switch a.State {
		case Sealed:
			if n != nil || c != nil && (c.connected() || c.hasKey()) {
				t.Errorf("sealed, with a session or a key")
			}
		case Locked:
			if n == nil || !n.data.IsZero() || n.tokens.IsZero() || !c.connected() || c.hasKey() {
				t.Errorf("locked, with the wrong keys or no connection")
			}
		case Open:
			if n == nil || n.data.IsZero() || n.tokens.IsZero() || !c.connected() || !c.hasKey() {
				t.Errorf("open, without its keys or its connection")
			}
		default:
			t.Errorf("listed while %v", a.State)
		}
		if n != nil {
			caches, _ := filepath.Glob(filepath.Join(d.dir, cachePrefix+"*"))
			if len(caches) != 1 {
				t.Errorf("%d caches", len(caches))
			}
		}
		d.op.Unlock()
	}
}

// gone checks that nothing of a drawer that is not listed is on disk or in the keyring; what the start had to finish is waited for.
func (l *lab) gone(t tester, id string) {
	t.Helper()
	l.restart()
	l.quit()
	if left := l.files(id); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if _, err := os.Stat(filepath.Join(l.dir, accountsName, id)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("folder: %v", err)
	}
	if _, err := l.keyring.Get("discussions", id); !errors.Is(err, ErrNoRecord) {
		t.Errorf("record: %v", err)
	}
	l.start()
}

func (l *lab) listed(id string) bool {
	_, ok := l.Manager.account(id)
	return ok
}

func TestACrashWhileAdding(t *testing.T) {
	var before []string
	crashEverywhere(t,
		func(l *lab, id string) {
			_, err := l.Remove(context.Background(), id)
			must(t, err)
			<-l.opened
			before = l.folders()
		},
		func(l *lab, _ string) error {
			_, err := l.logIn(claire, "").SetCode(context.Background(), code)
			return err
		},
		func(t *testing.T, l *lab, _ string) {
			l.restart() // the first start may still be finishing
			fresh := slices.DeleteFunc(l.folders(), func(id string) bool { return slices.Contains(before, id) })
			switch {
			case len(fresh) == 0 && len(l.Accounts()) == 1 && l.keyring.count() == 1:
			case len(fresh) == 1 && l.listed(fresh[0]):
				must(t, l.unlock(fresh[0], code))
			default:
				t.Errorf("half made: %v, %d records", fresh, l.keyring.count())
			}
		})
}

func (l *lab) folders() (names []string) {
	entries, _ := os.ReadDir(filepath.Join(l.dir, accountsName))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestACrashWhileRemoving(t *testing.T) {
	for _, state := range []State{Open, Sealed} {
		t.Run(state.String(), func(t *testing.T) {
			crashEverywhere(t,
				func(l *lab, id string) {
					if state == Sealed {
						_ = l.LogOut(id)
					}
				},
				func(l *lab, id string) error {
					_, err := l.Remove(context.Background(), id)
					return err
				},
				func(t *testing.T, l *lab, id string) {
					if l.listed(id) { // the very first step had no effect
						if err := l.unlock(id, code); err != nil && !errors.Is(err, ErrLoginNeeded) {
							t.Error(err)
						}
						return
					}
					l.gone(t, id)
				})
		})
	}
}

func TestACrashWhileChangingTheCode(t *testing.T) {
	crashEverywhere(t, nil,
		func(l *lab, id string) error { return l.ChangeCode(context.Background(), id, code, code2) },
		func(t *testing.T, l *lab, id string) {
			old := l.unlock(id, code)
			if old != nil {
				want(t, old, ErrWrongCode)
				must(t, l.unlock(id, code2))
			}
			if !l.client(id).kept {
				t.Error("the messages are lost")
			}
		})
}

func TestACrashWhileReplacingAForgottenCode(t *testing.T) {
	crashEverywhere(t,
		func(l *lab, id string) { _ = l.LogOut(id) },
		func(l *lab, id string) error {
			_, err := l.logIn(claire, id).SetCode(context.Background(), code2)
			return err
		},
		func(t *testing.T, l *lab, id string) {
			for _, c := range []secret.Text{code, code2} {
				err := l.unlock(id, c)
				if err == nil {
					return
				}
				if errors.Is(err, ErrLoginNeeded) {
					_, err := l.logIn(claire, id).SetCode(context.Background(), c)
					must(t, err)
					return
				}
				want(t, err, ErrWrongCode)
			}
			t.Error("no code opens it, and no login is asked for")
		})
}

func TestACrashWhileRenewing(t *testing.T) {
	crashEverywhere(t,
		func(l *lab, id string) { _ = l.LogOut(id) },
		func(l *lab, id string) error {
			_, err := l.logIn(claire, id).Resume(context.Background(), code)
			return err
		},
		func(t *testing.T, l *lab, id string) {
			must(t, l.unlock(id, code))
			if !l.client(id).kept {
				t.Error("the messages are lost")
			}
		})
}

func TestACrashWhileRefreshingNeverReusesAToken(t *testing.T) {
	crashEverywhere(t, nil,
		func(l *lab, id string) error {
			l.pass(time.Hour)
			_, err := l.client(id).c.Token(context.Background())
			return err
		},
		func(t *testing.T, l *lab, id string) {
			err := l.unlock(id, code)
			if err == nil {
				_, err = l.client(id).c.Token(context.Background())
			}
			if err == nil || errors.Is(err, errPower) {
				return
			}
			// Whether the token was used is unknown, so a full login is needed. Everything else is kept.
			want(t, err, ErrLoginNeeded)
			_, err = l.logIn(claire, id).Resume(context.Background(), code)
			must(t, err)
			if !l.client(id).kept {
				t.Error("the messages are lost")
			}
		})
}

func TestACrashInTheMiddleOfAWriteLeavesNoFile(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	l.quit()
	before := l.files(id)
	for _, name := range before {
		if !strings.HasPrefix(name, cachePrefix) {
			must(t, os.WriteFile(filepath.Join(l.dir, accountsName, id, "."+name+".123.tmp"), []byte("half"), 0o600))
		}
	}
	must(t, os.WriteFile(filepath.Join(l.dir, accountsName, id, ".vault.next.123.tmp"), []byte("half"), 0o600))
	l.start()
	if after := l.files(id); !slices.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
}

func TestACrashWhileOpeningLockingOrLoggingOut(t *testing.T) {
	crashEverywhere(t,
		func(l *lab, id string) { _ = l.LogOut(id) },
		func(l *lab, id string) error {
			return errors.Join(l.unlock(id, code), l.Lock(id), l.unlock(id, code), l.LogOut(id))
		},
		func(t *testing.T, l *lab, id string) {
			if a := l.account(id); a.Name != claire.Name {
				t.Errorf("%+v", a)
			}
			must(t, l.unlock(id, code))
			if !l.client(id).kept {
				t.Error("the messages are lost")
			}
		})
}
