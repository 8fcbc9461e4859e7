package citizenship

import (
	"flag"
	"io"
	"math/rand"
	"runtime"
	"runtime/debug"
	"runtime/trace"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rustgo/rustgo/go/edwards25519"
	"github.com/rustgo/rustgo/go/internal/panics"
)

var (
	stormPanics = flag.Int("panics", 20_000, "recovered Rust panics in TestStorm")
	nilCalls    = flag.Int("nils", 100_000, "calls with a nil pointer in TestNilPointers")
)

// dive calls f under depth Go frames of about a hundred bytes each.
//
//go:noinline
func dive(depth int, f func()) byte {
	var room [64]byte
	room[depth&63] = byte(depth)
	if depth == 0 {
		f()
		return room[0]
	}
	return dive(depth-1, f) + room[depth&63]
}

// grow uses up stack until it has had to move.
//
//go:noinline
func grow(levels int) int {
	var room [512]int
	room[levels] = levels
	if levels == 0 {
		return 0
	}
	return grow(levels-1) + room[levels]
}

// survive panics in Rust, and while that unwinds grows the stack and then blocks.
func survive(random *rand.Rand, lock *sync.Mutex) (value any) {
	levels, pause := 1+random.Intn(40), random.Intn(8) == 0
	defer func() {
		grow(levels)
		lock.Lock()
		if pause {
			// Long enough that the others queue up for the lock, and that the block profile samples it.
			time.Sleep(time.Microsecond)
		}
		lock.Unlock()
		handed := make(chan int)
		go func() { handed <- 1 }()
		<-handed
		value = recover()
		runtime.Gosched()
	}()
	way, depth := ways[random.Intn(len(ways))], uint(random.Intn(4))
	dive(random.Intn(60), func() { way.panic(depth) })
	return nil
}

// inUse returns the heap and the stacks that are in use after a collection, in bytes.
func inUse() (heap, stack uint64) {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc, stats.StackInuse
}

// everything turns on all that unwinds by frame pointers, collects all the time, and returns how to end it.
func everything(t *testing.T) func() {
	percent := debug.SetGCPercent(1)
	runtime.SetBlockProfileRate(1)
	fraction := runtime.SetMutexProfileFraction(1)
	if err := trace.Start(io.Discard); err != nil {
		t.Fatal(err)
	}
	return func() {
		trace.Stop()
		runtime.SetMutexProfileFraction(fraction)
		runtime.SetBlockProfileRate(0)
		debug.SetGCPercent(percent)
	}
}

func TestStorm(t *testing.T) {
	defer everything(t)()
	const goroutines = 8
	var lock sync.Mutex
	storm := func(count int, seed int64) {
		var all sync.WaitGroup
		for g := range goroutines {
			all.Add(1)
			go func() {
				defer all.Done()
				random := rand.New(rand.NewSource(seed + int64(g)))
				for range count / goroutines {
					if _, ok := survive(random, &lock).(panics.Panic); !ok {
						t.Error("no Rust panic arrived")
						return
					}
				}
			}()
		}
		all.Wait()
	}
	// The first tenth lets caches and profiles fill.
	storm(*stormPanics/10, 1)
	heap, stack := inUse()
	storm(*stormPanics*9/10, 2)
	heapAfter, stackAfter := inUse()
	t.Logf("%d panics; heap %d KiB, then %d KiB; stacks %d KiB, then %d KiB", *stormPanics,
		heap>>10, heapAfter>>10, stack>>10, stackAfter>>10)
	levelOff(t, heap, heapAfter, stack, stackAfter)
}

// levelOff fails the test where much more is in use than before, in bytes.
func levelOff(t *testing.T, heap, heapAfter, stack, stackAfter uint64) {
	t.Helper()
	if heapAfter > heap+heap/2+(4<<20) {
		t.Errorf("the heap grew from %d to %d bytes", heap, heapAfter)
	}
	if stackAfter > 2*stack+(4<<20) {
		t.Errorf("stacks grew from %d to %d bytes", stack, stackAfter)
	}
}

func TestNilPointers(t *testing.T) {
	const want = "runtime error: invalid memory address or nil pointer dereference"
	var point [32]byte
	calls := []func(){
		func() { edwards25519.ScalarBaseMult(nil, &point) },
		func() { edwards25519.ScalarBaseMult(&point, nil) },
		func() { panics.Element(nil, 0, 0) },
	}
	// The trace goes from the shim to the caller.
	for i, shim := range []string{"edwards25519.scalarBaseMult", "edwards25519.scalarBaseMult", "panics.Element("} {
		_, trace := recovered(calls[i])
		_, below, found := strings.Cut(trace, shim)
		if !found || !strings.Contains(below, "citizenship.TestNilPointers.func") || !strings.Contains(below, "testing.tRunner(") {
			t.Errorf("no %s, or not its caller, in\n%s", shim, trace)
		}
	}
	random := rand.New(rand.NewSource(3))
	for range *nilCalls {
		call := calls[random.Intn(len(calls))]
		value := func() (value any) {
			defer func() { value = recover() }()
			dive(random.Intn(8), call)
			return nil
		}()
		if err, ok := value.(runtime.Error); !ok || err.Error() != want {
			t.Fatalf("a nil pointer panics with %v", value)
		}
	}
}
