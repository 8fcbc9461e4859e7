package edwards25519

import (
	"testing"
	"unsafe"
)

// even and odd call each other n times, odd k times of these, and then f. The frames of odd are larger by one word, so
// that together they fill a stack to any depth.

//go:noinline
func even(n, k int, top *uintptr, f func()) uint64 {
	var pad [1]uint64
	*top = uintptr(unsafe.Pointer(&pad))
	pad[0] = uint64(n)
	return pad[0] + deeper(n, k, top, f)
}

//go:noinline
func odd(n, k int, top *uintptr, f func()) uint64 {
	var pad [2]uint64
	*top = uintptr(unsafe.Pointer(&pad))
	pad[n&1] = uint64(n)
	return pad[k&1] + deeper(n, k, top, f)
}

func deeper(n, k int, top *uintptr, f func()) uint64 {
	switch {
	case n == 0:
		f()
		return 0
	case k > 0:
		return odd(n-1, k-1, top, f)
	default:
		return even(n-1, k, top, f)
	}
}

// TestStackDepths calls from fresh goroutines whose stack is filled to every depth from 0 to 16 KiB in steps of a word:
// wherever the stack has to grow, it grows before Rust runs.
func TestStackDepths(t *testing.T) {
	forEachKernel(t, stackDepths)
}

func stackDepths(t *testing.T) {
	scalar := [32]byte{7}
	want := mult(scalar)

	// How large the frames are is the compiler's affair.
	depth := func(n, k int) int {
		var first, last uintptr
		even(0, 0, &first, func() {})
		even(n, k, &last, func() {})
		return int(first - last)
	}
	frame, larger := depth(1, 0), depth(1, 1)
	if frame <= 0 || larger <= frame || larger-frame > 16 {
		t.Fatalf("frames of %d and %d bytes do not fill a stack in small steps", frame, larger)
	}
	step := larger - frame

	done := make(chan bool)
	for i := range samples() {
		depth := i * step % (16 << 10)
		n := depth / frame
		k := min((depth-n*frame)/step, n)
		go func() {
			var top uintptr
			ok := false
			even(n, k, &top, func() { ok = mult(scalar) == want })
			done <- ok
		}()
		if !<-done {
			t.Fatalf("wrong point at a depth of %d bytes", n*frame+k*step)
		}
	}
}
