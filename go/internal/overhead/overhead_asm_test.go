//go:build (amd64 || arm64) && gc && !purego

package overhead

import (
	"math"
	"testing"

	"github.com/rustgo/rustgo/go/internal/shimcheck"
)

var functions = []struct {
	name                   string
	increment, multiplyTwo func(uint64) uint64
}{
	{"inline", inlineIncrement, inlineMultiplyTwo},
	{"go", goIncrement, goMultiplyTwo},
	{"assembly", asmIncrement, asmMultiplyTwo},
	{"rustgo", Increment, MultiplyTwo},
}

func TestAllAgree(t *testing.T) {
	for _, f := range functions {
		for _, value := range []uint64{0, 1, 41, 1 << 32, 1 << 63, math.MaxUint64} {
			if got := f.increment(value); got != value+1 {
				t.Errorf("%s: %d + 1 = %d", f.name, value, got)
			}
			if got := f.multiplyTwo(value); got != value*2 {
				t.Errorf("%s: %d * 2 = %d", f.name, value, got)
			}
		}
	}
}

func TestFrames(t *testing.T) {
	shimcheck.Frames(t)
}

// Each benchmark calls by name: through a variable the compiler could neither inline nor call directly.

func BenchmarkIncrement(b *testing.B) {
	value := uint64(0)
	b.Run("inline", func(b *testing.B) {
		for range b.N {
			value = inlineIncrement(value)
		}
	})
	b.Run("go", func(b *testing.B) {
		for range b.N {
			value = goIncrement(value)
		}
	})
	b.Run("assembly", func(b *testing.B) {
		for range b.N {
			value = asmIncrement(value)
		}
	})
	b.Run("rustgo", func(b *testing.B) {
		for range b.N {
			value = Increment(value)
		}
	})
	sink = value
}

func BenchmarkMultiplyTwo(b *testing.B) {
	value := uint64(1)
	b.Run("inline", func(b *testing.B) {
		for range b.N {
			value = inlineMultiplyTwo(value)
		}
	})
	b.Run("go", func(b *testing.B) {
		for range b.N {
			value = goMultiplyTwo(value)
		}
	})
	b.Run("assembly", func(b *testing.B) {
		for range b.N {
			value = asmMultiplyTwo(value)
		}
	})
	b.Run("rustgo", func(b *testing.B) {
		for range b.N {
			value = MultiplyTwo(value)
		}
	})
	sink = value
}

var sink uint64
