package citizenship

import (
	"flag"
	"go/version"
	"io"
	"math/rand"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rustgo/rustgo/go/edwards25519"
	"github.com/rustgo/rustgo/go/internal/panics"
)

var (
	soaked   = flag.Duration("soak", 2*time.Second, "how long TestSoak runs")
	reported = flag.Duration("report", 10*time.Second, "how often TestSoak says how far it is")
)

// soak is what all goroutines of TestSoak share.
type soak struct {
	t    *testing.T
	stop atomic.Bool
	lock sync.Mutex
	// How often what was done.
	multiplied, panicked, nils, signals atomic.Int64
}

// Before Go 1.26, growing a stack forgets the saved frame pointer of a function that has faulted, in Rust or in Go, and
// the tracer then follows it into what the stack was before.
var tracesFaults = version.Compare(runtime.Version(), "go1.26") >= 0

// TestSoak does everything at once: 64 goroutines call Rust, panic in it and pass it nil pointers, under collections all
// the time, a flood of preemption signals, CPU profiles at 1,000 Hz, and the execution tracer.
func TestSoak(t *testing.T) {
	defer everything(t)()
	s := soak{t: t}
	var all sync.WaitGroup
	run := func(f func()) {
		all.Add(1)
		go func() {
			defer all.Done()
			f()
		}()
	}
	for seed := range int64(64) {
		run(func() { s.call(rand.New(rand.NewSource(seed))) })
	}
	run(s.signal)
	run(s.profile)
	start := time.Now()
	var heap, stack, heapAfter, stackAfter uint64
	for passed := time.Duration(0); passed < *soaked && !t.Failed(); passed = time.Since(start) {
		time.Sleep(min(*reported, *soaked-passed))
		t.Logf("%v of %v: %d multiplications, %d panics, %d nil pointers, %d signals", time.Since(start).Round(time.Second),
			*soaked, s.multiplied.Load(), s.panicked.Load(), s.nils.Load(), s.signals.Load())
		if heapAfter, stackAfter = inUse(); heap == 0 {
			heap, stack = heapAfter, stackAfter
		}
	}
	s.stop.Store(true)
	all.Wait()
	t.Logf("heap %d KiB, then %d KiB; stacks %d KiB, then %d KiB", heap>>10, heapAfter>>10, stack>>10, stackAfter>>10)
	levelOff(t, heap, heapAfter, stack, stackAfter)
	for _, done := range []*atomic.Int64{&s.multiplied, &s.panicked, &s.nils, &s.signals} {
		if done.Load() == 0 && (done != &s.nils || tracesFaults) {
			t.Error("something was never done")
		}
	}
}

// call calls Rust in every way, at random depths of the stack.
func (s *soak) call(random *rand.Rand) {
	scalar := [32]byte{7}
	var want [32]byte
	edwards25519.ScalarBaseMult(&want, &scalar)
	for !s.stop.Load() {
		switch random.Intn(8) {
		case 0:
			if !tracesFaults {
				continue
			}
			dive(random.Intn(60), func() {
				value, _ := recovered(func() { edwards25519.ScalarBaseMult(nil, &scalar) })
				if _, ok := value.(runtime.Error); !ok {
					s.t.Errorf("a nil pointer panics with %v", value)
				}
			})
			s.nils.Add(1)
		case 1, 2:
			if _, ok := survive(random, &s.lock).(panics.Panic); !ok {
				s.t.Error("no Rust panic arrived")
			}
			s.panicked.Add(1)
		default:
			var point [32]byte
			dive(random.Intn(60), func() { edwards25519.ScalarBaseMult(&point, &scalar) })
			if point != want {
				s.t.Errorf("wrong point %x", point)
			}
			s.multiplied.Add(1)
		}
	}
}

// signal sends all threads what Go itself preempts goroutines with.
func (s *soak) signal() {
	process := syscall.Getpid()
	for !s.stop.Load() {
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			s.t.Error(err)
			return
		}
		for range 16 {
			for _, thread := range threads {
				number, _ := strconv.Atoi(thread.Name())
				// A thread that is gone by now gets none.
				_, _, failed := syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(process), uintptr(number), uintptr(syscall.SIGURG))
				if failed == 0 {
					s.signals.Add(1)
				}
			}
		}
		time.Sleep(time.Millisecond)
	}
}

// profile makes a CPU profile after the other. Each keeps every stack that it has seen in memory.
func (s *soak) profile() {
	for !s.stop.Load() {
		runtime.SetCPUProfileRate(1000)
		// It keeps the rate that is set, and complains about that on standard error.
		if err := pprof.StartCPUProfile(io.Discard); err != nil {
			s.t.Error(err)
			return
		}
		for range 100 {
			if time.Sleep(100 * time.Millisecond); s.stop.Load() {
				break
			}
		}
		pprof.StopCPUProfile()
	}
}
