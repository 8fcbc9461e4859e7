package citizenship

import (
	"math"
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"testing"

	reference "filippo.io/edwards25519"

	"github.com/rustgo/rustgo/go/edwards25519"
)

// BenchmarkStop measures how long it takes to stop the world while all processors are busy, in Rust or in Go.
func BenchmarkStop(b *testing.B) {
	var point [32]byte
	scalar := reference.NewScalar()
	for _, load := range []struct {
		name string
		call func()
	}{
		{"rust", func() { edwards25519.ScalarBaseMult(new([32]byte), &point) }},
		{"go", func() { new(reference.Point).ScalarBaseMult(scalar) }},
	} {
		b.Run(load.name, func(b *testing.B) {
			var stop atomic.Bool
			var all sync.WaitGroup
			for range runtime.GOMAXPROCS(0) {
				all.Add(1)
				go func() {
					defer all.Done()
					for !stop.Load() {
						load.call()
					}
				}()
			}
			before := stopping()
			for range b.N {
				runtime.GC()
			}
			after := stopping()
			stop.Store(true)
			all.Wait()
			for i := range after.Counts {
				after.Counts[i] -= before.Counts[i]
			}
			b.ReportMetric(quantile(after, 0.5)*1e6, "p50-µs")
			b.ReportMetric(quantile(after, 0.99)*1e6, "p99-µs")
		})
	}
}

// stopping returns how long each collection so far took to stop the world, in seconds.
func stopping() *metrics.Float64Histogram {
	sample := []metrics.Sample{{Name: "/sched/pauses/stopping/gc:seconds"}}
	metrics.Read(sample)
	return sample[0].Value.Float64Histogram()
}

// quantile returns the upper end of the bucket that contains the given quantile of all values.
func quantile(histogram *metrics.Float64Histogram, share float64) float64 {
	total := uint64(0)
	for _, count := range histogram.Counts {
		total += count
	}
	seen := uint64(0)
	for i, count := range histogram.Counts {
		if seen += count; float64(seen) >= share*float64(total) {
			return histogram.Buckets[i+1]
		}
	}
	return math.NaN()
}
