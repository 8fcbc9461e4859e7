// Package edwards25519 multiplies the basepoint of the twisted Edwards curve edwards25519 by a scalar.
//
// Most programs should not use it: for signatures there is crypto/ed25519, for key agreement crypto/ecdh, and for
// other operations on the curve filippo.io/edwards25519. This package is for protocols that need this one operation
// in a hurry.
//
// The work is done by Rust code that is part of the package as Go assembly: importing it takes neither Rust nor a C
// compiler, and a program that does is cross-compiled and linked statically as any other. On amd64 there are four
// implementations, for AVX-512 IFMA, AVX2, BMI2 with ADX, and any processor; the package chooses at its start. On
// processors without an image, and under the build tag purego, the package is a thin layer over
// filippo.io/edwards25519, with the same results.
//
// While Rust runs, its goroutine can't be preempted, so a stop of the world waits for it: some microseconds for a scalar,
// and for a batch, which goes to Rust in parts, some two hundred at most. Go does not support
// calls of C functions from assembly; the README says what rustgo does to make them safe.
package edwards25519
