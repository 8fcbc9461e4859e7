//go:build (amd64 || arm64) && !purego

package edwards25519

import (
	"testing"

	"github.com/rustgo/rustgo/go/internal/shimcheck"
)

// go vet wants frame sizes as literals in TEXT lines; what was proven stands in the generated header.
func TestFrames(t *testing.T) {
	shimcheck.Frames(t)
}
