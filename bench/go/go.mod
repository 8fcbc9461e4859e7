module github.com/rustgo/rustgo/bench/go

go 1.24.0

require (
	filippo.io/edwards25519 v1.2.0
	github.com/oasisprotocol/curve25519-voi v0.0.0-20230904125328-1f23a7beb09a
	github.com/rustgo/rustgo/go v0.0.0
)

require golang.org/x/sys v0.0.0-20220325203850-36772127a21f // indirect

replace github.com/rustgo/rustgo/go => ../../go
