package main

import (
	"github.com/rustgo/rustgo/bench/go/dalek"
	"github.com/rustgo/rustgo/bench/go/exports"
	"github.com/rustgo/rustgo/go/edwards25519"
)

// rustgo is the package that people import, each export of the image behind it, and dalek, which the baseline calls from
// Rust.
func rustgo() []benchmark {
	benchmarks := singleAndOneByOne("rustgo, from Go", edwards25519.ScalarBaseMult)
	benchmarks = append(benchmarks, packageBatch()...)
	for _, export := range exports.Single {
		benchmarks = append(benchmarks, singleAndOneByOne(export.Name, export.Call)...)
	}
	for _, export := range exports.Batch {
		benchmarks = append(benchmarks, batches(export.Name, func(dst, scalars []scalar) {
			export.Call(&dst[0], &scalars[0], uint64(len(scalars)))
		})...)
	}
	return append(benchmarks, single("dalek, from Go", fromScalar, dalek.ScalarBaseMult))
}
