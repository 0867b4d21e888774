//go:build linux

package tour

import (
	"fmt"
	"io"
	"math"
	"slices"
	"testing"
	"time"
)

// A series is what was measured again and again.
type series struct {
	name string // what is measured, as a person says it
	unit string // of the metric: what the benchmark prints before -p50-ms
	took []time.Duration
}

func (s *series) add(d time.Duration) { s.took = append(s.took, d) }

// quantile is the value that the share q of all values does not exceed.
func (s *series) quantile(q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(s.took))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

// report prints the median, and of many values p99, of few the highest.
func (s *series) report(b *testing.B) {
	b.Helper()
	name, high := "max", s.quantile(1)
	if len(s.took) >= 100 {
		name, high = "p99", s.quantile(0.99)
	}
	b.ReportMetric(milliseconds(s.quantile(0.5)), s.unit+"-p50-ms")
	b.ReportMetric(milliseconds(high), s.unit+"-"+name+"-ms")
	figures.row(s.name, fmt.Sprintf("%.1f ms", milliseconds(s.quantile(0.5))), fmt.Sprintf("%s %.1f ms of %d", name, milliseconds(high), len(s.took)))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// report prints a single value; the format is that of the table.
func report(b *testing.B, name, unit string, value float64, format, more string) {
	b.Helper()
	b.ReportMetric(value, unit)
	figures.row(name, fmt.Sprintf(format, value), more)
}

// figures is the table at the end of make bench.
var figures table

type table struct{ rows [][3]string }

func (t *table) row(name, value, more string) { t.rows = append(t.rows, [3]string{name, value, more}) }

// print prints the rows under a title, and forgets them.
func (t *table) print(w io.Writer, title string) {
	if len(t.rows) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s (the middle of all measurements)\n", title)
	for _, row := range t.rows {
		fmt.Fprintf(w, "  %-58s %12s   %s\n", row[0], row[1], row[2])
	}
	fmt.Fprintln(w)
	t.rows = nil
}
