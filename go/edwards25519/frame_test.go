//go:build (amd64 || arm64) && gc && !purego

package edwards25519

import (
	"testing"

	"github.com/rustgo/rustgo/go/internal/shimcheck"
)

// go vet requires literal frame sizes in TEXT lines; the proven ones are in the generated header.
func TestFrames(t *testing.T) {
	shimcheck.Frames(t)
}
