// Package shimcheck compares hand-written shims with the generated headers that they include.
package shimcheck

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

var (
	define = regexp.MustCompile(`(?m)^#define FRAME_(\w+) (\d+)$`)
	inline = regexp.MustCompile(`(?m)^#define INLINE_(\w+) `)
	text   = regexp.MustCompile(`(?m)^TEXT ·\w+\(SB\), *[\w|]+, *\$(\d+)(?:-\d+)?`)
	call   = regexp.MustCompile(`\b(ENTRY|INLINE)_(\w+)`)
)

// Frames fails the test where a shim of the current folder declares another frame than the generated header says, or
// where an export of the header has no shim.
func Frames(t *testing.T) {
	t.Helper()
	header, err := os.ReadFile("rust_" + runtime.GOARCH + ".h")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*_" + runtime.GOARCH + ".s")
	if err != nil {
		t.Fatal(err)
	}
	var shims []string
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(source), "// Code generated ") {
			shims = append(shims, string(source))
		}
	}
	for _, wrong := range Compare(string(header), shims) {
		t.Error(wrong)
	}
}

// Compare says what is wrong with the shims, given the generated header.
func Compare(header string, shims []string) (wrong []string) {
	frames := map[string]int{}
	for _, match := range define.FindAllStringSubmatch(header, -1) {
		frames[match[1]], _ = strconv.Atoi(match[2])
	}
	if len(frames) == 0 {
		return []string{"the generated header defines no frame"}
	}
	inlined := map[string]bool{}
	for _, match := range inline.FindAllStringSubmatch(header, -1) {
		inlined[match[1]] = true
	}
	seen := map[string]bool{}
	for _, source := range shims {
		starts := text.FindAllStringSubmatchIndex(source, -1)
		for i, start := range starts {
			end := len(source)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			declared, _ := strconv.Atoi(source[start[2]:start[3]])
			for _, match := range call.FindAllStringSubmatch(source[start[0]:end], -1) {
				name := match[2]
				frame, known := frames[name]
				if match[1] == "INLINE" {
					// Inlined code needs no frame.
					frame, known = 0, inlined[name]
				}
				switch {
				case !known:
					wrong = append(wrong, fmt.Sprintf("a shim calls %s, which the generated header does not have as %s_%s", name, match[1], name))
				case frame != declared && !seen[name]:
					wrong = append(wrong, fmt.Sprintf(
						"the shim of %s declares a frame of %d bytes, but %d are needed: change its TEXT line", name, declared, frame))
				}
				seen[name] = true
			}
		}
	}
	for name := range frames {
		if !seen[name] {
			wrong = append(wrong, fmt.Sprintf("no shim calls the export %s", name))
		}
	}
	return wrong
}
