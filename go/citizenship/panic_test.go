package citizenship

import (
	"errors"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/rustgo/rustgo/go/internal/panics"
)

// recovered calls f, and returns the value of its panic and the trace at that point.
func recovered(f func()) (value any, trace string) {
	defer func() {
		value = recover()
		trace = string(debug.Stack())
	}()
	f()
	return nil, ""
}

const source = "/rustgo/rustgo-panics-0.1.0/src/lib.rs"

// ways are the ways to panic, each with the message that Rust has as a constant.
var ways = []struct {
	name, message string
	panic         func(depth uint)
}{
	{"index", "", func(depth uint) { panics.Element(new([8]uint64), 8, depth) }},
	{"division", "attempt to divide by zero", func(depth uint) { panics.Divide(1, 0, depth) }},
	{"explicit", "thirteen is not a number", func(depth uint) { panics.Superstitious(13, depth) }},
	{"unwrap", "called `Option::unwrap()` on a `None` value", func(depth uint) { panics.LowestBit(0, depth) }},
	{"expect", "", func(depth uint) { panics.Add(1<<63, 1<<63, depth) }},
}

func TestValueOfPanic(t *testing.T) {
	for _, way := range ways {
		for depth := range uint(4) {
			value, _ := recovered(func() { way.panic(depth) })
			err, ok := value.(error)
			if !ok {
				t.Fatalf("%s: panicked with %v, which is no error", way.name, value)
			}
			var p panics.Panic
			if !errors.As(err, &p) {
				t.Fatalf("%s: %T is no Panic", way.name, value)
			}
			if _, ok := value.(runtime.Error); !ok {
				t.Errorf("%s: %T is no runtime.Error", way.name, value)
			}
			if p.Message() != way.message {
				t.Errorf("%s: message %q, want %q", way.name, p.Message(), way.message)
			}
			if p.File() != source || p.Line() < 40 || p.Column() < 1 {
				t.Errorf("%s: at %s:%d:%d", way.name, p.File(), p.Line(), p.Column())
			}
			if !strings.HasPrefix(p.Error(), "rust: ") || !strings.Contains(p.Error(), source+":") {
				t.Errorf("%s: %q", way.name, p.Error())
			}
		}
	}
}

func TestTraceOfPanic(t *testing.T) {
	for depth := range uint(4) {
		_, trace := recovered(func() { panics.Divide(1, 0, depth) })
		wanted := []string{"panics.Divide(", "citizenship.recovered(", "testing.tRunner("}
		rust := strings.Count(trace, "panics.rust()")
		if runtime.GOARCH == "amd64" {
			// The handler, core's functions before it, and the function that divides, below its callers.
			if rust < 3+int(depth) {
				t.Errorf("depth %d: %d frames of Rust in\n%s", depth, rust, trace)
			}
			wanted = append(wanted, source+":")
		} else if rust != 0 {
			t.Errorf("depth %d: frames of Rust, which should have been left, in\n%s", depth, trace)
		}
		for _, want := range wanted {
			if !strings.Contains(trace, want) {
				t.Errorf("depth %d: no %s in\n%s", depth, want, trace)
			}
		}
	}
}

func TestConstantsWithAddresses(t *testing.T) {
	for number, want := range map[uint]string{1: "January", 5: "May", 9: "Septembe", 12: "December", 0: "", 13: ""} {
		letters := panics.Month(number)
		got := ""
		for ; letters != 0; letters >>= 8 {
			got = string(rune(letters&0xff)) + got
		}
		if got != want {
			t.Errorf("month %d is %q, want %q", number, got, want)
		}
	}
}

func TestNilPointerInRust(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("on " + runtime.GOARCH + " a fault in Rust ends the program: TestFatalFault")
	}
	const nilPointer = "runtime error: invalid memory address or nil pointer dereference"
	for depth := range uint(4) {
		value, trace := recovered(func() { panics.Peek(nil, depth) })
		if err, ok := value.(runtime.Error); !ok || err.Error() != nilPointer {
			t.Errorf("a nil pointer panics with %v", value)
		}
		if !strings.Contains(trace, source+":") || !strings.Contains(trace, "panics.Peek(") {
			t.Errorf("no Rust, or not its caller, in\n%s", trace)
		}
	}
}
