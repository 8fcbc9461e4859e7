//go:build (amd64 || arm64) && gc && !purego

package hello

import (
	"testing"

	"github.com/rustgo/rustgo/go/internal/shimcheck"
)

// go vet requires literal frame sizes in TEXT lines; the proven ones are in the generated header.
func TestFrames(t *testing.T) {
	shimcheck.Frames(t)
}

func TestHello(t *testing.T) {
	if got := Hello(); got != "Hello, Rust!" {
		t.Errorf("Hello() = %q", got)
	}
}
