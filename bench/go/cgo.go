//go:build cgo

package main

import "github.com/rustgo/rustgo/bench/go/exports/cgo"

// throughCgo is the sealed archive: the same code as the image.
func throughCgo() (benchmarks []benchmark) {
	for _, export := range cgo.Single {
		benchmarks = append(benchmarks, single(export.Name, fromScalar, export.Call))
	}
	return benchmarks
}
