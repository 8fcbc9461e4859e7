package edwards25519

import (
	"math/rand"
	"testing"
)

// longest is more than two calls of any kernel, and a rest.
const longest = 2*64 + 7

func randomScalars(seed int64, n int) [][32]byte {
	random := rand.New(rand.NewSource(seed))
	scalars := make([][32]byte, n)
	for i := range scalars {
		if i&1 == 0 {
			scalars[i] = edge(i)
		} else {
			random.Read(scalars[i][:])
		}
	}
	return scalars
}

func oneByOne(scalars [][32]byte) [][32]byte {
	points := make([][32]byte, len(scalars))
	for i := range scalars {
		points[i] = mult(scalars[i])
	}
	return points
}

func TestBatchesOfAnyLength(t *testing.T) {
	forEachKernel(t, func(t *testing.T) {
		scalars := randomScalars(3, longest)
		want := oneByOne(scalars)
		for n := 0; n <= longest; n++ {
			dst := make([][32]byte, longest+1)
			ScalarBaseMultBatch(dst[:n], scalars[:n])
			for i, got := range dst {
				if i < n && got != want[i] {
					t.Fatalf("scalar %d of %d, %x: got %x, want %x", i, n, scalars[i], got, want[i])
				} else if i >= n && got != [32]byte{} {
					t.Fatalf("a batch of %d writes to point %d", n, i)
				}
			}
		}
	})
}

// The points may overlap the scalars in any way, before and after them.
func TestBatchesThatOverlap(t *testing.T) {
	forEachKernel(t, func(t *testing.T) {
		scalars := randomScalars(4, longest)
		want := oneByOne(scalars)
		for _, n := range []int{1, 5, 16, 17, 64, longest} {
			for at := 0; at <= 2*n; at++ {
				memory := make([][32]byte, 3*n)
				copy(memory[n:], scalars[:n])
				ScalarBaseMultBatch(memory[at:at+n], memory[n:2*n])
				for i, got := range memory[at : at+n] {
					if got != want[i] {
						t.Fatalf("scalar %d of %d, points %d behind: got %x, want %x", i, n, at-n, got, want[i])
					}
				}
			}
		}
	})
}

func TestBatchesOfDifferentLengths(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a batch with fewer points than scalars does not panic")
		}
	}()
	ScalarBaseMultBatch(make([][32]byte, 2), make([][32]byte, 3))
}

func BenchmarkScalarBaseMultBatch(b *testing.B) {
	scalars := randomScalars(5, 64)
	points := make([][32]byte, len(scalars))
	for b.Loop() {
		ScalarBaseMultBatch(points, scalars)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(scalars)), "ns/scalar")
}
