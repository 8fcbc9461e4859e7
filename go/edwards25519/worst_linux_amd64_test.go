//go:build gc && !purego

package edwards25519

import (
	"testing"

	"github.com/rustgo/rustgo/go/internal/worst"
)

// BenchmarkWorst measures how long each kernel keeps its goroutine: for one scalar, and for as many as a call takes at
// most.
func BenchmarkWorst(b *testing.B) {
	b.Run("nothing", func(b *testing.B) { worst.Measure(b, func() {}) })
	best := fastest()
	defer func() { chosen = best }()
	for chosen = baseline; chosen <= best; chosen++ {
		scalars := make([][32]byte, batchSize())
		b.Run(names[chosen]+"/one", func(b *testing.B) {
			worst.Measure(b, func() { ScalarBaseMult(&scalars[0], &scalars[0]) })
		})
		b.Run(names[chosen]+"/batch", func(b *testing.B) {
			worst.Measure(b, func() { ScalarBaseMultBatch(scalars, scalars) })
		})
	}
}
