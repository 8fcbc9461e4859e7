//go:build (amd64 || arm64) && gc && !purego

// Command linked calls Rust in several packages and says whether the answers are right: for tests of the ways in which Go
// links a program.
package main

import (
	"github.com/rustgo/rustgo/go/edwards25519"
	"github.com/rustgo/rustgo/go/internal/hello"
	"github.com/rustgo/rustgo/go/internal/panics"
)

// wrong says what came out wrong: "" if nothing did.
func wrong() string {
	// Twice the basepoint.
	const double = "\xc9\xa3\xf8\x6a\xae\x46\x5f\x0e\x56\x51\x38\x64\x51\x0f\x39\x97\x56\x1f\xa2\xc9\xe8\x5e\xa2\x1d\xc2\x29\x23\x09\xf3\xcd\x60\x22"
	scalars := [3][32]byte{{2}, {2}, {2}}
	edwards25519.ScalarBaseMultBatch(scalars[:2], scalars[:2])
	edwards25519.ScalarBaseMult(&scalars[2], &scalars[2])
	for _, point := range scalars {
		if string(point[:]) != double {
			return "a point"
		}
	}
	if text := hello.Hello(); text != "Hello, Rust!" {
		return text
	}
	// It reads constants that hold addresses.
	if panics.Month(5) != 'M'<<16|'a'<<8|'y' {
		return "a month"
	}
	if text := divide(); text != "attempt to divide by zero" {
		return text
	}
	return ""
}

// divide has Rust divide by zero, and returns the message of its panic.
func divide() (text string) {
	defer func() {
		if value, ok := recover().(panics.Panic); ok {
			text = value.Message()
		}
	}()
	panics.Divide(1, 0, 2)
	return "no panic"
}

// Right is for programs that load this one as a plugin.
func Right() bool { return wrong() == "" }

func main() {
	if what := wrong(); what != "" {
		panic("wrong: " + what)
	}
	println("right")
}
