//go:build !cgo

package main

func throughCgo() []benchmark {
	return []benchmark{missing("scalar", "rustgo, through cgo", "cgo needs a C compiler; on Debian and Ubuntu: apt-get install gcc libc6-dev")}
}
