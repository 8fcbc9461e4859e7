//go:build linux

// Package worst measures how long a call keeps its goroutine from being preempted.
package worst

import (
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
	"unsafe"
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

// Measure reports the time that calls take, by the thread's own clock: half of them take p50 or less, 99.9% take p99.9
// or less.
func Measure(b *testing.B, call func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	times := make([]time.Duration, b.N)
	for i := range times {
		start := threadTime(b)
		call()
		times[i] = threadTime(b) - start
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2])/1e3, "p50-µs")
	b.ReportMetric(float64(times[len(times)*999/1000])/1e3, "p99.9-µs")
}
