package {package}_test

import (
	"fmt"
	"hash/fnv"
	"math/rand"
	"testing"

	"example.com/{name}/{package}"
)

func ExampleFnv1a() {
	fmt.Printf("%016x\n", {package}.Fnv1a([]byte("foobar")))
	// Output: 85944171f73967e8
}

// TestStandardLibrary compares the hash with Go's own, at all lengths that matter and many that don't.
func TestStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for i := 0; i < 10_000; i++ {
		data := make([]byte, random.Intn(300))
		random.Read(data)
		want := fnv.New64a()
		want.Write(data)
		if got := {package}.Fnv1a(data); got != want.Sum64() {
			t.Fatalf("Fnv1a(%x) = %#x, not %#x", data, got, want.Sum64())
		}
	}
	if got := {package}.Fnv1a(nil); got != fnv.New64a().Sum64() {
		t.Errorf("Fnv1a(nil) = %#x", got)
	}
}

func BenchmarkFnv1a(b *testing.B) {
	for _, size := range []int{8, 64, 1024} {
		data := make([]byte, size)
		b.Run(fmt.Sprintf("Rust/%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for i := 0; i < b.N; i++ {
				{package}.Fnv1a(data)
			}
		})
		b.Run(fmt.Sprintf("Go/%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for i := 0; i < b.N; i++ {
				hash := fnv.New64a()
				hash.Write(data)
				hash.Sum64()
			}
		})
	}
}
