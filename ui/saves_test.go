package ui

import (
	"testing"
	"testing/synctest"
)

func TestSavesAreWaitedForByAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSaves()
		first, second, other := s.Begin("claire"), s.Begin("claire"), s.Begin("paul")
		var done, all bool
		go func() { s.Wait("claire"); done = true }()
		go func() { s.WaitAll(); all = true }()
		first()
		synctest.Wait()
		if done || !s.Running("claire") {
			t.Error("one of two saves was enough")
		}
		second()
		synctest.Wait()
		if !done || s.Running("claire") || all {
			t.Error("Wait waits for another account, or WaitAll does not")
		}
		other()
		synctest.Wait()
		if !all {
			t.Error("WaitAll waits for nothing")
		}
		s.Wait("nobody")
	})
}
