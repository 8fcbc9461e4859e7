// Package panics has functions in Rust that panic in every common way, to show and to test what becomes of that in Go.
//
// It is not for import. The value of each panic is an error with the methods of [Panic].
package panics

// Panic is what the value of a Rust panic offers, in every package that rustgo makes. The type itself is private to each
// package, so that none has to import another: find it with errors.As and an interface of your own like this one.
type Panic interface {
	// Error says what happened and where: "rust: attempt to divide by zero, at /rustgo/CRATE-VERSION/src/lib.rs:62:5".
	error
	// RuntimeError makes it a runtime.Error.
	RuntimeError()
	// Message returns the message alone; "" where Rust would have had to format it.
	Message() string
	// File returns the Rust file's name, which is the same on every machine.
	File() string
	// Line returns the line in the file, counted from 1.
	Line() int
	// Column returns the column in the line, counted from 1.
	Column() int
}
