//! Known answers, on every path.

mod common;

use common::{available, dalek};

fn bytes(hex: &str) -> [u8; 32] {
    core::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
}

/// Scalars and points: the project's own example, and the public keys of RFC 8032, section 7.1, tests 1 to 3, from the
/// clamped halves of SHA-512 of their secret keys.
const ANSWERS: [(&str, &str); 4] = [
    (
        "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707",
        "1cc4789ed5ea69f84ad460941ba0491ff532c1af1fa126733d6c7b62f7ebcbcf",
    ),
    (
        "307c83864f2833cb427a2ef1c00a013cfdff2768d980c0a3a520f006904de94f",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    ),
    (
        "68bd9ed75882d52815a97585caf4790a7f6c6b3b7f821c5e259a24b02e502e51",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    ),
    (
        "909a8b755ed902849023a55b15c23d11ba4d7f4ec5c2f51b1325a181991ea95c",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    ),
];

#[test]
fn known_answers() {
    for (scalar, point) in ANSWERS {
        let (scalar, point) = (bytes(scalar), bytes(point));
        assert_eq!(dalek(&scalar), point);
        assert_eq!(rustgo_crypto::scalar_base_mult(&scalar), point);
        for path in available() {
            assert_eq!(path.multiply(&scalar), point, "{}", path.name);
            assert_eq!(path.multiply_batch(&[scalar]), [point], "{}", path.name);
        }
    }
}

#[test]
fn batches_of_slices() {
    let scalars = ANSWERS.map(|(scalar, _)| bytes(scalar));
    let mut points = [[0; 32]; 4];
    rustgo_crypto::scalar_base_mult_batch(&mut points, &scalars);
    assert_eq!(points, ANSWERS.map(|(_, point)| bytes(point)));
    rustgo_crypto::scalar_base_mult_batch(&mut [], &[]);
}

#[test]
#[should_panic(expected = "a point for each scalar")]
fn batches_of_different_lengths() {
    rustgo_crypto::scalar_base_mult_batch(&mut [[0; 32]; 2], &[[0; 32]; 3]);
}
