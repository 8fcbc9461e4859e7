// A program outside of the repository, that imports the package as any other.
package main

import (
	"encoding/hex"
	"fmt"

	"github.com/rustgo/rustgo/go/edwards25519"
)

func main() {
	var point, scalar [32]byte
	hex.Decode(scalar[:], []byte("39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707"))
	edwards25519.ScalarBaseMult(&point, &scalar)
	fmt.Printf("%x\n", point)
	for _, line := range more {
		fmt.Println(line())
	}
}

// more is what only some builds print.
var more []func() string
