package edwards25519_test

import (
	"encoding/hex"
	"fmt"

	"github.com/rustgo/rustgo/go/edwards25519"
)

func ExampleScalarBaseMult() {
	var scalar, point [32]byte
	hex.Decode(scalar[:], []byte("39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707"))
	edwards25519.ScalarBaseMult(&point, &scalar)
	fmt.Printf("%x\n", point)
	// Output: 1cc4789ed5ea69f84ad460941ba0491ff532c1af1fa126733d6c7b62f7ebcbcf
}

func ExampleScalarBaseMultBatch() {
	scalars := [][32]byte{{1}, {2}}
	points := make([][32]byte, len(scalars))
	edwards25519.ScalarBaseMultBatch(points, scalars)
	for _, point := range points {
		fmt.Printf("%x\n", point)
	}
	// Output:
	// 5866666666666666666666666666666666666666666666666666666666666666
	// c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022
}
