//go:build gc && !purego

package edwards25519

import (
	"encoding/binary"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Words of CPUID leaf 1 in ECX, of leaf 7 in EBX, and of XCR0, by the numbers of their bits as Intel's manual, volume 2, table
// 3-10 and following, and AMD's, volume 3, appendix E.4, have them. Nothing here comes from the code under test.
const (
	bitFMA     = 12
	bitXSAVE   = 26
	bitOSXSAVE = 27
	bitAVX     = 28

	bitBMI1       = 3
	bitAVX2       = 5
	bitBMI2       = 8
	bitAVX512F    = 16
	bitADX        = 19
	bitAVX512IFMA = 21
	bitAVX512VL   = 31

	stateSSE     = 1
	stateAVX     = 2
	stateOpmask  = 5
	stateZMMHigh = 6
	stateZMMRest = 7
)

func word(bits ...int) (word uint32) {
	for _, bit := range bits {
		word |= 1 << bit
	}
	return word
}

// Every kernel runs with exactly the bits that it needs, and with one less runs none that needs it.
func TestKernelsNeedEachBit(t *testing.T) {
	type words struct{ basic, extended, saved []int }
	for kernel, needs := range map[kernel]words{
		bmi2: {nil, []int{bitBMI1, bitBMI2, bitADX}, nil},
		avx2: {[]int{bitFMA}, []int{bitBMI1, bitBMI2, bitAVX2}, []int{stateSSE, stateAVX}},
		ifma: {
			[]int{bitFMA},
			[]int{bitBMI1, bitBMI2, bitAVX2, bitAVX512F, bitAVX512IFMA, bitAVX512VL},
			[]int{stateSSE, stateAVX, stateOpmask, stateZMMHigh, stateZMMRest},
		},
	} {
		basic, extended, saved := word(needs.basic...), word(needs.extended...), word(needs.saved...)
		if got := fastestOf(basic, extended, saved); got != kernel {
			t.Errorf("with just what %s needs: got %s", names[kernel], names[got])
		}
		// What else the processor has changes nothing, unless a faster kernel needs it.
		if got := fastestOf(^uint32(0), extended, saved); got != kernel {
			t.Errorf("with all of leaf 1: got %s, want %s", names[got], names[kernel])
		}
		if got := fastestOf(basic, extended, ^uint32(0)); got != kernel {
			t.Errorf("with all of XCR0: got %s, want %s", names[got], names[kernel])
		}
		for _, bit := range needs.basic {
			if got := fastestOf(^uint32(0)&^word(bit), extended, saved); got >= kernel {
				t.Errorf("%s without bit %d of leaf 1: got %s", names[kernel], bit, names[got])
			}
		}
		for _, bit := range needs.extended {
			if got := fastestOf(^uint32(0), extended&^word(bit), ^uint32(0)); got >= kernel {
				t.Errorf("%s without bit %d of leaf 7: got %s", names[kernel], bit, names[got])
			}
		}
		for _, bit := range needs.saved {
			if got := fastestOf(^uint32(0), ^uint32(0), ^uint32(0)&^word(bit)); got >= kernel {
				t.Errorf("%s without bit %d of XCR0: got %s", names[kernel], bit, names[got])
			}
		}
	}
}

// Each bit of the three words is one that decides something, or none.
func TestOtherBitsDecideNothing(t *testing.T) {
	all := ^uint32(0)
	decides := func(bit int, bits ...int) bool {
		for _, other := range bits {
			if bit == other {
				return true
			}
		}
		return false
	}
	for bit := range 32 {
		without := all &^ word(bit)
		if got, want := fastestOf(without, all, all) == ifma, !decides(bit, bitFMA); got != want {
			t.Errorf("bit %d of leaf 1: still the fastest is %v, want %v", bit, got, want)
		}
		want := !decides(bit, bitBMI1, bitBMI2, bitAVX2, bitAVX512F, bitAVX512IFMA, bitAVX512VL)
		if got := fastestOf(all, without, all) == ifma; got != want {
			t.Errorf("bit %d of leaf 7: still the fastest is %v, want %v", bit, got, want)
		}
		want = !decides(bit, stateSSE, stateAVX, stateOpmask, stateZMMHigh, stateZMMRest)
		if got := fastestOf(all, all, without) == ifma; got != want {
			t.Errorf("bit %d of XCR0: still the fastest is %v, want %v", bit, got, want)
		}
	}
}

// A processor without leaf 7 has none of the kernels; without OSXSAVE it has no XGETBV, and the system saves nothing.
func TestInstructionsAreAskedOnlyWhereTheyAnswer(t *testing.T) {
	all := ^uint32(0)
	for _, c := range []struct {
		leaves, basic, extended, saved uint32
		want                           kernel
	}{
		{7, all, all, all, ifma},
		{32, all, all, all, ifma},
		{6, all, all, all, baseline},
		{0, all, all, all, baseline},
		{7, all &^ word(bitOSXSAVE), all, all, bmi2},
		// XSAVE and AVX are what the processor has, not what the system does.
		{7, all &^ word(bitXSAVE, bitAVX), all, all, ifma},
		{7, word(bitFMA, bitOSXSAVE), all, all, ifma},
		{7, word(bitFMA, bitXSAVE), all, all, bmi2},
		{7, all, all, word(stateSSE, stateAVX), avx2},
		{7, all, all, 0, bmi2},
		{7, all, 0, all, baseline},
	} {
		cpuid := func(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32) {
			if subleaf != 0 {
				t.Errorf("leaf %d is asked for its part %d", leaf, subleaf)
			}
			// Words that should be ignored have all bits set: if two words are confused, too much is found.
			switch leaf {
			case 0:
				return c.leaves, all, all, all
			case 1:
				return ^c.basic, ^c.basic, c.basic, ^c.basic
			case 7:
				if c.leaves < 7 {
					t.Errorf("leaf 7 of %d", c.leaves)
				}
				return ^c.extended, c.extended, ^c.extended, ^c.extended
			}
			t.Errorf("leaf %d is of no use", leaf)
			return 0, 0, 0, 0
		}
		xgetbv := func() uint32 {
			if c.basic&word(bitOSXSAVE) == 0 {
				t.Error("XGETBV would be an invalid instruction")
			}
			return c.saved
		}
		if got := fastestBy(cpuid, xgetbv); got != c.want {
			t.Errorf("%+v: got %s, want %s", c, names[got], names[c.want])
		}
	}
}

// Linux names what it found, and leaves out what it does not save the state of.
func TestChoiceIsWhatLinuxSays(t *testing.T) {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Skip("no /proc/cpuinfo")
	}
	flags := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if name, list, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "flags" {
			for flag := range strings.FieldsSeq(list) {
				flags[flag] = true
			}
			break
		}
	}
	has := func(list string) bool {
		for flag := range strings.FieldsSeq(list) {
			if !flags[flag] {
				return false
			}
		}
		return true
	}
	want := baseline
	switch {
	case has("fma bmi1 bmi2 avx2 avx512f avx512ifma avx512vl"):
		want = ifma
	case has("fma bmi1 bmi2 avx2"):
		want = avx2
	case has("bmi1 bmi2 adx"):
		want = bmi2
	}
	if got := fastestBy(cpuid, xgetbv); got != want {
		t.Errorf("got %s, Linux knows of what %s needs", names[got], names[want])
	}
}

// What GODEBUG turns off is as if the processor lacked it, and nothing else is.
func TestGODEBUGTurnsKernelsOff(t *testing.T) {
	all := func(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32) {
		return ^uint32(0), ^uint32(0), ^uint32(0), ^uint32(0)
	}
	saved := func() uint32 { return ^uint32(0) }
	for godebug, want := range map[string]kernel{
		"":                              ifma,
		"cpu.avx512f=off":               avx2,
		"cpu.avx512vl=off":              avx2,
		"cpu.avx512ifma=off":            avx2,
		"cpu.avx2=off":                  bmi2,
		"cpu.avx=off":                   bmi2,
		"cpu.fma=off":                   bmi2,
		"cpu.bmi1=off":                  baseline,
		"cpu.bmi2=off":                  baseline,
		"cpu.avx2=off,cpu.adx=off":      baseline,
		"cpu.all=off":                   baseline,
		"cpu.all=off,cpu.all=on":        ifma,
		"cpu.avx2=off,cpu.avx2=on":      ifma,
		"cpu.avx2=on,cpu.avx2=off":      bmi2,
		"gctrace=0,cpu.avx2=off":        bmi2,
		"cpu.avx2=off,gctrace=0":        bmi2,
		"cpu.adx=off":                   ifma,
		"cpu.sha=off":                   ifma,
		"avx2=off,xcpu.all=off":         ifma,
		"cpu.avx2=OFF,cpu.all=,cpu.all": ifma,
	} {
		if got := fastestBy(without(godebug, all), saved); got != want {
			t.Errorf("GODEBUG=%s: got %s, want %s", godebug, names[got], names[want])
		}
	}
	// The processor's own leaves but for these bits.
	one, other := without("cpu.all=off", cpuid), cpuid
	if a, _, _, _ := one(0, 0); a == 0 {
		t.Error("leaf 0 is lost")
	}
	_, _, _, got := one(1, 0)
	if _, _, _, want := other(1, 0); got != want {
		t.Errorf("leaf 1 has %#x in EDX, not %#x", got, want)
	}
}

// A program that is started with GODEBUG runs another kernel, and the right points come out.
func TestGODEBUGOfAProgram(t *testing.T) {
	if godebug := os.Getenv("RUSTGO_KERNEL"); godebug != "" {
		if want := fastestBy(without(godebug, cpuid), xgetbv); chosen != want {
			t.Fatalf("chosen is %s, want %s", names[chosen], names[want])
		}
		if got := mult([32]byte{1}); got[0] != 0x58 || got[31] != 0x66 {
			t.Fatalf("%s has another basepoint: %x", names[chosen], got)
		}
		return
	}
	for _, godebug := range []string{"cpu.all=off", "cpu.avx2=off", "cpu.avx512f=off"} {
		program := exec.Command(os.Args[0], "-test.run=^TestGODEBUGOfAProgram$")
		program.Env = append(os.Environ(), "GODEBUG="+godebug, "RUSTGO_KERNEL="+godebug)
		if output, err := program.CombinedOutput(); err != nil {
			t.Errorf("GODEBUG=%s: %v\n%s", godebug, err, output)
		}
	}
}

// The four registers of CPUID are returned in order: leaf 0 names the vendor in EBX, EDX and ECX, and leaf 1 the bits that
// every processor of 64 bits has in EDX.
func TestCPUIDReturnsEachRegister(t *testing.T) {
	leaves, b, c, d := cpuid(0, 0)
	if leaves == 0 || leaves > 1<<16 {
		t.Errorf("%d leaves", leaves)
	}
	var maker []byte
	for _, part := range []uint32{b, d, c} {
		maker = binary.LittleEndian.AppendUint32(maker, part)
	}
	for _, letter := range maker {
		if letter < ' ' || letter > '~' {
			t.Fatalf("the maker is %q", maker)
		}
	}
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil && !strings.Contains(string(text), string(maker)) {
		t.Errorf("the maker is %q, which Linux does not say", maker)
	}
	// FPU, TSC, MSR, CX8, CMOV, FXSR, SSE and SSE2.
	_, _, _, basic := cpuid(1, 0)
	if want := word(0, 4, 5, 8, 15, 24, 25, 26); basic&want != want {
		t.Errorf("leaf 1 has %#x in EDX", basic)
	}
	// Leaf 4 has another answer for each part, and leaf 7 says in EAX how many parts it has.
	if _, _, basic, _ := cpuid(1, 0); basic&word(bitOSXSAVE) != 0 {
		if state := xgetbv(); state&1 == 0 {
			t.Errorf("XCR0 is %#x: x87 is always on", state)
		}
	}
}
