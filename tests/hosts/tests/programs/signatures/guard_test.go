//go:build linux

package signatures

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"
	"unsafe"
)

// most is the greatest length of a buffer, in bytes.
const most = 4096

// guarded is memory without access before its first byte and after its last.
type guarded []byte

func newGuarded(t *testing.T) guarded {
	t.Helper()
	page := os.Getpagesize()
	size := (most + page - 1) / page * page
	memory, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	for _, guard := range [][]byte{memory[:page], memory[page+size:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(memory); err != nil {
			t.Error(err)
		}
	})
	return memory[page : page+size]
}

// elements returns n elements that start where the memory does, or end where it does.
func elements[T any](memory guarded, n int, random *rand.Rand) []T {
	size := n * int(unsafe.Sizeof(*new(T)))
	if random.Intn(2) == 0 {
		memory = memory[len(memory)-size:]
	}
	if n == 0 {
		// The address of nothing may be anything.
		return [][]T{nil, {}, unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), 0)}[random.Intn(3)]
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&memory[0])), n)
}

// length is often short, and often all there is room for.
func length(random *rand.Rand, size int) int {
	switch random.Intn(4) {
	case 0:
		return random.Intn(9)
	case 1:
		return most/size - random.Intn(9)
	default:
		return random.Intn(most/size + 1)
	}
}

// fill makes text: digits, UTF-8, or bytes that are UTF-8 up to some place.
func fill(text []byte, random *rand.Rand) {
	kind := random.Intn(4)
	for i := 0; i < len(text); {
		r := rune('0' + random.Intn(10))
		if kind > 0 && random.Intn(8) == 0 {
			r = []rune{'ß', '界', '😀', 'x', 0}[random.Intn(5)]
		}
		if i+utf8.RuneLen(r) > len(text) {
			r = '7'
		}
		i += utf8.EncodeRune(text[i:], r)
	}
	if kind == 3 && len(text) > 0 {
		text[random.Intn(len(text))] = byte(random.Intn(256))
	}
}

func overlap(a, aLength, b, bLength int) bool {
	return aLength > 0 && bLength > 0 && a < b+bLength && b < a+aLength
}

// TestGuarded calls with buffers that have pages without access at both ends: a read or write out of bounds ends the
// program. RUSTGO_CALLS says how many calls it makes.
func TestGuarded(t *testing.T) {
	calls := 20_000
	if text := os.Getenv("RUSTGO_CALLS"); text != "" {
		var err error
		if calls, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewSource(1))
	source, target, place := newGuarded(t), newGuarded(t), newGuarded(t)
	made := map[string]int{}
	for call := range calls {
		var wrong string
		check := func(name string, ok bool) {
			made[name]++
			if !ok {
				wrong = name
			}
		}
		switch call % 9 {
		case 0:
			numbers := elements[uint32](source, length(random, 4), random)
			var want uint64
			for i := range numbers {
				numbers[i] = random.Uint32()
				want += uint64(numbers[i])
			}
			check("Sum", Sum(numbers) == want)
		case 1:
			dst, src := elements[uint64](target, length(random, 8), random), elements[uint64](source, length(random, 8), random)
			for i := range src {
				src[i] = random.Uint64()
			}
			n := min(len(dst), len(src))
			for i := range dst {
				dst[i] = uint64(i)
			}
			ok := CopyWords(dst, src) == uint(n) && slices.Equal(dst[:n], src[:n])
			for i := n; i < len(dst); i++ {
				ok = ok && dst[i] == uint64(i)
			}
			check("CopyWords", ok)
		case 2:
			// Both in one buffer: refused where they overlap, and only there.
			all := elements[uint64](target, most/8, random)
			a, b := random.Intn(most/8+1), random.Intn(most/8+1)
			aLength, bLength := random.Intn(most/8-a+1), random.Intn(most/8-b+1)
			value := panicOf(func() { CopyWords(all[a:a+aLength], all[b:b+bLength]) })
			refused := value != nil && strings.Contains(fmt.Sprint(value), "`dst` and `src` overlap")
			check("CopyWords that overlaps", refused == overlap(a, aLength, b, bLength) && refused == (value != nil))
		case 3:
			haystack := elements[byte](source, length(random, 1), random)
			for i := range haystack {
				haystack[i] = byte(random.Intn(255))
			}
			needle := byte(random.Intn(256))
			at, ok := Position(haystack, needle)
			want := bytes.IndexByte(haystack, needle)
			check("Position", ok == (want >= 0) && int(at) == max(want, 0))
		case 4:
			text := elements[byte](source, length(random, 1), random)
			fill(text, random)
			n, err := Characters(unsafe.String(unsafe.SliceData(text), len(text)))
			if utf8.Valid(text) {
				check("Characters", err == nil && int(n) == utf8.RuneCount(text))
			} else {
				check("Characters of no UTF-8", err == ErrNotUTF8 && n == 0)
			}
		case 5:
			text := elements[byte](source, length(random, 1), random)
			if random.Intn(2) == 0 {
				text = text[:min(len(text), 11)]
			}
			fill(text, random)
			got, err := ParseDecimal(unsafe.String(unsafe.SliceData(text), len(text)))
			want, digits := uint64(0), true
			for _, letter := range text {
				digits = digits && '0' <= letter && letter <= '9'
				want = min(want*10+uint64(letter-'0'), 1<<40)
			}
			switch {
			case !utf8.Valid(text):
				check("ParseDecimal of no UTF-8", err == ErrNotUTF8 && got == 0)
			case len(text) == 0:
				check("ParseDecimal of nothing", err == ParseErrorEmpty && got == 0)
			case !digits:
				check("ParseDecimal of letters", err == ParseErrorNotADigit && got == 0)
			case want > 1<<32-1:
				check("ParseDecimal of too much", err == ParseErrorTooLarge && got == 0)
			default:
				check("ParseDecimal", err == nil && uint64(got) == want)
			}
		case 6:
			src := elements[byte](source, length(random, 1), random)
			dst := (*[4]byte)(elements[byte](target, 4, random))
			*dst = [4]byte{1, 2, 3, 4}
			for i := range src {
				src[i] = byte(random.Intn(256))
			}
			err := CopyStart(dst, src)
			if len(src) < 4 {
				check("CopyStart of too few", err == ParseErrorEmpty && *dst == [4]byte{1, 2, 3, 4})
			} else {
				check("CopyStart", err == nil && *dst == [4]byte(src))
			}
		case 7:
			points := elements[Point](source, length(random, 16), random)
			var sum Point
			for i := range points {
				points[i] = Point{float64(random.Intn(1000)), float64(random.Intn(1000))}
				sum.X, sum.Y = sum.X+points[i].X, sum.Y+points[i].Y
			}
			got := Middle(points)
			n := float64(len(points))
			check("Middle", n == 0 && got.X != got.X || got == Point{sum.X / n, sum.Y / n})
		case 8:
			text := elements[byte](source, length(random, 1), random)
			fill(text, random)
			count := &elements[uint64](place, 1, random)[0]
			*count = 99
			ascii, err := Measure(unsafe.String(unsafe.SliceData(text), len(text)), count)
			isASCII := true
			for _, letter := range text {
				isASCII = isASCII && letter < utf8.RuneSelf
			}
			if utf8.Valid(text) {
				check("Measure", err == nil && ascii == isASCII && int(*count) == len(text))
			} else {
				check("Measure of no UTF-8", err == ErrNotUTF8 && *count == 99 && !ascii)
			}
		}
		if wrong != "" {
			t.Fatalf("call %d: %s is wrong", call, wrong)
		}
	}
	for name, n := range made {
		t.Logf("%7d %s", n, name)
	}
	if len(made) != 16 {
		t.Errorf("%d kinds of calls were made", len(made))
	}
}
