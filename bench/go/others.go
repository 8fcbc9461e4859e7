package main

import (
	"crypto/ed25519"
	"crypto/sha512"

	"filippo.io/edwards25519"
	"github.com/oasisprotocol/curve25519-voi/curve"
	voiscalar "github.com/oasisprotocol/curve25519-voi/curve/scalar"
)

// others is what Go programs use without rustgo. Each reads the scalar in the way that costs it least and is right for
// scalars below the group order, which is all that it is given.
func others() []benchmark {
	return []benchmark{
		single("filippo.io/edwards25519", fromScalar, func(dst, s *scalar) {
			var point edwards25519.Point
			reduced, err := new(edwards25519.Scalar).SetCanonicalBytes(s[:])
			if err != nil {
				panic(err)
			}
			copy(dst[:], point.ScalarBaseMult(reduced).Bytes())
		}),
		single("curve25519-voi", fromScalar, func(dst, s *scalar) {
			var (
				reduced voiscalar.Scalar
				point   curve.EdwardsPoint
			)
			if _, err := reduced.SetBits(s[:]); err != nil {
				panic(err)
			}
			point.MulBasepoint(curve.ED25519_BASEPOINT_TABLE, &reduced)
			(*curve.CompressedEdwardsY)(dst).SetEdwardsPoint(&point)
		}),
		single("crypto/ed25519, key from seed", fromSeed, func(dst, seed *scalar) {
			key := ed25519.NewKeyFromSeed(seed[:])
			copy(dst[:], key[32:])
		}),
		single("crypto/ed25519, SHA-512 of the seed", fromDigest, func(dst *[64]byte, seed *scalar) {
			*dst = sha512.Sum512(seed[:])
		}),
	}
}
