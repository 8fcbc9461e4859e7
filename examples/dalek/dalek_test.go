package dalek_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"math/rand"
	"testing"

	"example.com/dalek/dalek"
)

func Example() {
	scalar, err := hex.DecodeString("39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707")
	if err != nil {
		panic(err)
	}
	var point [32]byte
	dalek.ScalarBaseMult(&point, (*[32]byte)(scalar))
	fmt.Printf("%x\n", point)
	// Output: 1cc4789ed5ea69f84ad460941ba0491ff532c1af1fa126733d6c7b62f7ebcbcf
}

// The public key of a seed is clamp(SHA-512(seed)[:32]) times the basepoint (RFC 8032, section 5.1.5).
func TestPublicKeys(t *testing.T) {
	const seeds = 100_000
	random := rand.New(rand.NewSource(1))
	var seed, key [32]byte
	for range seeds {
		random.Read(seed[:])
		digest := sha512.Sum512(seed[:])
		copy(key[:], digest[:32])
		key[0] &= 248
		key[31] = key[31]&63 | 64
		dalek.ScalarBaseMult(&key, &key)
		want := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
		if !bytes.Equal(key[:], want) {
			t.Fatalf("seed %x: got %x, want %x", seed, key, want)
		}
	}
	t.Logf("the public keys of %d seeds are those of crypto/ed25519", seeds)
}

// Multiples of the order ℓ = 2^252 + 27742317777372353535851937790883648493 change nothing.
func TestActsModuloTheOrder(t *testing.T) {
	order := [32]byte{
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 31: 0x10,
	}
	scalar := [32]byte{}
	for factor := range 16 {
		var point [32]byte
		dalek.ScalarBaseMult(&point, &scalar)
		if point != [32]byte{1} {
			t.Errorf("%d times the order: got %x, want the identity", factor, point)
		}
		carry := 0
		for i := range scalar {
			carry += int(scalar[i]) + int(order[i])
			scalar[i] = byte(carry)
			carry >>= 8
		}
	}
}

func BenchmarkScalarBaseMult(b *testing.B) {
	scalar := [32]byte{3: 9, 20: 77}
	for b.Loop() {
		dalek.ScalarBaseMult(&scalar, &scalar)
	}
}
