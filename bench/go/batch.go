package main

import "github.com/rustgo/rustgo/go/edwards25519"

func packageBatch() []benchmark {
	return batches("rustgo batch, from Go", edwards25519.ScalarBaseMultBatch)
}
