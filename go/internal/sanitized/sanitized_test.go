//go:build sanitizers

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Each build reports what is wrong in its own words, and nothing else.
func TestReports(t *testing.T) {
	const (
		race          = "WARNING: DATA RACE"
		freed         = "AddressSanitizer: heap-use-after-free"
		uninitialised = "MemorySanitizer: use-of-uninitialized-value"
	)
	for mode, reports := range map[string]map[string]string{
		"-race": {"right": "", "no-race": "", "race-with-a-read": race, "race-with-a-write": race},
		"-asan": {"right": "", "no-race": "", "freed-point": freed, "freed-scalar": freed},
		"-msan": {"right": "", "no-race": "", "uninitialised": uninitialised},
	} {
		t.Run(mode, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "program")
			build := exec.Command("go", "build", mode, "-o", program, ".")
			build.Env = append(os.Environ(), "CGO_ENABLED=1")
			if mode == "-msan" {
				// No other has it.
				build.Env = append(build.Env, "CC=clang")
			}
			if output, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			for what, report := range reports {
				for _, how := range []string{"one", "batch"} {
					output, err := exec.Command(program, what, how).CombinedOutput()
					text := string(output)
					if report == "" && (err != nil || text != "end\n") {
						t.Errorf("%s, %s: %v\n%s", what, how, err, text)
					}
					if report != "" && (err == nil || !strings.Contains(text, report)) {
						t.Errorf("%s, %s: %v, and no %q in\n%s", what, how, err, report, text)
					}
				}
			}
		})
	}
}
