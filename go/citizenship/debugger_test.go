package citizenship

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
)

const program = "github.com/rustgo/rustgo/go/cmd/scalarbasemult"

// field is dalek's multiplication in the field, FieldElement::mul.
const field = "/rustgo/curve25519-dalek-5.0.0/src/backend/serial/u64/field.rs"

// TestDebugger stops in the middle of FieldElement::mul and has gdb walk back to main.
func TestDebugger(t *testing.T) {
	if runtime.GOARCH != "amd64" || runtime.GOOS != "linux" {
		t.Skip("the frames of Rust can be walked through on amd64, and gdb is there on linux")
	}
	gdb, err := exec.LookPath("gdb")
	if err != nil {
		t.Fatal("this test needs gdb (Debian: apt-get install gdb)")
	}
	binary := filepath.Join(t.TempDir(), "program")
	build := exec.Command("go", "build", "-o", binary, program)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	scalar := "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707"
	out, err := exec.Command(gdb, "-nx", "-batch", "-ex", "set auto-load off", "-ex", "break "+field+":200",
		"-ex", "run "+scalar, "-ex", "backtrace", binary).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// The multiplication, further frames of dalek, the shim, Go, main; and no frame that gdb can't name.
	want := regexp.MustCompile(`(?s)#0 .*/u64/field\.rs:\d+\n#1 .*/curve25519-dalek-.*edwards25519\.scalarBaseMult .*` +
		`edwards25519\.ScalarBaseMult .*main\.main `)
	if !want.Match(out) {
		t.Errorf("the backtrace does not go from dalek to main:\n%s", out)
	}
	if regexp.MustCompile(`in \?\? \(\)`).Match(out) {
		t.Errorf("the backtrace has frames without names:\n%s", out)
	}
}
