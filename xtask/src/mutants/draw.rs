//! Draws some of many at random, the same ones whenever the seed is the same.

/// Draws `count` of the items, by unique names; all if there are fewer. The order stays the same.
///
/// The rank of a name depends on the seed only, so the sample changes little when items are added or removed.
pub fn draw<T>(items: &mut Vec<T>, count: usize, seed: u64, name: impl Fn(&T) -> String) {
    let mut ranks: Vec<_> = items.iter().map(|item| rank(&name(item), seed)).collect();
    let all = ranks.clone();
    ranks.sort_unstable();
    let Some(&limit) = ranks.get(count) else {
        return;
    };
    let mut all = all.into_iter();
    items.retain(|_| all.next().is_some_and(|rank| rank < limit));
}

/// FNV-1a of the name (<http://www.isthe.com/chongo/tech/comp/fnv>), from the seed, and the mixer of SplitMix64 (Steele, Lea,
/// Flood: "Fast splittable pseudorandom number generators", 2014), as FNV-1a alone leaves similar names close to each other.
fn rank(name: &str, seed: u64) -> u64 {
    let hash = name
        .bytes()
        .fold(mix(seed) ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    mix(hash)
}

fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(all: usize, count: usize, seed: u64) -> Vec<usize> {
        let mut items: Vec<_> = (0..all).collect();
        draw(&mut items, count, seed, |item| format!("mutant {item}"));
        items
    }

    #[test]
    fn draws_are_repeatable_and_in_order() {
        for (all, count) in [(100, 7), (5, 9), (0, 3), (3, 0), (4, 4)] {
            let items = drawn(all, count, 1);
            assert_eq!(items.len(), count.min(all));
            assert!(items.is_sorted());
            assert_eq!(items, drawn(all, count, 1));
        }
        assert_ne!(drawn(1000, 10, 1), drawn(1000, 10, 2));
        // Of fewer items, those that remain are drawn again.
        let mut fewer = drawn(100, 10, 1);
        let last = fewer.pop();
        let mut items: Vec<_> = (0..100).filter(|item| Some(*item) != last).collect();
        draw(&mut items, 10, 1, |item| format!("mutant {item}"));
        assert!(fewer.iter().all(|item| items.contains(item)));
    }

    #[test]
    fn each_is_as_likely_as_another() {
        let mut times = [0; 20];
        for seed in 0..2000 {
            for item in drawn(20, 5, seed) {
                times[item] += 1;
            }
        }
        // 500 each is expected, with a standard deviation of 19.4.
        assert!(times.iter().all(|times| (400..600).contains(times)), "{times:?}");
    }
}
