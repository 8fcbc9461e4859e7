package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// serve answers requests until there are no more.
func serve(benchmarks []benchmark, in io.Reader, out io.Writer) error {
	// getrusage below is about a thread, so the benchmarks stay on one. Nothing that is measured depends on the garbage
	// collector, and it would run at random.
	runtime.LockOSThread()
	debug.SetGCPercent(-1)
	s := server{benchmarks: benchmarks}
	responses := json.NewEncoder(out)
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("the requests can't be read: %w", err)
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("no request: %s: %w", line, err)
		}
		response, err := s.respond(&r)
		if err != nil {
			return err
		}
		if err := responses.Encode(response); err != nil {
			return fmt.Errorf("the response can't be written: %w", err)
		}
	}
}

type server struct {
	benchmarks []benchmark
	inputs     []scalar
}

func (s *server) respond(r *request) (response any, err error) {
	switch {
	case r.List != nil:
		return listing{s.benchmarks, versions()}, nil
	case r.Inputs != nil:
		s.inputs, err = scalars(r.Inputs)
		return nil, err
	case r.Answer != nil:
		b, err := s.benchmark(r.Answer.Benchmark)
		if err != nil {
			return nil, err
		}
		inputs, err := scalars(r.Answer.Inputs)
		if err != nil {
			return nil, err
		}
		return hex.EncodeToString(b.answer(inputs)), nil
	case r.Measure != nil:
		b, err := s.benchmark(r.Measure.Benchmark)
		if err != nil {
			return nil, err
		}
		if len(s.inputs) < b.Items {
			return nil, fmt.Errorf("there are %d inputs, %d are needed", len(s.inputs), b.Items)
		}
		b.run(s.inputs, r.Measure.WarmUp)
		return measure(func() { b.run(s.inputs, r.Measure.Calls) }), nil
	}
	return nil, fmt.Errorf("a request asks for nothing")
}

func (s *server) benchmark(i int) (*benchmark, error) {
	if i < 0 || i >= len(s.benchmarks) || s.benchmarks[i].Missing != "" {
		return nil, fmt.Errorf("there is no benchmark %d", i)
	}
	return &s.benchmarks[i], nil
}

// measure runs calls once and says how long it took. When the system took the core away, that is the time for which the
// thread had it.
func measure(calls func()) measurement {
	switches, own := involuntarySwitches(), threadTime()
	start := time.Now()
	calls()
	elapsed := time.Since(start)
	interrupted := involuntarySwitches() != switches
	if interrupted {
		elapsed = threadTime() - own
	}
	return measurement{elapsed.Nanoseconds(), interrupted}
}

// threadTime returns how long this thread has had a core.
func threadTime() time.Duration {
	const threadClock = 3 // CLOCK_THREAD_CPUTIME_ID, which package syscall does not name
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadClock, uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano())
}

func involuntarySwitches() int64 {
	const thread = 1 // RUSAGE_THREAD, which package syscall does not name
	var usage syscall.Rusage
	if err := syscall.Getrusage(thread, &usage); err != nil {
		return 0
	}
	return int64(usage.Nivcsw)
}

// versions returns those of Go and of the modules that are measured.
func versions() map[string]string {
	all := map[string]string{"Go": runtime.Version()[len("go"):]}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			// What is replaced is this repository's own, and golang.org/x is what others need.
			if module.Replace == nil && !strings.HasPrefix(module.Path, "golang.org/x/") {
				all[module.Path] = module.Version
			}
		}
	}
	return all
}
