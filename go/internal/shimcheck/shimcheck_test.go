package shimcheck

import (
	"strings"
	"testing"
)

const (
	header   = "#define ENTRY_f 128\n#define FRAME_f 64\n"
	shim     = "TEXT ·F(SB), 0, $64-16\n\tCALL ·rust+ENTRY_f(SB)\n\tRET\n"
	inlining = "TEXT ·F(SB), NOSPLIT, $0-16\n\tINLINE_f\n\tRET\n"
	code     = "#define INLINE_f \\\n\tBYTE $0x90\n"
)

func TestCompare(t *testing.T) {
	for _, test := range []struct{ name, header, shim, want string }{
		{"right", header, shim, ""},
		{"frame too small", header, strings.Replace(shim, "$64", "$48", 1), "declares a frame of 48 bytes, but 64 are needed"},
		{"frame too large", header, strings.Replace(shim, "$64", "$80", 1), "declares a frame of 80 bytes"},
		{"unknown export", header, shim + strings.ReplaceAll(shim, "ENTRY_f", "ENTRY_g"), "calls g, which"},
		{"inline", header + code, inlining, ""},
		{"inline with a frame", header + code, strings.Replace(inlining, "$0", "$64", 1), "declares a frame of 64 bytes, but 0 are needed"},
		{"inline without code", header, inlining, "does not have as INLINE_f"},
		{"no shim", header + "#define FRAME_h 64\n", shim, "no shim calls the export h"},
		{"empty header", "", shim, "defines no frame"},
	} {
		got := strings.Join(Compare(test.header, []string{test.shim}), "\n")
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
