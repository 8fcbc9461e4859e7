module github.com/rustgo/rustgo/go/citizenship

go 1.24.0

require github.com/rustgo/rustgo/go v0.0.0

require (
	filippo.io/edwards25519 v1.2.0
	github.com/google/pprof v0.0.0-20250403155104-27863c87afa6
)

replace github.com/rustgo/rustgo/go => ../
