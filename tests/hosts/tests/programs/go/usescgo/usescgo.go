// Package usescgo has the program linked as programs with C in them are.
package usescgo

// #include <stdlib.h>
// static int distance(int a, int b) { return abs(a - b); }
import "C"

import "fmt"

// Hello tells that C was called.
func Hello() string {
	return fmt.Sprintf("C says %d", C.distance(1, 43))
}
