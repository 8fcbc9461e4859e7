//go:build cgo

// Command load loads the program linked as a plugin, and asks it whether Rust gives the right answers.
package main

import (
	"os"
	"plugin"
)

func main() {
	loaded, err := plugin.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	right, err := loaded.Lookup("Right")
	if err != nil {
		panic(err)
	}
	if !right.(func() bool)() {
		panic("a wrong answer")
	}
}
