//go:build (amd64 || arm64) && gc && !purego

package edwards25519

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/edwards25519"
)

// soakTime is how long TestSoak keeps up each load: what RUSTGO_SOAK says, as in RUSTGO_SOAK=10m, or a moment.
func soakTime(t *testing.T) time.Duration {
	text, ok := os.LookupEnv("RUSTGO_SOAK")
	if !ok {
		return time.Second
	}
	duration, err := time.ParseDuration(text)
	if err != nil || duration <= 0 {
		t.Fatalf("RUSTGO_SOAK is to be a duration such as 10m, not %q", text)
	}
	return duration
}

// TestSoak interrupts eight goroutines in ScalarBaseMult by profiling signals, and stops the world every millisecond. A
// signal handler that does not find the goroutine's registers and stack as Go left them is the end of the process.
//
// The same load on a function in Go alone is the control: what fails there is a fault of the system or its emulator.
func TestSoak(t *testing.T) {
	duration := soakTime(t)
	t.Run("control", func(t *testing.T) {
		soak(t, duration, func(scalar [32]byte) []byte { return inGo(t, scalar) })
	})
	t.Run("rust", func(t *testing.T) {
		profile := soak(t, duration, func(scalar [32]byte) []byte {
			point := mult(scalar)
			return point[:]
		})
		if profile != nil && !bytes.Contains(profile, []byte("edwards25519.rust")) {
			t.Error("no profiling signal arrived while Rust ran")
		}
	})
}

// inGo multiplies by a scalar as Go alone does it.
func inGo(t *testing.T, scalar [32]byte) []byte {
	var wide [64]byte
	copy(wide[:], scalar[:])
	s, err := new(edwards25519.Scalar).SetUniformBytes(wide[:])
	if err != nil {
		t.Error(err)
		return nil
	}
	return new(edwards25519.Point).ScalarBaseMult(s).Bytes()
}

// soak calls multiply from eight goroutines for a time, and returns the profile; nil if go test makes one itself.
func soak(t *testing.T, duration time.Duration, multiply func([32]byte) []byte) []byte {
	const goroutines = 8
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	var compressed bytes.Buffer
	profiling := pprof.StartCPUProfile(&compressed) == nil

	var calls atomic.Int64
	var stop atomic.Bool
	var running sync.WaitGroup
	for i := range goroutines {
		scalar := [32]byte{7, byte(i)}
		want := inGo(t, scalar)
		running.Add(1)
		go func() {
			defer running.Done()
			for !stop.Load() {
				if got := multiply(scalar); !bytes.Equal(got, want) {
					t.Errorf("scalar %x: got %x, want %x", scalar, got, want)
					return
				}
				calls.Add(1)
				// Or a collection would wait for its turn, again and again, until all had used up theirs.
				runtime.Gosched()
			}
		}()
	}
	collections := 0
	for start := time.Now(); time.Since(start) < duration; time.Sleep(time.Millisecond) {
		runtime.GC()
		collections++
	}
	stop.Store(true)
	running.Wait()
	t.Logf("%d calls, %d collections in %v", calls.Load(), collections, duration)
	if calls.Load() == 0 {
		t.Error("nothing was called")
	}
	if !profiling {
		return nil
	}
	pprof.StopCPUProfile()
	reader, err := gzip.NewReader(&compressed)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return profile
}
