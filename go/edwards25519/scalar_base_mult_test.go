package edwards25519

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/hex"
	"math/big"
	"math/rand"
	"testing"

	"filippo.io/edwards25519"
)

// samples is how many comparisons each of the large tests makes.
func samples() int {
	if testing.Short() {
		return 2_000
	}
	return 100_000
}

func mult(scalar [32]byte) (point [32]byte) {
	ScalarBaseMult(&point, &scalar)
	return point
}

func fromHex(t *testing.T, s string) (b [32]byte) {
	t.Helper()
	if n, err := hex.Decode(b[:], []byte(s)); err != nil || n != 32 {
		t.Fatalf("%q is not 32 bytes in hex", s)
	}
	return b
}

func TestVector(t *testing.T) {
	forEachKernel(t, func(t *testing.T) {
		scalar := fromHex(t, "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707")
		want := fromHex(t, "1cc4789ed5ea69f84ad460941ba0491ff532c1af1fa126733d6c7b62f7ebcbcf")
		if got := mult(scalar); got != want {
			t.Errorf("got %x, want %x", got, want)
		}
	})
}

func TestAlias(t *testing.T) {
	forEachKernel(t, func(t *testing.T) {
		b := fromHex(t, "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707")
		want := mult(b)
		if ScalarBaseMult(&b, &b); b != want {
			t.Errorf("in place: got %x, want %x", b, want)
		}
	})
}

// The public key of a seed is clamp(SHA-512(seed)[:32]) times the basepoint (RFC 8032, section 5.1.5).
func TestAgreesWithStandardLibrary(t *testing.T) {
	forEachKernel(t, func(t *testing.T) {
		random := rand.New(rand.NewSource(1))
		var seed, scalar [32]byte
		for range samples() {
			random.Read(seed[:])
			digest := sha512.Sum512(seed[:])
			copy(scalar[:], digest[:32])
			scalar[0] &= 248
			scalar[31] = scalar[31]&63 | 64
			want := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
			if got := mult(scalar); !bytes.Equal(got[:], want) {
				t.Fatalf("seed %x: got %x, want %x", seed, got, want)
			}
		}
	})
}

// order is ℓ, the order of the basepoint.
var order, _ = new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)

// edge returns the i-th scalar of a list that goes on for ever around the places where a reduction or a carry may go
// wrong.
func edge(i int) (scalar [32]byte) {
	one := big.NewInt(1)
	all := new(big.Int).Sub(new(big.Int).Lsh(one, 256), one)
	bases := []*big.Int{new(big.Int), order, new(big.Int).Lsh(one, 252), new(big.Int).Lsh(one, 255), all}
	for k := int64(2); k <= 15; k++ {
		bases = append(bases, new(big.Int).Mul(order, big.NewInt(k)))
	}
	offset := int64(i / len(bases))
	if offset&1 == 1 {
		offset = -offset
	}
	value := new(big.Int).Add(bases[i%len(bases)], big.NewInt(offset/2+offset%2))
	value.And(value, all)
	value.FillBytes(scalar[:])
	for a, b := 0, 31; a < b; a, b = a+1, b-1 {
		scalar[a], scalar[b] = scalar[b], scalar[a]
	}
	return scalar
}

func TestAgreesWithFilippo(t *testing.T) {
	forEachKernel(t, func(t *testing.T) {
		random := rand.New(rand.NewSource(2))
		reference := func(scalar [32]byte) (point [32]byte) {
			var wide [64]byte
			copy(wide[:], scalar[:])
			reduced, err := new(edwards25519.Scalar).SetUniformBytes(wide[:])
			if err != nil {
				t.Fatal(err)
			}
			copy(point[:], new(edwards25519.Point).ScalarBaseMult(reduced).Bytes())
			return point
		}
		for i := range samples() {
			var scalar [32]byte
			if i&1 == 0 {
				scalar = edge(i / 2)
			} else {
				random.Read(scalar[:])
			}
			if got, want := mult(scalar), reference(scalar); got != want {
				t.Fatalf("scalar %x: got %x, want %x", scalar, got, want)
			}
		}
	})
}

func TestNilPointer(t *testing.T) {
	forEachKernel(t, func(t *testing.T) {
		panics := func(f func()) (value any) {
			defer func() { value = recover() }()
			f()
			return nil
		}
		for range samples() / 10 {
			var b [32]byte
			for name, f := range map[string]func(){
				"dst":    func() { ScalarBaseMult(nil, &b) },
				"scalar": func() { ScalarBaseMult(&b, nil) },
			} {
				if value := panics(f); value == nil {
					t.Fatalf("a nil %s does not panic", name)
				} else if err, ok := value.(error); !ok || err.Error() != "runtime error: invalid memory address or nil pointer dereference" {
					t.Fatalf("a nil %s panics with %v", name, value)
				}
			}
		}
	})
}

func BenchmarkScalarBaseMult(b *testing.B) {
	scalar := [32]byte{3: 9, 20: 77}
	for b.Loop() {
		ScalarBaseMult(&scalar, &scalar)
	}
}
