package dispatch

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTasksRunOneAfterAnotherOrBeside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tasks Tasks
		var order []string
		start := time.Now()
		tasks.Do(func() { time.Sleep(time.Second); order = append(order, "first") })
		tasks.Do(func() { time.Sleep(time.Second); order = append(order, "second") })
		beside := time.Duration(-1)
		tasks.Go(func() { beside = time.Since(start) })
		tasks.Close()
		equal(t, "in order", order, []string{"first", "second"})
		if beside != 0 {
			t.Errorf("the one beside ran after %v", beside)
		}
	})
}

func TestTasksAreRunningUntilTheyReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tasks Tasks
		for n := range 3 {
			tasks.Go(func() { time.Sleep(time.Duration(n) * time.Second) })
		}
		running := []int{tasks.Running()}
		for range 3 {
			synctest.Wait()
			running = append(running, tasks.Running())
			time.Sleep(time.Second)
		}
		equal(t, "running", running, []int{3, 2, 1, 0})
	})
}

func TestTasksCloseWaitsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tasks Tasks
		start := time.Now()
		tasks.Do(func() { time.Sleep(2 * time.Second) })
		tasks.Go(func() { time.Sleep(3 * time.Second) })
		tasks.Stop()
		if took := time.Since(start); took != 0 {
			t.Errorf("Stop took %v", took)
		}
		ran := false
		tasks.Do(func() { ran = true })
		tasks.Go(func() { ran = true })
		tasks.Close()
		if took := time.Since(start); took != 3*time.Second || ran {
			t.Errorf("Close returned after %v; a later function ran: %v", took, ran)
		}
	})
}
