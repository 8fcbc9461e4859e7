package hello

// Limit calls Rust's greeting from a frame that leaves it as much stack as Go keeps free, and nothing more.
func Limit(dst *[32]byte) uint64
