//go:build !purego

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
		extended, saved uint32
		want            kernel
	}{
		{0, 0, baseline},
		{0, savesAVX512, baseline},
		{hasAVX2, savesAVX512, baseline},
		{forBMI2, 0, bmi2},
		{forBMI2 &^ hasADX, savesAVX, baseline},
		{forAVX2, 0, bmi2},
		{forAVX2, 1 << 1, bmi2},
		{forAVX2, savesAVX, avx2},
		{forAVX2 &^ hasADX, savesAVX, avx2},
		{forIFMA, 0, bmi2},
		{forIFMA, savesAVX, avx2},
		{forIFMA, savesAVX512 &^ (1 << 7), avx2},
		{forIFMA, savesAVX512, ifma},
		{forIFMA &^ hasAVX512VL, savesAVX512, avx2},
		{^uint32(0), ^uint32(0), ifma},
	} {
		if got := fastestOf(c.extended, c.saved); got != c.want {
			t.Errorf("features %#x, saved state %#x: got %s, want %s", c.extended, c.saved, names[got], names[c.want])
		}
	}
	if fastest() != chosen {
		t.Errorf("chosen is %s, but the fastest is %s", names[chosen], names[fastest()])
	}
}
