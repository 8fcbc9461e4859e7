package citizenship

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const measured = "CITIZENSHIP_PERF"

// TestPerf has perf follow the frame pointers from inside the guest to where goroutines start.
func TestPerf(t *testing.T) {
	if os.Getenv(measured) != "" {
		rounds(t)
		return
	}
	if runtime.GOARCH != "amd64" || runtime.GOOS != "linux" {
		t.Skip("perf is there on linux, and emulators have none")
	}
	// What go test runs has no symbols.
	program := filepath.Join(t.TempDir(), "program")
	if out, err := exec.Command("go", "test", "-c", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data := filepath.Join(t.TempDir(), "data")
	record := exec.Command("perf", "record", "-o", data, "-e", "cpu-clock", "--call-graph", "fp",
		program, "-test.run", "^TestPerf$", "-profiled", profiled.String())
	record.Env = append(os.Environ(), measured+"=1")
	if out, err := record.CombinedOutput(); err != nil {
		// TestDebugger needs no leave of the system.
		t.Skipf("perf does not count here: %v\n%s", err, out)
	}
	out, err := exec.Command("perf", "script", "-i", data, "-F", "ip,sym").Output()
	if err != nil {
		t.Fatal(err)
	}
	inside, reached := 0, 0
	for sample := range strings.SplitSeq(string(out), "\n\n") {
		frames := strings.Split(strings.TrimSpace(sample), "\n")
		if !strings.Contains(frames[0], image) {
			continue
		}
		inside++
		if strings.Contains(frames[len(frames)-1], "runtime.goexit") && strings.Contains(sample, "testing.tRunner") {
			reached++
		}
	}
	t.Logf("%d of %d samples in the image reach the goroutine's start", reached, inside)
	if inside < 100 || float64(reached) < 0.995*float64(inside) {
		t.Errorf("%d of %d samples in the image reach the goroutine's start", reached, inside)
	}
}
