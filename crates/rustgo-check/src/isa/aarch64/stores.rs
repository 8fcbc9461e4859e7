//! A walk over the encodings of loads and stores: each is refused, or each of its stores is seen.

use super::instruction::Instruction;
use super::opcode::Operation;
use super::{Modes, StepContext, forbidden, memory};
use crate::finding::Rule;
use crate::origin::Origin;
use crate::state::{State, Value};

#[test]
fn every_instruction_is_refused_or_has_its_stores_seen() {
    // The base register holds an address of the image, so that a store through it is one into it.
    let mut state: State<Modes> = State::entry(0);
    state.cells.set(5, Value::Address(0x1000));
    state.cells.origins.set(5, Origin::IMAGE);
    let (mut stores, mut loads) = (0, 0);
    // Every combination of the bits that tell instructions apart; the registers are x3, x5 and x7.
    for high in 0u32..1 << 11 {
        for low in 0u32..1 << 6 {
            for middle in [0b00111, 0b00000, 0b11111, 0b01000] {
                let word = high << 21 | middle << 16 | low << 10 | 5 << 5 | 3;
                let Some(instruction) = Instruction::decode(word) else {
                    continue;
                };
                let mut context = StepContext::new(0, instruction, &state);
                forbidden::check(&mut context);
                if context.refusal.is_some() || !context.diagnostics.is_empty() {
                    continue;
                }
                let text = || format!("{word:#010x}: {}", instruction.assembly(0));
                let writes = match instruction.operation() {
                    Operation::Store
                    | Operation::StoreOrdered
                    | Operation::Atomic
                    | Operation::ComparePair => true,
                    Operation::Load | Operation::SignedLoad | Operation::LoadLiteral => false,
                    // The decoder's name tells whatever is no load or store here.
                    _ => {
                        let text = text();
                        let name = text.split_once(": ").map_or("", |(_, text)| text);
                        assert!(!name.starts_with("st") && !name.starts_with("ld"), "{text}");
                        continue;
                    }
                };
                let Ok(access) = memory::access(&instruction) else {
                    continue;
                };
                let Some(access) = access else {
                    assert!(!writes, "{} accesses no memory", text());
                    continue;
                };
                let place = access.place(&state);
                let mut next = state.clone();
                memory::note(&mut context, &mut next, &access, place);
                let is_seen = context
                    .diagnostics
                    .iter()
                    .any(|diagnostic| diagnostic.rule == Rule::MutableStatic);
                assert_eq!(is_seen, writes, "{}", text());
                *if writes { &mut stores } else { &mut loads } += 1;
            }
        }
    }
    assert!(stores > 5_000 && loads > 3_000, "{stores} {loads}");
}
