//! Sizes and bytes in words of 8, 4, 2 and 1 bytes, the sizes that instructions and directives of Go's assembler have.

/// A size as words, the largest that fit: the offset and the size of each.
pub fn words(size: u64) -> impl Iterator<Item = (u64, u64)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let word = [8, 4, 2, 1].into_iter().find(|word| word + at <= size)?;
        at += word;
        Some((at - word, word))
    })
}

/// Bytes as little-endian numbers, the largest that fit: the offset, the size and the value of each.
pub fn numbers(bytes: &[u8]) -> impl Iterator<Item = (u64, u64, u64)> {
    words(bytes.len() as u64).map(|(at, size)| {
        let mut value = [0; 8];
        value[..size as usize].copy_from_slice(&bytes[at as usize..][..size as usize]);
        (at, size, u64::from_le_bytes(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_made_of_powers_of_two() {
        for size in 0..64 {
            let mut end = 0;
            for (at, bytes) in words(size) {
                assert_eq!(at, end);
                assert!(matches!(bytes, 1 | 2 | 4 | 8));
                assert!(
                    at % bytes == 0 && (bytes == 8 || size - at < 2 * bytes),
                    "{size}: {bytes} at {at}"
                );
                end += bytes;
            }
            assert_eq!(end, size);
        }
    }

    #[test]
    fn numbers_are_little_endian() {
        let bytes: Vec<u8> = (1..=15).collect();
        let expected = [
            (0, 8, 0x0807_0605_0403_0201),
            (8, 4, 0x0c0b_0a09),
            (12, 2, 0x0e0d),
            (14, 1, 0x0f),
        ];
        assert_eq!(numbers(&bytes).collect::<Vec<_>>(), expected);
        assert_eq!(numbers(&[]).count(), 0);
    }
}
