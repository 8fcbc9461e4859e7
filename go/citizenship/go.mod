module github.com/rustgo/rustgo/go/citizenship

go 1.24.0

require github.com/rustgo/rustgo/go v0.0.0

replace github.com/rustgo/rustgo/go => ../
