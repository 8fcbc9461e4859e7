package hello_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"strings"
	"testing"

	"github.com/rustgo/rustgo/go/edwards25519"
	"github.com/rustgo/rustgo/go/internal/hello"
)

// Two packages with Rust in them are in this program, each with an image that is called rust: neither meets the other.
func TestTwoPackagesInOneProgram(t *testing.T) {
	for seed := range byte(100) {
		private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
		digest := sha512.Sum512(private.Seed())
		scalar := [32]byte(digest[:32])
		scalar[0] &= 248
		scalar[31] = scalar[31]&63 | 64

		var point [32]byte
		edwards25519.ScalarBaseMult(&point, &scalar)
		if public := private.Public().(ed25519.PublicKey); !bytes.Equal(point[:], public) {
			t.Fatalf("seed %d: the point is %x, and the public key %x", seed, point, public)
		}
		if got := hello.Hello(); !strings.HasPrefix(got, "Hello, ") {
			t.Fatalf("Hello() = %q", got)
		}
	}
}
