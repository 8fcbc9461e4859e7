package citizenship

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

const program = "github.com/rustgo/rustgo/go/cmd/scalarbasemult"

// inversions are where each kernel has its own inversion, below the folder of the crate.
var inversions = []string{"src/backend/serial/mod.rs", "src/backend/bmi2.rs", "src/backend/avx2/inversion.rs", "src/backend/ifma/inversion.rs"}

// breakpoints are gdb's commands to stop there.
func breakpoints(t *testing.T) (commands []string) {
	t.Helper()
	for _, file := range inversions {
		source, err := os.ReadFile("../../rustgo-crypto/" + file)
		if err != nil {
			t.Fatal(err)
		}
		before, _, found := strings.Cut(string(source), "fn invert(")
		if !found {
			t.Fatalf("%s inverts nothing", file)
		}
		line := strings.Count(before, "\n") + 1
		commands = append(commands, "-ex", fmt.Sprintf("break /rustgo/rustgo-crypto-0.1.0/%s:%d", file, line))
	}
	return commands
}

// TestDebugger stops in the middle of an inversion and has gdb walk back to main.
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
	arguments := append([]string{"-nx", "-batch", "-ex", "set auto-load off"}, breakpoints(t)...)
	arguments = append(arguments, "-ex", "run "+scalar, "-ex", "backtrace", binary)
	out, err := exec.Command(gdb, arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// The inversion, further frames of Rust, the shim, Go, main; and no frame that gdb can't name.
	want := regexp.MustCompile(`(?s)#0 .*/rustgo-crypto-.*\.rs:\d+\n#1 .*/rustgo-crypto-.*edwards25519\.scalarBaseMult\w* .*` +
		`edwards25519\.ScalarBaseMult .*main\.main `)
	if !want.Match(out) {
		t.Errorf("the backtrace does not go from the inversion to main:\n%s", out)
	}
	if regexp.MustCompile(`in \?\? \(\)`).Match(out) {
		t.Errorf("the backtrace has frames without names:\n%s", out)
	}
}
