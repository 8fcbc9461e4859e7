//! Scalars for tests, and how programs read and print 32 bytes.

/// ℓ, the order of the basepoint: 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032, section 5.1).
pub const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Some scalars, half of them near values where a reduction or a carry may go wrong, half of them random.
pub fn scalars(count: usize) -> Vec<[u8; 32]> {
    let power = |exponent: usize| {
        let mut number = [0; 32];
        number[exponent / 8] = 1 << (exponent % 8);
        number
    };
    let twice = add(ORDER, ORDER);
    let edges = [
        [0; 32],
        ORDER,
        twice,
        add(twice, twice),
        power(252),
        power(253),
        power(255),
    ];
    let around = (1..).flat_map(|k| {
        edges
            .into_iter()
            .flat_map(move |edge| [add(edge, small(k)), add(edge, negative(small(k)))])
    });
    let mut scalars: Vec<_> = edges.into_iter().chain(around).take(count / 2).collect();
    // A point's encoding is as good as a random scalar, and the same in each run.
    let points = std::iter::successors(Some(small(9)), |scalar| {
        Some(rustgo_crypto::scalar_base_mult(scalar))
    });
    scalars.extend(points.take(count - scalars.len()));
    scalars
}

fn small(number: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes
}

/// The sum modulo 2^256.
fn add(a: [u8; 32], b: [u8; 32]) -> [u8; 32] {
    let mut carry = 0;
    std::array::from_fn(|i| {
        let sum = u16::from(a[i]) + u16::from(b[i]) + carry;
        carry = sum >> 8;
        sum as u8
    })
}

/// The negative modulo 2^256.
fn negative(a: [u8; 32]) -> [u8; 32] {
    add(a.map(|byte| !byte), small(1))
}

pub fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
