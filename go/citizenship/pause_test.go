package citizenship

import (
	"math"
	"runtime"
	"runtime/metrics"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	reference "filippo.io/edwards25519"

	"github.com/rustgo/rustgo/go/edwards25519"
	"github.com/rustgo/rustgo/go/hello"
)

// threadTime returns what the current thread has had of its processor.
func threadTime(b *testing.B) time.Duration {
	const clockThread = 3
	var now syscall.Timespec
	if _, _, err := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockThread, uintptr(unsafe.Pointer(&now)), 0); err != 0 {
		b.Fatal(err)
	}
	return time.Duration(now.Nano())
}

// BenchmarkWorst measures how long each export keeps its goroutine from being preempted, by the thread's own clock: half
// of all calls take p50 or less, 99.9% take p99.9 or less.
func BenchmarkWorst(b *testing.B) {
	scalar := [32]byte{7}
	batch := make([][32]byte, 1024)
	for _, export := range []struct {
		name string
		call func()
	}{
		{"nothing", func() {}},
		{"ScalarBaseMult", func() { edwards25519.ScalarBaseMult(&scalar, &scalar) }},
		{"ScalarBaseMultBatch/64", func() { edwards25519.ScalarBaseMultBatch(batch[:64], batch[:64]) }},
		{"ScalarBaseMultBatch/1024", func() { edwards25519.ScalarBaseMultBatch(batch, batch) }},
		{"Hello", func() { hello.Hello() }},
	} {
		b.Run(export.name, func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			times := make([]time.Duration, b.N)
			for i := range times {
				start := threadTime(b)
				export.call()
				times[i] = threadTime(b) - start
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2])/1e3, "p50-µs")
			b.ReportMetric(float64(times[len(times)*999/1000])/1e3, "p99.9-µs")
		})
	}
}

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

// quantile returns the upper end of the bucket below which a share of all values lies.
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
