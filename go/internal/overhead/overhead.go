// Package overhead measures what a call costs: inlined Go, a Go function, Go assembly, and Rust through rustgo. Package
// cgo below it measures the same through cgo, apart so that nothing else needs a C compiler.
//
// It is not for import: its functions do next to nothing.
package overhead

//go:noinline
func goIncrement(value uint64) uint64 { return value + 1 }

func inlineIncrement(value uint64) uint64 { return value + 1 }

//go:noinline
func goMultiplyTwo(value uint64) uint64 { return value * 2 }

func inlineMultiplyTwo(value uint64) uint64 { return value * 2 }
