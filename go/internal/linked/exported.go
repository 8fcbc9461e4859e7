//go:build cgo && (amd64 || arm64) && gc && !purego

package main

import "C"

// rustgo_linked_right is for a program in C that has this one as its library.
//
//export rustgo_linked_right
func rustgo_linked_right() bool { return Right() }
