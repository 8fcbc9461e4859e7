//go:build cgo

package cgo

import "testing"

func Test(t *testing.T) {
	if Increment(41) != 42 || MultiplyTwo(21) != 42 {
		t.Error("cgo computes something else")
	}
}

func BenchmarkIncrement(b *testing.B) {
	value := uint64(0)
	for b.Loop() {
		value = Increment(value)
	}
}

func BenchmarkMultiplyTwo(b *testing.B) {
	value := uint64(1)
	for b.Loop() {
		value = MultiplyTwo(value)
	}
}
