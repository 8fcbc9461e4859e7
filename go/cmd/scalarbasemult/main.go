// Scalarbasemult multiplies the basepoint of edwards25519 by a scalar and prints the compressed point in hex.
//
//	scalarbasemult [SCALAR]
//
// The scalar is a 256-bit little-endian integer in 64 hex digits.
package main

import (
	"encoding/hex"
	"fmt"
	"os"

	"github.com/rustgo/rustgo/go/edwards25519"
)

const defaultScalar = "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707"

func main() {
	scalar, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "scalarbasemult:", err)
		os.Exit(2)
	}
	var point [32]byte
	edwards25519.ScalarBaseMult(&point, &scalar)
	if _, err := fmt.Printf("%x\n", point); err != nil {
		fmt.Fprintln(os.Stderr, "scalarbasemult:", err)
		os.Exit(1)
	}
}

func parse(args []string) (scalar [32]byte, err error) {
	text := defaultScalar
	switch len(args) {
	case 0:
	case 1:
		text = args[0]
	default:
		return scalar, fmt.Errorf("there are %d arguments; one scalar is expected, in 64 hex digits", len(args))
	}
	if len(text) != 64 {
		return scalar, fmt.Errorf("the scalar has %d characters; 64 hex digits are expected", len(text))
	}
	if _, err := hex.Decode(scalar[:], []byte(text)); err != nil {
		return scalar, fmt.Errorf("the scalar is not hex: %w", err)
	}
	return scalar, nil
}
