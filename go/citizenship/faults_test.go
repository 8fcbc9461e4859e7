package citizenship

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"

	"github.com/rustgo/rustgo/go/internal/panics"
)

// unreadable returns an address that can't be read.
func unreadable(t *testing.T) *byte {
	t.Helper()
	page, err := syscall.Mmap(-1, 0, os.Getpagesize(), syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(page) })
	return &page[0]
}

// TestPanicOnFault reads bad addresses in Rust, under debug.SetPanicOnFault.
func TestPanicOnFault(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("on " + runtime.GOARCH + " a fault in Rust ends the program: TestFatalFault")
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	address := unreadable(t)
	for depth := range uint(4) {
		value, trace := recovered(func() { panics.Peek(address, depth) })
		if _, ok := value.(runtime.Error); !ok {
			t.Errorf("a bad address panics with %v", value)
		}
		if !strings.Contains(trace, source+":") || !strings.Contains(trace, "panics.Peek(") {
			t.Errorf("no Rust, or not its caller, in\n%s", trace)
		}
	}
}

const faulting = "CITIZENSHIP_FAULT"

// TestFatalFault reads bad addresses in Rust, in programs of their own, and checks their last output.
func TestFatalFault(t *testing.T) {
	switch os.Getenv(faulting) {
	case "nil":
		panics.Peek(nil, 3)
	case "unreadable":
		panics.Peek(unreadable(t), 3)
	}
	for name, want := range map[string]map[string][]string{
		"amd64": {
			"nil": {"panic: runtime error: invalid memory address or nil pointer dereference", "signal SIGSEGV",
				source + ":", "panics.Peek(", "citizenship.TestFatalFault("},
			"unreadable": {"unexpected fault address", "fatal error: fault", "signal SIGSEGV",
				source + ":", "panics.Peek(", "citizenship.TestFatalFault("},
		},
		"arm64": {
			// The report ends at the image.
			"nil":        {"fatal error: traceback did not unwind completely", "runtime.sigpanic(", "panics.rust("},
			"unreadable": {"unexpected fault address", "fatal error: fault", "signal SIGSEGV", "panics.rust("},
		},
	}[runtime.GOARCH] {
		report := again(t, name)
		for _, want := range want {
			if !strings.Contains(report, want) {
				t.Errorf("%s: no %q in\n%s", name, want, report)
			}
		}
	}
}

// again runs the current test in a program of its own, which has to die, and returns what it writes.
func again(t *testing.T, fault string) string {
	t.Helper()
	run := func(command ...string) ([]byte, error) {
		command = append(command, os.Args[0], "-test.run", "^"+t.Name()+"$")
		program := exec.Command(command[0], command[1:]...)
		program.Env = append(os.Environ(), faulting+"="+fault)
		return program.CombinedOutput()
	}
	out, err := run()
	if errors.Is(err, syscall.ENOEXEC) {
		// This program runs in an emulator, which the system does not know about.
		out, err = run("qemu-" + map[string]string{"arm64": "aarch64"}[runtime.GOARCH])
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("%s: the program did not die: %v\n%s", fault, err, out)
	}
	return string(out)
}
