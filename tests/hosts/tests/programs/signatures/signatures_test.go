package signatures

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func panicOf(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func TestNumbers(t *testing.T) {
	equal(t, "AddIntegers", AddIntegers(255, -128, 65535, -32768, math.MaxUint32, math.MinInt32),
		255-128+65535-32768+math.MaxUint32+math.MinInt32)
	equal(t, "AddIntegers of -1", AddIntegers(0, -1, 0, -1, 0, -1), -3)
	equal(t, "AddWords", AddWords(1<<63, -1, false), math.MaxInt64)
	equal(t, "AddWords", AddWords(5, -7, true), 2)
	equal(t, "MultiplyAdd", MultiplyAdd(1.5, 2.25, -0.5, 4_000_000_000), 1.5*2.25*4e9-0.5)
	equal(t, "Negate", Negate(1.25), -1.25)
	equal(t, "IsOdd", IsOdd(-1), true)
	equal(t, "IsOdd", IsOdd(-128), false)
	equal(t, "LowByte", LowByte(0x12345678), 0x78)
	equal(t, "LowHalf", LowHalf(0x1234f678), -2440)
}

// Constants that hold addresses, which Go's linker fills in.
func TestTables(t *testing.T) {
	var name [9]byte
	length, ok := Day(&name, 2)
	equal(t, "Day", string(name[:length]), "Wednesday")
	equal(t, "Day", ok, true)
	length, _ = Day(&name, 6)
	equal(t, "Day", string(name[:length]), "Sunday")
	_, ok = Day(&name, 7)
	equal(t, "Day of none", ok, false)
	for operation, want := range []uint32{7, 12, 1} {
		got, ok := Calculate(uint(operation), 3, 4)
		equal(t, "Calculate", got, want)
		equal(t, "Calculate", ok, true)
	}
	_, ok = Calculate(3, 3, 4)
	equal(t, "Calculate of none", ok, false)
	equal(t, "Area", Area(0, 3), 9)
	equal(t, "Area", math.Abs(Area(1, 2)-math.Sqrt(3)) < 1e-15, true)
	equal(t, "Area of none", Area(2, 3), 0)
}

// Names that mean something in Go are still names.
func TestNames(t *testing.T) {
	sum, err := Type("abc", 10, 20, 30)
	equal(t, "Type", sum, 63)
	equal(t, "Type", err, nil)
	_, err = Type("\xff", 10, 20, 30)
	equal(t, "Type of no UTF-8", err, ErrNotUTF8)
	var out uint32
	sum, ok := Range(&out, 1, 2, 3, 4)
	equal(t, "Range", [2]uint32{sum, out}, [2]uint32{10, 10})
	equal(t, "Range", ok, true)
	sum, ok = Range(&out, 0, 0, 0, 0)
	equal(t, "Range of nothing", [2]uint32{sum, out}, [2]uint32{})
	equal(t, "Range of nothing", ok, false)
}

func TestArrays(t *testing.T) {
	a, b := [8]uint16{1, 2, 3, 65535}, [8]uint16{10, 20, 30, 1, 5}
	AddArrays(&a, &b)
	equal(t, "AddArrays", a, [8]uint16{11, 22, 33, 0, 5})
	counter := uint64(math.MaxUint64)
	Count(&counter, 255)
	equal(t, "Count", counter, 254)
}

func TestSlices(t *testing.T) {
	equal(t, "Sum", Sum([]uint32{1, 2, math.MaxUint32}), 3+math.MaxUint32)
	equal(t, "Sum of nil", Sum(nil), 0)
	equal(t, "Sum of none", Sum([]uint32{1, 2}[1:1]), 0)
	dst := make([]uint64, 2, 10)
	equal(t, "CopyWords", CopyWords(dst, []uint64{7, 8, 9}), 2)
	equal(t, "CopyWords", [2]uint64(dst), [2]uint64{7, 8})
	equal(t, "CopyWords of nil", CopyWords(nil, dst), 0)
	equal(t, "Middle", Middle([]Point{{0, 1}, {4, 5}}), Point{2, 3})
	equal(t, "Middle of none", math.IsNaN(Middle(nil).X), true)
	data := []byte{1, 2, 255}
	equal(t, "SumBytes", SumBytes(&data[0], 3), 258)
	equal(t, "SumBytes of nil", SumBytes(nil, 0), 0)
	equal(t, "ByteAt", ByteAt(data, 2), 255)
}

func TestStructs(t *testing.T) {
	span := Span{Kind: 255, Start: math.MaxUint32, Type: [3]int16{-1, 0, 32767}, IsOpen: true}
	equal(t, "NextSpan", NextSpan(&span), Span{Type: [3]int16{0, 1, -32768}})
	equal(t, "Mix", Mix(1.5, -2.5, -3), Mixed{1.5, -2.5, -3})
	equal(t, "UnpackColour", UnpackColour(0x99112233), Colour{0x11, 0x22, 0x33})
	// The bytes after a result of three bytes stay the same.
	var colours [3]Colour
	colours[0], colours[2] = UnpackColour(0xffffff), UnpackColour(0xeeeeee)
	colours[1] = UnpackColour(0x010203)
	equal(t, "colours", colours, [3]Colour{{255, 255, 255}, {1, 2, 3}, {0xee, 0xee, 0xee}})
	placed := Placed{Span: Span{Start: 9}, Corners: [2]Point{{1, 2}, {3, 4}}}
	equal(t, "Shift", Shift(&placed, &Point{10, 20}), Point{11, 22})
	equal(t, "Shift", placed, Placed{Span: Span{Start: 10}, Corners: [2]Point{{11, 22}, {13, 24}}})
}

func TestOptions(t *testing.T) {
	at, ok := Position([]byte("Gopher"), 'h')
	equal(t, "Position", fmt.Sprint(at, ok), "3 true")
	at, ok = Position([]byte("Gopher"), 'x')
	equal(t, "Position of none", fmt.Sprint(at, ok), "0 false")
	at, ok = Position(nil, 'x')
	equal(t, "Position in nil", fmt.Sprint(at, ok), "0 false")
	span, ok := Run([]byte("Gopher"), 'e')
	equal(t, "Run", fmt.Sprint(span, ok), "{101 4 [1 -1 0] false} true")
	span, ok = Run([]byte("Gopher"), 'x')
	equal(t, "Run of none", fmt.Sprint(span, ok), "{0 0 [0 0 0] false} false")
}

func TestErrors(t *testing.T) {
	n, err := ParseDecimal("4294967295")
	equal(t, "ParseDecimal", fmt.Sprint(n, err), "4294967295 <nil>")
	for text, want := range map[string]error{
		"":               ParseErrorEmpty,
		"4x":             ParseErrorNotADigit,
		"4294967296":     ParseErrorTooLarge,
		"\xff":           ErrNotUTF8,
		"12\xed\xa0\x80": ErrNotUTF8,
	} {
		n, err := ParseDecimal(text)
		if n != 0 || !errors.Is(err, want) || err != want {
			t.Errorf("%q: got %d and %v, want %v", text, n, err, want)
		}
	}
	equal(t, "text", ParseErrorNotADigit.Error(), `signatures: there is a letter that is "no digit"`)
	equal(t, "text", ErrNotUTF8.Error(), "signatures: text is not UTF-8")
	equal(t, "unknown", ParseError(7).Error(), "signatures: an unknown ParseError")
	var parse ParseError
	equal(t, "errors.As", errors.As(err, &parse), false)

	var start [4]byte
	equal(t, "CopyStart", CopyStart(&start, []byte("Gopher")), nil)
	equal(t, "CopyStart", string(start[:]), "Goph")
	equal(t, "CopyStart of too few", CopyStart(&start, nil), error(ParseErrorEmpty))
}

func TestText(t *testing.T) {
	n, err := Characters("Grüße, 世界")
	equal(t, "Characters", fmt.Sprint(n, err), "9 <nil>")
	n, err = Characters("")
	equal(t, "Characters of none", fmt.Sprint(n, err), "0 <nil>")
	n, err = Characters("a\xffb")
	equal(t, "Characters", fmt.Sprint(n, err == ErrNotUTF8), "0 true")
	var bytes uint64
	ascii, err := Measure("äb", &bytes)
	equal(t, "Measure", fmt.Sprint(ascii, bytes, err), "false 3 <nil>")
}

func TestMisuse(t *testing.T) {
	nilDereference := "runtime error: invalid memory address or nil pointer dereference"
	words := []uint64{1, 2, 3, 4}
	bytes := []byte("Gopher")
	array := [9]uint16{}
	for _, test := range []struct {
		name string
		call func()
		want string
	}{
		{"nil dst", func() { AddArrays(nil, new([8]uint16)) }, nilDereference},
		{"nil src", func() { AddArrays(new([8]uint16), nil) }, nilDereference},
		{"nil of a status", func() { _ = CopyStart(nil, bytes) }, nilDereference},
		{"overlapping slices", func() { CopyWords(words[1:], words[:2]) }, "rust: copy_words: `dst` and `src` overlap, and `dst` is written to, at "},
		{"the same slice", func() { CopyWords(words, words) }, "rust: copy_words: `dst` and `src` overlap"},
		{"overlapping arrays", func() { AddArrays((*[8]uint16)(array[1:]), (*[8]uint16)(array[:8])) }, "rust: add_arrays: `dst` and `src` overlap"},
		{"overlap with a status", func() { _ = CopyStart((*[4]byte)(bytes), bytes[3:]) }, "signatures.CopyStart: two arguments overlap, and one of them is written to"},
		{"misaligned", func() { Sum(unsafe.Slice((*uint32)(unsafe.Pointer(&bytes[1])), 1)) }, "rust: sum: `numbers` is not aligned for its type, at "},
		{"index", func() { ByteAt(bytes, 6) }, "rust: "},
	} {
		value := panicOf(test.call)
		if text := fmt.Sprint(value); value == nil || !strings.HasPrefix(text, test.want) {
			t.Errorf("%s: panicked with %v, want %q", test.name, value, test.want)
		}
	}
	equal(t, "words", fmt.Sprint(words), "[1 2 3 4]")
	// What only touches does not overlap.
	equal(t, "halves", CopyWords(words[2:], words[:2]), 2)
	equal(t, "words", fmt.Sprint(words), "[1 2 1 2]")
}

// Nothing that is passed escapes to the heap, and nothing is lost when the stack moves.
func TestStack(t *testing.T) {
	allocated := testing.AllocsPerRun(100, func() {
		var placed Placed
		Shift(&placed, &Point{1, 2})
		var start [4]byte
		_ = CopyStart(&start, []byte{1, 2, 3, 4})
	})
	equal(t, "allocations", allocated, 0)
	done := make(chan error)
	for depth := range 400 {
		go func() { done <- deep(depth) }()
	}
	for range 400 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

//go:noinline
func deep(depth int) error {
	var room [13]byte
	room[depth%13] = 1
	if depth > 0 {
		return deep(depth - 1)
	}
	var placed Placed
	if got := Shift(&placed, &Point{1, 2}); got != (Point{1, 2}) || placed.Corners[1] != got {
		return fmt.Errorf("Shift gave %v", got)
	}
	if n, err := ParseDecimal("123"); n != 123 || err != nil {
		return fmt.Errorf("ParseDecimal gave %d, %v", n, err)
	}
	if at, ok := Position(room[:], 2); at != 0 || ok {
		return fmt.Errorf("Position gave %d, %t", at, ok)
	}
	runtime.Gosched()
	return nil
}
