//go:build cgo

package main

import "example.com/fresh/usescgo"

func init() {
	more = append(more, usescgo.Hello)
}
