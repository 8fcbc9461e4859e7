// Package crates compares Go packages made of Rust crates with implementations in Go, and measures both.
package crates

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"math/rand"
	"os"
	"strconv"
	"testing"

	"github.com/zeebo/xxh3"
	goChaCha20 "golang.org/x/crypto/chacha20"

	"example.com/crates/chacha20"
	"example.com/crates/crc32fast"
	"example.com/crates/memchr"
	"example.com/crates/sha2"
	"example.com/crates/xxhash"
)

// most is the greatest length of an input, in bytes.
const most = 64 << 10

// inputs calls with random inputs of 0 to 64 KiB, including empty and full ones. RUSTGO_INPUTS says how many.
func inputs(t *testing.T, each func(random *rand.Rand, data []byte) error) {
	t.Helper()
	count := 500
	if text := os.Getenv("RUSTGO_INPUTS"); text != "" {
		var err error
		if count, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewSource(1))
	// Inputs are parts of it, at any alignment.
	pool := make([]byte, 4*most)
	random.Read(pool)
	var total int
	for i := range count {
		n := random.Intn(most + 1)
		switch i % 8 {
		case 0:
			n = random.Intn(300)
		case 1:
			n = most - random.Intn(2)
		}
		start := random.Intn(len(pool) - n)
		if err := each(random, pool[start:start+n:start+n]); err != nil {
			t.Fatalf("input %d, of %d bytes: %v", i, n, err)
		}
		total += n
	}
	t.Logf("%d inputs, %d bytes", count, total)
}

func same[T comparable](got, want T) error {
	if got != want {
		return fmt.Errorf("Rust has %v, Go %v", got, want)
	}
	return nil
}

func TestSHA2(t *testing.T) {
	inputs(t, func(_ *rand.Rand, data []byte) error {
		var digest [32]byte
		sha2.Sum256(&digest, data)
		return same(digest, sha256.Sum256(data))
	})
}

func TestMemchr(t *testing.T) {
	inputs(t, func(random *rand.Rand, data []byte) error {
		needle := byte(random.Intn(256))
		if n := random.Intn(len(data) + 1); n < len(data) {
			// Random bytes come too soon: look for one that is not there until n.
			data = bytes.ReplaceAll(data, []byte{needle}, []byte{needle + 1})
			data[n] = needle
		}
		at, ok := memchr.IndexByte(data, needle)
		want := bytes.IndexByte(data, needle)
		return same(fmt.Sprint(at, ok), fmt.Sprint(max(want, 0), want >= 0))
	})
}

func TestXXHash(t *testing.T) {
	inputs(t, func(random *rand.Rand, data []byte) error {
		seed := random.Uint64()
		return same(xxhash.Xxh3(data, seed), xxh3.HashSeed(data, seed))
	})
}

func TestCRC32(t *testing.T) {
	inputs(t, func(_ *rand.Rand, data []byte) error {
		return same(crc32fast.Checksum(data), crc32.ChecksumIEEE(data))
	})
}

func TestChaCha20(t *testing.T) {
	got, want := make([]byte, most), make([]byte, most)
	inputs(t, func(random *rand.Rand, data []byte) error {
		var key [32]byte
		var nonce [12]byte
		random.Read(key[:])
		random.Read(nonce[:])
		got, want := got[:len(data)], want[:len(data)]
		copy(got, data)
		chacha20.XorKeyStream(&key, &nonce, got)
		goXORKeyStream(&key, &nonce, want, data)
		if !bytes.Equal(got, want) {
			return fmt.Errorf("Rust and Go have different key streams")
		}
		return nil
	})
}

func goXORKeyStream(key *[32]byte, nonce *[12]byte, dst, src []byte) {
	cipher, err := goChaCha20.NewUnauthenticatedCipher(key[:], nonce[:])
	if err != nil {
		panic(err)
	}
	cipher.XORKeyStream(dst, src)
}

// The results go here, so that no call is left out.
var (
	digest [32]byte
	number uint64
)

func Benchmark(b *testing.B) {
	var key [32]byte
	var nonce [12]byte
	data := make([]byte, most)
	for _, crate := range []struct {
		name       string
		rust, goes func(data []byte)
	}{
		{"sha2", func(data []byte) { sha2.Sum256(&digest, data) }, func(data []byte) { digest = sha256.Sum256(data) }},
		{"memchr", func(data []byte) {
			at, _ := memchr.IndexByte(data, 1)
			number += uint64(at)
		}, func(data []byte) { number += uint64(bytes.IndexByte(data, 1)) }},
		{"xxhash-rust", func(data []byte) { number += xxhash.Xxh3(data, 7) }, func(data []byte) { number += xxh3.HashSeed(data, 7) }},
		{"crc32fast", func(data []byte) { number += uint64(crc32fast.Checksum(data)) }, func(data []byte) { number += uint64(crc32.ChecksumIEEE(data)) }},
		{"chacha20", func(data []byte) { chacha20.XorKeyStream(&key, &nonce, data) }, func(data []byte) { goXORKeyStream(&key, &nonce, data, data) }},
	} {
		for _, size := range []int{16, 256, 4096, most} {
			for _, side := range []struct {
				name string
				call func(data []byte)
			}{{"rust", crate.rust}, {"go", crate.goes}} {
				b.Run(fmt.Sprintf("%s/%d/%s", crate.name, size, side.name), func(b *testing.B) {
					data := data[:size]
					for b.Loop() {
						side.call(data)
					}
				})
			}
		}
	}
}
