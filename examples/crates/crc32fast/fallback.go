package crc32fast

import "hash/crc32"

// Checksum returns the CRC-32 of data (IEEE 802.3).
func Checksum(data []byte) uint32 {
	return crc32.ChecksumIEEE(data)
}
