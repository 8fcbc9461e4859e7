package main

import "strconv"

// inputsInTurn is how many inputs the calls take in turn: enough that none is predictable, few enough to stay in the
// first cache.
const inputsInTurn = 64

// batchSizes are the sizes of batches that are measured, in scalars; as in ../peer/src/serve.rs.
var batchSizes = []int{1, 8, 64, 1024}

// What an answer is made of.
const (
	fromScalar = "scalar"
	fromSeed   = "seed"
	fromDigest = "digest"
)

func missing(group, name, why string) benchmark {
	return benchmark{Group: group, Name: name, Items: 1, Input: fromScalar, Missing: why}
}

// single is a function of 32 bytes, measured in the group scalar.
func single[T scalar | [64]byte](name, input string, f func(dst *T, src *scalar)) benchmark {
	return benchmark{
		Group: "scalar", Name: name, Items: 1, Input: input,
		answer: func(inputs []scalar) (answer []byte) {
			for i := range inputs {
				var dst T
				f(&dst, &inputs[i])
				answer = append(answer, bytes(&dst)...)
			}
			return answer
		},
		run: func(inputs []scalar, calls int) {
			inputs = inputs[:min(len(inputs), inputsInTurn)]
			var dst T
			for i := range calls {
				f(&dst, &inputs[i%len(inputs)])
			}
		},
	}
}

func bytes[T scalar | [64]byte](array *T) []byte {
	switch array := any(array).(type) {
	case *scalar:
		return array[:]
	case *[64]byte:
		return array[:]
	}
	panic("an array is of one of these types")
}

// batches is a function that multiplies many scalars, measured in the group batch.
func batches(name string, f func(dst, scalars []scalar)) (all []benchmark) {
	for _, size := range batchSizes {
		all = append(all, benchmark{
			Group: "batch", Name: name, Case: strconv.Itoa(size), Items: size, Input: fromScalar,
			answer: func(inputs []scalar) (answer []byte) {
				points := make([]scalar, len(inputs))
				for i := 0; i < len(inputs); i += size {
					end := min(len(inputs), i+size)
					f(points[i:end], inputs[i:end])
				}
				for _, point := range points {
					answer = append(answer, point[:]...)
				}
				return answer
			},
			run: func(inputs []scalar, calls int) {
				inputs = inputs[:min(len(inputs), max(inputsInTurn, size))]
				points := make([]scalar, size)
				at := 0
				for range calls {
					f(points, inputs[at:at+size])
					if at += size; at+size > len(inputs) {
						at = 0
					}
				}
			},
		})
	}
	return all
}

// singleAndOneByOne is a function from a scalar to a point, alone, and in loops to compare batches with.
func singleAndOneByOne(name string, f func(dst, scalar *scalar)) []benchmark {
	oneByOne := func(points, scalars []scalar) {
		for i := range scalars {
			f(&points[i], &scalars[i])
		}
	}
	return append(batches(name+", one by one", oneByOne), single(name, fromScalar, f))
}
