//go:build gc && !purego

package edwards25519

import "testing"

var names = map[kernel]string{baseline: "baseline", bmi2: "BMI2", avx2: "AVX2", ifma: "IFMA"}

// forEachKernel runs a test with each kernel that this processor runs.
func forEachKernel(t *testing.T, test func(t *testing.T)) {
	best := fastest()
	defer func() { chosen = best }()
	for chosen = baseline; chosen <= ifma; chosen++ {
		t.Run(names[chosen], func(t *testing.T) {
			if chosen > best {
				t.Skip("this processor lacks what it needs")
			}
			test(t)
		})
	}
}

func TestChoice(t *testing.T) {
	const (
		forBMI2 = hasBMI1 | hasBMI2 | hasADX
		forAVX2 = forBMI2 | hasAVX2
		forIFMA = forAVX2 | hasAVX512F | hasAVX512IFMA | hasAVX512VL
	)
	for _, c := range []struct {
		basic, extended, saved uint32
		want                   kernel
	}{
		{0, 0, 0, baseline},
		{hasFMA, 0, savesAVX512, baseline},
		{hasFMA, hasAVX2, savesAVX512, baseline},
		{hasFMA, forBMI2, 0, bmi2},
		{hasFMA, forBMI2 &^ hasADX, savesAVX, baseline},
		{hasFMA, forAVX2, 0, bmi2},
		{hasFMA, forAVX2, 1 << 1, bmi2},
		{hasFMA, forAVX2, savesAVX, avx2},
		{0, forAVX2, savesAVX, bmi2},
		{hasFMA, forAVX2 &^ hasADX, savesAVX, avx2},
		{hasFMA, forIFMA, 0, bmi2},
		{hasFMA, forIFMA, savesAVX, avx2},
		{hasFMA, forIFMA, savesAVX512 &^ (1 << 7), avx2},
		{hasFMA, forIFMA, savesAVX512, ifma},
		{0, forIFMA, savesAVX512, bmi2},
		{hasFMA, forIFMA &^ hasAVX512VL, savesAVX512, avx2},
		{^uint32(0), ^uint32(0), ^uint32(0), ifma},
	} {
		if got := fastestOf(c.basic, c.extended, c.saved); got != c.want {
			t.Errorf("features %#x and %#x, saved state %#x: got %s, want %s", c.basic, c.extended, c.saved, names[got], names[c.want])
		}
	}
	if fastest() != chosen {
		t.Errorf("chosen is %s, but the fastest is %s", names[chosen], names[fastest()])
	}
}
