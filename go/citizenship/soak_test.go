package citizenship

import (
	"flag"
	"io"
	"math/rand"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rustgo/rustgo/go/edwards25519"
	"github.com/rustgo/rustgo/go/panics"
)

var soaked = flag.Duration("soak", 2*time.Second, "how long TestSoak runs")

// TestSoak does everything at once: 64 goroutines call Rust and panic in it, under collections all the time, a flood of
// preemption signals, a CPU profile at 1,000 Hz, and the execution tracer.
func TestSoak(t *testing.T) {
	defer everything(t)()
	runtime.SetCPUProfileRate(1000)
	// StartCPUProfile keeps the rate that is set, and complains about it on standard error.
	if err := pprof.StartCPUProfile(io.Discard); err != nil {
		t.Fatal(err)
	}
	defer pprof.StopCPUProfile()

	var want [32]byte
	scalar := [32]byte{7}
	edwards25519.ScalarBaseMult(&want, &scalar)

	var stop atomic.Bool
	var multiplied, panicked, signals atomic.Int64
	var lock sync.Mutex
	var all sync.WaitGroup
	for g := range 64 {
		all.Add(1)
		go func() {
			defer all.Done()
			random := rand.New(rand.NewSource(int64(g)))
			for !stop.Load() {
				if random.Intn(4) == 0 {
					if _, ok := survive(random, &lock).(panics.Panic); !ok {
						t.Error("no Rust panic arrived")
						return
					}
					panicked.Add(1)
					continue
				}
				var point [32]byte
				dive(random.Intn(60), func() { edwards25519.ScalarBaseMult(&point, &scalar) })
				if point != want {
					t.Errorf("wrong point %x", point)
					return
				}
				multiplied.Add(1)
			}
		}()
	}
	all.Add(1)
	go func() {
		defer all.Done()
		for !stop.Load() {
			// What Go itself preempts goroutines with.
			if err := syscall.Kill(syscall.Getpid(), syscall.SIGURG); err != nil {
				t.Error(err)
				return
			}
			if signals.Add(1)%64 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
	}()
	time.Sleep(*soaked)
	stop.Store(true)
	all.Wait()
	t.Logf("%d multiplications, %d panics, %d signals", multiplied.Load(), panicked.Load(), signals.Load())
	if multiplied.Load() == 0 || panicked.Load() == 0 {
		t.Error("nothing was done")
	}
}
