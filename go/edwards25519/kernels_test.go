//go:build !amd64 || !gc || purego

package edwards25519

import "testing"

// forEachKernel runs a test with the one kernel that there is.
func forEachKernel(t *testing.T, test func(t *testing.T)) { test(t) }
