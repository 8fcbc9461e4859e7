//go:build !batch

package main

func packageBatch() []benchmark {
	const why = "package edwards25519 has no ScalarBaseMultBatch"
	return []benchmark{missing("batch", "rustgo batch, from Go", why)}
}
