//! What programs call: each export once, however many builds of it there are, with the most stack that any takes.

use std::collections::BTreeMap;

use super::{Proof, dispatch};
use rustgo_record::Role;

/// The exports by their declared names, of one image or of several that share a declaration, and the stack that a call
/// uses on any of them, the choice of a variant included.
pub fn interface<'a>(images: impl IntoIterator<Item = &'a [Proof]>) -> Vec<Proof> {
    let mut most: BTreeMap<String, Proof> = BTreeMap::new();
    for proofs in images {
        let chooser = proofs
            .iter()
            .find(|proof| proof.entry.export.role == Role::Chooser);
        let first_call = chooser.map_or(0, |chooser| dispatch::FIRST_CALL + chooser.stack);
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
            let stack = proof.stack;
            let known = most.entry(proof.entry.export.name.clone()).or_insert(proof);
            known.stack = known.stack.max(stack);
        }
    }
    most.into_values().collect()
}
