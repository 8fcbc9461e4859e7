package main

import (
	"encoding/hex"
	"fmt"
)

// The requests and responses of ../peer/src/message.rs, which documents them.

type request struct {
	List   *struct{} `json:"list"`
	Inputs []string  `json:"inputs"`
	Answer *struct {
		Benchmark int      `json:"benchmark"`
		Inputs    []string `json:"inputs"`
	} `json:"answer"`
	Measure *struct {
		Benchmark int `json:"benchmark"`
		WarmUp    int `json:"warm_up"`
		Calls     int `json:"calls"`
	} `json:"measure"`
}

type listing struct {
	Benchmarks []benchmark       `json:"benchmarks"`
	Versions   map[string]string `json:"versions"`
}

type benchmark struct {
	Group   string `json:"group"`
	Name    string `json:"name"`
	Case    string `json:"case"`
	Items   int    `json:"items"`
	Input   string `json:"input"`
	Missing string `json:"missing,omitempty"`

	// answer is the implementation's output for the inputs.
	answer func(inputs []scalar) []byte
	// run calls the implementation a number of times, on the inputs in turn.
	run func(inputs []scalar, calls int)
}

type measurement struct {
	Nanoseconds int64 `json:"nanoseconds"`
	Interrupted bool  `json:"interrupted"`
}

type scalar = [32]byte

func scalars(texts []string) ([]scalar, error) {
	inputs := make([]scalar, len(texts))
	for i, text := range texts {
		if n, err := hex.Decode(inputs[i][:], []byte(text)); err != nil || n != len(scalar{}) {
			return nil, fmt.Errorf("%q is not 32 bytes in hex", text)
		}
	}
	return inputs, nil
}
