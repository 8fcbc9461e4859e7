// Package cgo calls two C functions through cgo, so that package overhead has something to compare with.
package cgo

// #include <stdint.h>
//
// static uint64_t increment(uint64_t value) { return value + 1; }
// static uint64_t multiply_two(uint64_t value) { return value * 2; }
import "C"

// Increment returns value + 1, computed in C.
func Increment(value uint64) uint64 { return uint64(C.increment(C.uint64_t(value))) }

// MultiplyTwo returns value * 2, computed in C.
func MultiplyTwo(value uint64) uint64 { return uint64(C.multiply_two(C.uint64_t(value))) }
