package hello

import (
	"testing"

	"github.com/rustgo/rustgo/go/internal/worst"
)

// BenchmarkWorst measures how long a call keeps its goroutine.
func BenchmarkWorst(b *testing.B) { worst.Measure(b, func() { Hello() }) }
