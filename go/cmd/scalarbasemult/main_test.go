package main

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, ""},
		{[]string{strings.Repeat("aB", 32)}, ""},
		{[]string{strings.Repeat("0", 63)}, "63 characters"},
		{[]string{""}, "0 characters"},
		{[]string{strings.Repeat("0", 63) + "g"}, "not hex"},
		{[]string{"1", "2"}, "2 arguments"},
	} {
		_, err := parse(test.args)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%q: %v", test.args, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%q: got error %v, want %q", test.args, err, test.want)
		}
	}
}
