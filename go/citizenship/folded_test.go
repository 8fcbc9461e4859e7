package citizenship

import (
	"flag"
	"fmt"
	"os"
	"path"
	"runtime"
	"sort"
	"strings"
	"testing"

	"github.com/google/pprof/profile"
)

var folded = flag.String("folded", "", "file that TestFolded writes a CPU profile to, one line for each stack")

// TestFolded writes a CPU profile as flame graphs are made from: the outermost function first, then the number of
// samples. Frames of Rust are named by their files.
func TestFolded(t *testing.T) {
	if *folded == "" {
		t.Skip("it writes to the file that -folded names")
	}
	stacks := map[string]int64{}
	for _, sample := range parse(t, cpuProfile(t)).Sample {
		var names []string
		for _, location := range sample.Location {
			for _, line := range location.Line {
				names = append([]string{frame(location, line.Function.Name)}, names...)
			}
		}
		stacks[strings.Join(names, ";")] += sample.Value[0]
	}
	var lines []string
	for stack, samples := range stacks {
		lines = append(lines, fmt.Sprintf("%s %d\n", stack, samples))
	}
	sort.Strings(lines)
	if err := os.WriteFile(*folded, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// frame returns what a frame is called in a flame graph.
func frame(location *profile.Location, name string) string {
	if !strings.HasSuffix(name, image) {
		return name[strings.LastIndexByte(name, '/')+1:]
	}
	// A profile has one file for all of the image; the program has the right one.
	function := runtime.FuncForPC(uintptr(location.Address))
	file, _ := function.FileLine(uintptr(location.Address))
	file = path.Clean(strings.TrimPrefix(file, "/rustgo/"))
	if _, core, ok := strings.Cut(file, "/library/"); ok {
		file = core
	}
	return "Rust " + file
}
