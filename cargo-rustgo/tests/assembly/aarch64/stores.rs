//! Which bytes a store writes: each size, register class and addressing mode.

use crate::case::{Case, wrong};

/// The last byte that each store writes, by its distance above the return address. x9 is 64 bytes above.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut end = |name: &str, store: &str, bytes: u64| {
        cases.push(wrong(
            &format!("end_of_{name}"),
            &format!(".arch armv8.5-a\nadd x9, sp, #64\n{store}\nret"),
            &format!("the export writes {bytes} bytes above its return address"),
        ));
    };
    for (name, store, register, size) in [
        ("byte", "strb", "w0", 1),
        ("half_word", "strh", "w0", 2),
        ("word", "str", "w0", 4),
        ("whole", "str", "x0", 8),
        ("vector_byte", "str", "b0", 1),
        ("vector_half_word", "str", "h0", 2),
        ("vector_word", "str", "s0", 4),
        ("vector_half", "str", "d0", 8),
        ("vector", "str", "q0", 16),
    ] {
        let unscaled = store.replace("str", "stur");
        end(name, &format!("{store} {register}, [x9]"), 64 + size);
        end(
            &format!("{name}_at_an_offset"),
            &format!("{store} {register}, [x9, #{}]", 3 * size),
            64 + 4 * size,
        );
        end(
            &format!("{name}_at_the_most"),
            &format!("{store} {register}, [x9, #{}]", 4095 * size),
            64 + 4096 * size,
        );
        for bytes in [-33, -1, 3, 255i64] {
            end(
                &format!("{name}_unscaled_{}", bytes.to_string().replace('-', "down_")),
                &format!("{unscaled} {register}, [x9, #{bytes}]"),
                (64 + size).saturating_add_signed(bytes),
            );
        }
        end(
            &format!("{name}_while_moving"),
            &format!("{store} {register}, [x9, #24]!"),
            88 + size,
        );
        end(
            &format!("{name}_while_moving_down"),
            &format!("{store} {register}, [x9, #-24]!"),
            40 + size,
        );
        end(
            &format!("{name}_before_moving"),
            &format!("{store} {register}, [x9], #24"),
            64 + size,
        );
        end(
            &format!("{name}_after_moving"),
            &format!("{store} {register}, [x9], #24\n{store} {register}, [x9]"),
            88 + size,
        );
        end(
            &format!("{name}_after_moving_down"),
            &format!("{store} {register}, [x9, #-24]!\n{unscaled} {register}, [x9, #50]"),
            90 + size,
        );
    }
    for (name, registers, size) in [
        ("words", "w0, w1", 4),
        ("wholes", "x0, x1", 8),
        ("vector_words", "s0, s1", 4),
        ("vector_halves", "d0, d1", 8),
        ("vectors", "q0, q1", 16),
    ] {
        for (mode, store, written) in [
            ("", format!("stp {registers}, [x9]"), 64 + 2 * size),
            (
                "_at_an_offset",
                format!("stp {registers}, [x9, #{}]", 3 * size),
                64 + 5 * size,
            ),
            (
                "_at_the_most",
                format!("stp {registers}, [x9, #{}]", 63 * size),
                64 + 65 * size,
            ),
            ("_below", format!("stp {registers}, [x9, #-{size}]"), 64 + size),
            (
                "_while_moving",
                format!("stp {registers}, [x9, #{}]!", 3 * size),
                64 + 5 * size,
            ),
            (
                "_while_moving_down",
                format!("stp {registers}, [x9, #-{size}]!"),
                64 + size,
            ),
            (
                "_before_moving",
                format!("stp {registers}, [x9], #{}", 3 * size),
                64 + 2 * size,
            ),
            (
                "_after_moving",
                format!("stp {registers}, [x9], #{}\nstp {registers}, [x9]", 3 * size),
                64 + 5 * size,
            ),
            ("_past_caches", format!("stnp {registers}, [x9]"), 64 + 2 * size),
            (
                "_past_caches_below",
                format!("stnp {registers}, [x9, #-{size}]"),
                64 + size,
            ),
        ] {
            end(&format!("{name}{mode}"), &store, written);
        }
    }
    for (name, store, bytes) in [
        ("released_byte", "stlurb w0, [x9, #3]", 68),
        ("released_half_word", "stlurh w0, [x9, #3]", 69),
        ("released_word", "stlur w0, [x9, #3]", 71),
        ("released_whole", "stlur x0, [x9, #-3]", 69),
        ("unprivileged_pair", ".inst 0xe9000520", 80),
        ("unprivileged_pair_of_vectors", ".inst 0xed000520", 96),
        ("unprivileged_pair_past_caches", ".inst 0xec000520", 96),
        // For these it suffices that they write no more.
        ("released", "stlr x0, [x9]", 80),
        ("exclusive", "stxr w1, x0, [x9]", 80),
        ("exclusive_pair", "stxp w2, x0, x1, [x9]", 80),
        ("exclusive_released_pair", "stlxp w2, x0, x1, [x9]", 80),
        ("swapped", "swp x0, x1, [x9]", 80),
        ("added", "ldadd x0, x1, [x9]", 80),
        ("added_only", "stadd x0, [x9]", 80),
        ("compared", "cas x0, x1, [x9]", 80),
        ("compared_pair", "casp x0, x1, x2, x3, [x9]", 80),
    ] {
        end(name, store, bytes);
    }
    // ld1 to ld4 by their stores: lists of whole vectors and of halves.
    for (name, list) in [
        ("1", "v0"),
        ("2", "v0, v1"),
        ("3", "v0, v1, v2"),
        ("4", "v0, v1, v2, v3"),
    ] {
        let count = name.parse::<u64>().unwrap();
        let of = |arrangement: &str| {
            let registers: Vec<String> = list.split(", ").map(|v| format!("{v}.{arrangement}")).collect();
            format!("{{{}}}", registers.join(", "))
        };
        for (size, arrangement) in [(16, "16b"), (16, "4s"), (8, "8b"), (8, "4h")] {
            let list = of(arrangement);
            let bytes = count * size;
            let name = format!("{name}_of_{arrangement}");
            end(
                &format!("list_of_{name}"),
                &format!("st1 {list}, [x9]"),
                64 + bytes,
            );
            end(
                &format!("list_of_{name}_before_moving"),
                &format!("st1 {list}, [x9], #{bytes}"),
                64 + bytes,
            );
            end(
                &format!("list_of_{name}_after_moving"),
                &format!("st1 {list}, [x9], #{bytes}\nstrb w0, [x9]"),
                65 + bytes,
            );
            if count > 1 {
                end(
                    &format!("structures_of_{name}"),
                    &format!("st{count} {list}, [x9]"),
                    64 + bytes,
                );
                end(
                    &format!("structures_of_{name}_after_moving"),
                    &format!("st{count} {list}, [x9], #{bytes}\nstrb w0, [x9]"),
                    65 + bytes,
                );
            }
        }
        for (size, lane, last) in [(1, "b", 15), (2, "h", 7), (4, "s", 3), (8, "d", 1)] {
            let list = of(lane);
            let bytes = count * size;
            for index in [0, last] {
                let name = format!("lane_{index}_of_{name}_of_{lane}");
                end(&name, &format!("st{count} {list}[{index}], [x9]"), 64 + bytes);
                end(
                    &format!("{name}_after_moving"),
                    &format!("st{count} {list}[{index}], [x9], #{bytes}\nstrb w0, [x9]"),
                    65 + bytes,
                );
            }
        }
        for (size, arrangement) in [
            (1, "8b"),
            (1, "16b"),
            (2, "4h"),
            (2, "8h"),
            (4, "2s"),
            (4, "4s"),
            (8, "1d"),
            (8, "2d"),
        ] {
            let bytes = count * size;
            end(
                &format!("copies_of_{name}_of_{arrangement}_after_moving"),
                &format!("ld{count}r {}, [x9], #{bytes}\nstrb w0, [x9]", of(arrangement)),
                65 + bytes,
            );
        }
    }
    cases
}
