// A program with two generated packages and edwards25519.
package main

import (
	"encoding/hex"
	"fmt"

	"github.com/rustgo/rustgo/go/edwards25519"

	"example.com/three/overhead"
	"example.com/three/signatures"
)

func main() {
	var scalar, point [32]byte
	if _, err := hex.Decode(scalar[:], []byte("39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707")); err != nil {
		panic(err)
	}
	edwards25519.ScalarBaseMult(&point, &scalar)
	number, err := signatures.ParseDecimal("41")
	fmt.Printf("%x %d %v\n", point, overhead.Increment(uint64(number)), err)
	defer func() { fmt.Println(recover().(interface{ Message() string }).Message()) }()
	words := []uint64{overhead.MultiplyTwo(21)}
	signatures.CopyWords(words, words)
}
