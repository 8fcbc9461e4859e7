//go:build gc && !purego

package edwards25519

import (
	"strings"
	"syscall"
)

// cpuid is the instruction: what the processor has.
func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

// xgetbv is the low half of XCR0: what the system saves when it switches tasks.
func xgetbv() uint32

// Bits of CPUID leaf 1 in ECX, of leaf 7 in EBX, and of XCR0 (Intel, Software Developer's Manual, volume 1, sections 14.3
// and 15.2 to 15.4).
const (
	hasFMA     = 1 << 12
	hasOSXSAVE = 1 << 27

	hasBMI1       = 1 << 3
	hasAVX2       = 1 << 5
	hasBMI2       = 1 << 8
	hasAVX512F    = 1 << 16
	hasADX        = 1 << 19
	hasAVX512IFMA = 1 << 21
	hasAVX512VL   = 1 << 31

	savesAVX    = 1<<1 | 1<<2
	savesAVX512 = savesAVX | 1<<5 | 1<<6 | 1<<7
)

// fastest finds out what kernels run here.
func fastest() kernel {
	godebug, _ := syscall.Getenv("GODEBUG")
	return fastestBy(without(godebug, cpuid), xgetbv)
}

// without is CPUID as if the processor lacked what GODEBUG turns off, by the names that Go's own code has for features:
// "cpu.avx2=off", "cpu.all=off". The last setting of a feature counts.
func without(godebug string, cpuid func(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)) func(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32) {
	var basic, extended uint32
	for _, feature := range [...]struct {
		name            string
		basic, extended uint32
	}{
		{"adx", 0, hasADX},
		{"avx", hasFMA, hasAVX2 | hasAVX512F},
		{"avx2", 0, hasAVX2},
		{"avx512f", 0, hasAVX512F},
		{"avx512ifma", 0, hasAVX512IFMA},
		{"avx512vl", 0, hasAVX512VL},
		{"bmi1", 0, hasBMI1},
		{"bmi2", 0, hasBMI2},
		{"fma", hasFMA, 0},
	} {
		isOff := false
		for setting := range strings.SplitSeq(godebug, ",") {
			switch setting {
			case "cpu.all=off", "cpu." + feature.name + "=off":
				isOff = true
			case "cpu.all=on", "cpu." + feature.name + "=on":
				isOff = false
			}
		}
		if isOff {
			basic |= feature.basic
			extended |= feature.extended
		}
	}
	return func(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32) {
		eax, ebx, ecx, edx = cpuid(leaf, subleaf)
		switch leaf {
		case 1:
			ecx &^= basic
		case 7:
			ebx &^= extended
		}
		return
	}
}

// fastestBy does so by what the two instructions say. Without OSXSAVE there is no XGETBV.
func fastestBy(cpuid func(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32), xgetbv func() uint32) kernel {
	if leaves, _, _, _ := cpuid(0, 0); leaves < 7 {
		return baseline
	}
	_, _, basic, _ := cpuid(1, 0)
	_, extended, _, _ := cpuid(7, 0)
	var saved uint32
	if basic&hasOSXSAVE != 0 {
		saved = xgetbv()
	}
	return fastestOf(basic, extended, saved)
}

func fastestOf(basic, extended, saved uint32) kernel {
	has := func(features, state uint32) bool {
		return extended&features == features && saved&state == state
	}
	hasFMA := basic&hasFMA != 0
	switch {
	case hasFMA && has(hasAVX512F|hasAVX512IFMA|hasAVX512VL|hasAVX2|hasBMI1|hasBMI2, savesAVX512):
		return ifma
	case hasFMA && has(hasAVX2|hasBMI1|hasBMI2, savesAVX):
		return avx2
	case has(hasBMI1|hasBMI2|hasADX, 0):
		return bmi2
	default:
		return baseline
	}
}
