//! The functions that programs call: each export once, however many builds of it there are, with the largest stack
//! bound.

use std::collections::BTreeMap;

use super::Proof;
use super::object::variant_stubs;
use rustgo_record::Role;

/// The exports by their declared names, of one image or of several that share a declaration, with the stack that a call
/// uses on any of them, including the selection of a variant.
pub fn interface<'a>(images: impl IntoIterator<Item = &'a [Proof]>) -> Vec<Proof> {
    let mut most: BTreeMap<String, Proof> = BTreeMap::new();
    for proofs in images {
        let chooser = proofs
            .iter()
            .find(|proof| proof.entry.export.role == Role::Chooser);
        let first_call = chooser.map_or(0, |chooser| variant_stubs::FIRST_CALL + chooser.stack);
        for proof in proofs {
            let mut proof = proof.clone();
            match &proof.entry.export.role {
                Role::Export => {}
                Role::Variant { of, .. } => {
                    proof.entry.export.name = of.clone();
                    proof.stack = proof.stack.max(first_call);
                    proof.entry.export.role = Role::Export;
                }
                Role::Chooser => continue,
            }
            let (stack, requires) = (proof.stack, proof.entry.export.requires.clone());
            let known = most.entry(proof.entry.export.name.clone()).or_insert(proof);
            known.stack = known.stack.max(stack);
            // An export may be declared once per processor, with its requirements there.
            let known = &mut known.entry.export.requires;
            for feature in requires {
                if !known.contains(&feature) {
                    known.push(feature);
                }
            }
        }
    }
    most.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::Export;
    use crate::image::Entry;

    fn proof(name: &str, stack: u64, role: Role) -> Proof {
        let mut export = Export::undeclared(name);
        export.role = role;
        Proof {
            entry: Entry { export, at: 0 },
            stack,
        }
    }

    fn variant(number: usize, stack: u64) -> Proof {
        let of = "f".to_owned();
        proof(
            &format!("f_{number}"),
            stack,
            Role::Variant {
                of,
                number,
                features: Vec::new(),
            },
        )
    }

    #[test]
    fn each_export_is_offered_once_with_the_most_stack() {
        let stacks = |images: &[Vec<Proof>]| -> Vec<(String, u64)> {
            let offered = interface(images.iter().map(Vec::as_slice));
            assert!(
                offered
                    .iter()
                    .all(|proof| proof.entry.export.role == Role::Export)
            );
            let stacks = offered
                .into_iter()
                .map(|proof| (proof.entry.export.name, proof.stack));
            stacks.collect()
        };
        let f = |stack| vec![("f".to_owned(), stack)];
        let plain = |stack| proof("f", stack, Role::Export);
        assert_eq!(stacks(&[vec![plain(16)], vec![plain(48)]]), f(48));
        assert_eq!(stacks(&[vec![plain(48)], vec![plain(16)]]), f(48));
        let chooser = |stack| proof("choose", stack, Role::Chooser);
        // The first call of any build selects the one to use.
        let first = variant_stubs::FIRST_CALL + 100;
        assert_eq!(
            stacks(&[vec![variant(0, 16), variant(1, 48), chooser(100)]]),
            f(first)
        );
        assert_eq!(
            stacks(&[vec![variant(0, 9000), variant(1, 48), chooser(100)]]),
            f(9000)
        );
        assert_eq!(
            stacks(&[vec![variant(0, 16), variant(1, 9000), chooser(100)]]),
            f(9000)
        );
        assert_eq!(
            stacks(&[
                vec![variant(0, 16), chooser(100)],
                vec![plain(48), proof("g", 8, Role::Export)]
            ]),
            [("f".to_owned(), first), ("g".to_owned(), 8)]
        );
    }
}
