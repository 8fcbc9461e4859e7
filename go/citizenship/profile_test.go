package citizenship

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"github.com/rustgo/rustgo/go/edwards25519"
)

var profiled = flag.Duration("profiled", 4*time.Second, "processor time that each CPU profile takes")

const image = "edwards25519.rust"

func calls(n int, point *[32]byte) {
	for range n {
		edwards25519.ScalarBaseMult(point, point)
	}
}

//go:noinline
func caller1(point *[32]byte) { calls(1, point) }

//go:noinline
func caller2(point *[32]byte) { calls(2, point) }

//go:noinline
func caller3(point *[32]byte) { calls(3, point) }

//go:noinline
func caller4(point *[32]byte) { calls(4, point) }

//go:noinline
func caller10(point *[32]byte) { calls(10, point) }

// callers is how often each calls Rust, in each round.
var callers = map[string]float64{"caller1": 1, "caller2": 2, "caller3": 3, "caller4": 4, "caller10": 10}

// processorTime returns what the process has used. On a busy machine that is not the time that has passed.
func processorTime(t *testing.T) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// rounds calls all callers, again and again.
func rounds(t *testing.T) {
	t.Helper()
	point := [32]byte{7}
	round := []func(*[32]byte){caller1, caller2, caller3, caller4, caller10}
	for start := processorTime(t); processorTime(t)-start < *profiled; {
		// In no fixed order: samples come at fixed times, and a round takes a fixed time.
		rand.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
		for _, caller := range round {
			caller(&point)
		}
	}
}

// cpuProfile profiles rounds of all callers.
func cpuProfile(t *testing.T) []byte {
	t.Helper()
	var buffer bytes.Buffer
	if err := pprof.StartCPUProfile(&buffer); err != nil {
		t.Fatal(err)
	}
	rounds(t)
	pprof.StopCPUProfile()
	return buffer.Bytes()
}

func parse(t *testing.T, data []byte) *profile.Profile {
	t.Helper()
	parsed, err := profile.ParseData(data)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// functions returns the names of a sample's functions, the innermost first.
func functions(sample *profile.Sample) (names []string) {
	for _, location := range sample.Location {
		for _, line := range location.Line {
			names = append(names, line.Function.Name)
		}
	}
	return names
}

func TestSharesInProfile(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("on " + runtime.GOARCH + " samples end at the image")
	}
	for _, traced := range []bool{false, true} {
		name := "alone"
		if traced {
			name = "traced"
		}
		t.Run(name, func(t *testing.T) {
			if traced {
				if err := trace.Start(io.Discard); err != nil {
					t.Fatal(err)
				}
				defer trace.Stop()
			}
			var inside, reached int64
			shares := map[string]float64{}
			for _, sample := range parse(t, cpuProfile(t)).Sample {
				names := functions(sample)
				if !strings.HasSuffix(names[0], image) {
					continue
				}
				inside += sample.Value[0]
				for _, name := range names {
					name = name[strings.LastIndexByte(name, '.')+1:]
					if _, ok := callers[name]; ok && strings.HasSuffix(names[len(names)-1], "tRunner") {
						shares[name] += float64(sample.Value[0])
						reached += sample.Value[0]
						break
					}
				}
			}
			t.Logf("%d of %d samples in the image reach their caller", reached, inside)
			if inside < 100 {
				t.Fatalf("only %d samples in the image", inside)
			}
			if reached != inside {
				t.Errorf("%d of %d samples in the image reach their caller", reached, inside)
			}
			for name, weight := range callers {
				got, want := 100*shares[name]/float64(reached), 100*weight/20
				t.Logf("%s: %.1f%%, expected %.0f%%", name, got, want)
				// Three points, plus three standard deviations for that number of samples.
				if math.Abs(got-want) > 3+300*math.Sqrt(want/100*(1-want/100)/float64(reached)) {
					t.Errorf("%s has %.1f%% of the samples, want %.0f%%", name, got, want)
				}
			}
		})
	}
}

// TestLinesInProfile has pprof show the lines of Rust: in the guest's files, by names that hold on every machine, and those
// that the program's table has for their addresses, which a test of cargo-rustgo compares with the guest's own.
//
// A profile has one file for each function, as runtime/pprof writes it, and the image is one function. So pprof is to
// look into the program itself.
func TestLinesInProfile(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("on " + runtime.GOARCH + " the image is opaque")
	}
	name := filepath.Join(t.TempDir(), "profile")
	if err := os.WriteFile(name, cpuProfile(t), 0o600); err != nil {
		t.Fatal(err)
	}
	pprof := func(format ...string) []byte {
		arguments := append([]string{"tool", "pprof", "-symbolize=force", "-lines"}, format...)
		command := exec.Command("go", append(arguments, os.Args[0], name)...)
		command.Stderr = os.Stderr
		out, err := command.Output()
		if err != nil {
			t.Fatalf("%v: %v", command, err)
		}
		return out
	}
	var addresses, lines []string
	guest := 0
	shown := map[string]bool{}
	for _, location := range parse(t, pprof("-proto", "-output=/dev/stdout")).Location {
		line := location.Line[0]
		if !strings.HasSuffix(line.Function.Name, image) {
			continue
		}
		file := line.Function.Filename
		if !strings.HasPrefix(file, "/rustgo/") && !strings.HasPrefix(file, "/rustc/") {
			t.Errorf("%s:%d is no rooted name", file, line.Line)
		}
		if strings.HasPrefix(file, "/rustgo/rustgo-crypto-") {
			guest++
		}
		place := fmt.Sprintf("%s:%d", file, line.Line)
		addresses = append(addresses, fmt.Sprintf("%#x", location.Address))
		lines = append(lines, place)
		shown[filepath.Clean(place)] = true
	}
	// Most lie in functions of core, which the vector instructions come from.
	if guest < 5 {
		t.Errorf("only %d of %d addresses lie in the guest", guest, len(addresses))
	}

	addr2line := exec.Command("go", "tool", "addr2line", os.Args[0])
	addr2line.Stdin = strings.NewReader(strings.Join(addresses, "\n") + "\n")
	out, err := addr2line.Output()
	if err != nil {
		t.Fatal(err)
	}
	// Two lines each; the first has the function.
	answers := strings.Fields(string(out))
	if len(answers) != 2*len(lines) {
		t.Fatalf("%d answers for %d addresses", len(answers)/2, len(lines))
	}
	for i, line := range lines {
		if answers[2*i+1] != line {
			t.Errorf("%s is %s for pprof and %s in the program's table", addresses[i], line, answers[2*i+1])
		}
	}

	rows := 0
	for row := range strings.Lines(string(pprof("-top", "-nodecount=100000", "-nodefraction=0"))) {
		if words := strings.Fields(row); len(words) > 6 && strings.HasSuffix(words[5], image) {
			rows++
			if !shown[words[6]] {
				t.Errorf("pprof shows another line: %s", row)
			}
		}
	}
	if rows != len(shown) {
		t.Errorf("pprof shows %d lines of %d", rows, len(shown))
	}
	t.Logf("%d addresses on %d lines, as in the program's table", len(lines), len(shown))

	// If the sources are available it lists them.
	sources := t.TempDir()
	guestFolder, err := filepath.Abs("../../rustgo-crypto")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(guestFolder, filepath.Join(sources, filepath.Base(crate))); err != nil {
		t.Fatal(err)
	}
	listing := string(pprof("-list", regexp.QuoteMeta(image), "-trim_path", "/rustgo", "-source_path", sources))
	listed := 0
	for routine := range strings.SplitSeq(listing, "ROUTINE ") {
		_, file, found := strings.Cut(routine, " in "+filepath.Base(crate)+"/")
		if !found {
			continue
		}
		file, rows, _ := strings.Cut(file, "\n")
		text, err := os.ReadFile(filepath.Join(guestFolder, file))
		if err != nil {
			t.Fatal(err)
		}
		source := strings.Split(string(text), "\n")
		// TIME TIME LINE:TEXT
		for _, row := range regexp.MustCompile(`(?m)^ +[\d.]+m?s? +[\d.]+m?s +(\d+):(.*)$`).FindAllStringSubmatch(rows, -1) {
			line, err := strconv.Atoi(row[1])
			if err != nil || line > len(source) || strings.TrimRight(source[line-1], " ") != strings.TrimRight(row[2], " ") {
				t.Errorf("%s: pprof lists %q", file, row[0])
			}
			listed++
		}
	}
	t.Logf("%d lines listed", listed)
	if listed < 5 {
		t.Errorf("pprof lists %d lines of the guest:\n%s", listed, listing)
	}
}
