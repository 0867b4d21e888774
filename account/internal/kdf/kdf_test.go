package kdf

import (
	"errors"
	"testing"
	"time"
)

func TestCalibrationNeverGoesUnderTheFloor(t *testing.T) {
	for _, took := range []time.Duration{0, time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, time.Second, time.Hour} {
		c := Cost{Memory: 64 << 10, Time: 3, Threads: 2}
		for range 4 {
			c = scale(c, took)
			if err := (Bounds{}).Check(c); err != nil {
				t.Errorf("after %v: %v", took, err)
			}
		}
	}
}

func TestCalibrationScalesMemoryThenPasses(t *testing.T) {
	start := Cost{Memory: 64 << 10, Time: 3, Threads: 2}
	for _, c := range []struct {
		name string
		took time.Duration
		want Cost
	}{
		{"fast enough stays", 200 * time.Millisecond, start},
		{"too slow stays at the floor", time.Second, start},
		{"twice as fast doubles the memory", 110 * time.Millisecond, Cost{128 << 10, 3, 2}},
		{"very fast fills the memory, then adds passes", 22 * time.Millisecond, Cost{256 << 10, 7, 2}},
	} {
		if got := scale(start, c.took); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestCalibratedCostIsMeasured(t *testing.T) {
	c := Bounds{}.Calibrate()
	if err := (Bounds{}).Check(c); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if got := len(Derive([]byte("4711"), make([]byte, 16), c)); got != Size {
		t.Fatalf("%d bytes", got)
	}
	t.Logf("%d MiB, t=%d, p=%d: %v", c.Memory>>10, c.Time, c.Threads, time.Since(start))
}

func TestCostOutsideTheBoundsIsRefused(t *testing.T) {
	for _, c := range []Cost{
		{},
		{64<<10 - 1, 3, 1}, {64 << 10, 2, 1}, {64 << 10, 3, 0},
		{512<<10 + 1, 3, 1}, {64 << 10, 13, 1}, {64 << 10, 3, 9},
		{1<<32 - 1, 1<<32 - 1, 255},
	} {
		if err := (Bounds{}).Check(c); !errors.Is(err, ErrCost) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func BenchmarkArgon2AtTheCalibratedCost(b *testing.B) {
	c := Bounds{}.Calibrate()
	b.ReportMetric(float64(c.Memory>>10), "MiB")
	b.ReportMetric(float64(c.Time), "passes")
	for b.Loop() {
		Derive([]byte("4711"), make([]byte, 16), c)
	}
}
