package citizenship

import (
	"debug/dwarf"
	"debug/elf"
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

// crate is the folder of the flagship guest, as the image names it.
const crate = "/rustgo/rustgo-crypto-0.1.0/"

// operations are where the debugger is to stop: what each kernel has for an operation, as a file of the crate and the
// start of a function in it.
var operations = map[string][][2]string{
	"multiplication": {
		{"src/field.rs", "    pub fn mul("},
		{"src/backend/avx2/field.rs", "pub fn multiply("},
		{"src/backend/ifma/field.rs", "    unsafe fn mul("},
	},
	"inversion": {
		{"src/backend/serial/mod.rs", "fn invert("},
		{"src/backend/bmi2.rs", "fn invert("},
		{"src/backend/avx2/inversion.rs", "pub fn invert("},
	},
}

// body returns the lines of a function, the first and the last.
func body(t *testing.T, file, start string) (first, last int) {
	t.Helper()
	source, err := os.ReadFile("../../rustgo-crypto/" + file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(source), "\n"+start)
	indentation := start[:len(start)-len(strings.TrimLeft(start, " "))]
	inside, _, ends := strings.Cut(rest, "\n"+indentation+"}")
	if !found || !ends {
		t.Fatalf("%s has no function %s", file, start)
	}
	first = strings.Count(before, "\n") + 2
	return first, first + strings.Count(inside, "\n")
}

// stops returns gdb's commands to stop where machine code of these functions starts, also where it is inlined.
func stops(t *testing.T, binary string, functions [][2]string) (commands []string) {
	t.Helper()
	file, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	data, err := file.DWARF()
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string][2]int{}
	for _, function := range functions {
		first, last := body(t, function[0], function[1])
		lines[crate+function[0]] = [2]int{first, last}
	}
	for units := data.Reader(); ; {
		unit, err := units.Next()
		if err != nil {
			t.Fatal(err)
		}
		if unit == nil {
			return commands
		}
		units.SkipChildren()
		rows, err := data.LineReader(unit)
		if err != nil {
			t.Fatal(err)
		}
		if rows == nil {
			continue
		}
		inside := false
		for row := (dwarf.LineEntry{}); rows.Next(&row) == nil; {
			body, ok := lines[row.File.Name]
			was := inside
			inside = ok && body[0] <= row.Line && row.Line <= body[1] && !row.EndSequence
			if inside && !was {
				commands = append(commands, "-ex", fmt.Sprintf("break *%#x", row.Address))
			}
		}
	}
}

// TestDebugger stops in the middle of a multiplication of field elements, and of an inversion, and has gdb walk back to
// main.
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
	const scalar = "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707"
	for operation, functions := range operations {
		arguments := append([]string{"-nx", "-batch", "-ex", "set auto-load off"}, stops(t, binary, functions)...)
		arguments = append(arguments, "-ex", "run "+scalar, "-ex", "backtrace", binary)
		out, err := exec.Command(gdb, arguments...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var files []string
		for _, function := range functions {
			files = append(files, regexp.QuoteMeta(crate+function[0]))
		}
		// The operation, further frames of Rust, the shim, Go, main; and no frame that gdb can't name.
		want := regexp.MustCompile(`(?s)#0 [^\n]* (` + strings.Join(files, "|") + `):\d+\n#1 [^\n]*` + crate +
			`.*edwards25519\.scalarBaseMult\w* .*edwards25519\.ScalarBaseMult .*main\.main `)
		if !want.Match(out) {
			t.Errorf("the backtrace does not go from the %s to main:\n%s", operation, out)
		}
		if regexp.MustCompile(`in \?\? \(\)`).Match(out) {
			t.Errorf("the backtrace has frames without names:\n%s", out)
		}
	}
}
