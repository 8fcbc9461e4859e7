//! The instructions whose effects the analysis knows: those of which the decoder's table lists every register and every
//! byte of memory that they read and write. The list is closed. What a newer processor brings is refused until somebody has
//! looked at it.

use iced_x86::{CpuidFeature, Instruction};

/// Whether all effects of an instruction are known.
///
/// Not among the features are the tiles of AMX, transactions, bounds registers, key lockers, and what writes to memory that
/// no operand names (`clzero`, `movdir64b`, `enqcmd`, the padlock instructions).
///
/// SOUNDNESS: M1, T12
pub fn is_understood(instruction: &Instruction) -> bool {
    instruction.cpuid_features().iter().copied().all(is_listed)
}

fn is_listed(feature: CpuidFeature) -> bool {
    use CpuidFeature as F;
    matches!(
        feature,
        F::INTEL8086
            | F::INTEL186
            | F::INTEL286
            | F::INTEL386
            | F::INTEL486
            | F::X64
            | F::ADX
            | F::AES
            | F::AVX
            | F::AVX2
            | F::AVX512_BF16
            | F::AVX512_BITALG
            | F::AVX512_FP16
            | F::AVX512_IFMA
            | F::AVX512_VBMI
            | F::AVX512_VBMI2
            | F::AVX512_VNNI
            | F::AVX512_VP2INTERSECT
            | F::AVX512_VPOPCNTDQ
            | F::AVX512BW
            | F::AVX512CD
            | F::AVX512DQ
            | F::AVX512F
            | F::AVX512VL
            | F::AVX_IFMA
            | F::AVX_NE_CONVERT
            | F::AVX_VNNI
            | F::AVX_VNNI_INT16
            | F::AVX_VNNI_INT8
            | F::BMI1
            | F::BMI2
            | F::CET_IBT
            // `rdssp`: the others are refused by their names.
            | F::CET_SS
            | F::CLDEMOTE
            | F::CLFLUSHOPT
            | F::CLFSH
            | F::CLWB
            | F::CMOV
            | F::CMPXCHG16B
            | F::CPUID
            | F::CX8
            | F::D3NOW
            | F::D3NOWEXT
            | F::F16C
            | F::FMA
            | F::FMA4
            | F::FPU
            | F::FPU287
            | F::FPU387
            | F::FXSR
            | F::GFNI
            // `xtest`.
            | F::HLE_or_RTM
            | F::LZCNT
            | F::MMX
            | F::MOVBE
            | F::MOVDIRI
            | F::MULTIBYTENOP
            | F::PAUSE
            | F::PCLMULQDQ
            | F::POPCNT
            | F::PREFETCHITI
            | F::PREFETCHW
            | F::PREFETCHWT1
            | F::RDPID
            | F::RDRAND
            | F::RDSEED
            | F::RDTSCP
            | F::SERIALIZE
            | F::SHA
            | F::SHA512
            | F::SM3
            | F::SM4
            | F::SSE
            | F::SSE2
            | F::SSE3
            | F::SSE4_1
            | F::SSE4_2
            | F::SSE4A
            | F::SSSE3
            | F::TBM
            | F::TSC
            | F::VAES
            | F::VPCLMULQDQ
            | F::XOP
            | F::XSAVE
            | F::XSAVEC
            | F::XSAVEOPT
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use iced_x86::{
        Code, Decoder, DecoderOptions, InstructionInfoFactory, Mnemonic, OpAccess, OpKind, Register as Name,
    };

    use super::super::{StepContext, forbidden, memory};
    use super::*;
    use crate::finding::Rule;
    use crate::state::{State, Value};

    /// An encoding of every instruction that the decoder knows, with a memory operand and without. Bytes after it are zeros.
    fn encodings() -> Vec<Vec<u8>> {
        // [rdi], registers, and the address of a vector of indices.
        let memory: Vec<Vec<u8>> = (0..8).map(|digit| vec![digit << 3 | 7]).collect();
        let registers: Vec<Vec<u8>> = (0..64).map(|rest| vec![0xc0 | rest]).collect();
        let operands = [memory.clone(), registers, vec![vec![0x0c, 0x37]]].concat();
        let indices: Vec<Vec<u8>> = (0..8).map(|digit| vec![digit << 3 | 4, 0x37]).collect();
        let few = [memory, vec![vec![0xc1], vec![0xc8]], indices].concat();
        let mut all = Vec::new();
        for prefix in [
            &[][..],
            &[0x66],
            &[0xf3],
            &[0xf2],
            &[0x67],
            &[0x67, 0xf3],
            &[0x67, 0xf2],
            &[0x66, 0xf3],
            &[0x66, 0xf2],
            &[0x67, 0x66],
        ] {
            for rex in [&[][..], &[0x48]] {
                for map in [&[][..], &[0x0f], &[0x0f, 0x38], &[0x0f, 0x3a]] {
                    for opcode in 0..=255 {
                        for operand in &operands {
                            all.push([prefix, rex, map, &[opcode], operand].concat());
                        }
                    }
                }
            }
        }
        // AMD's 3DNow! instructions have their opcode at the end.
        all.extend((0..=255).map(|opcode| vec![0x0f, 0x0f, 0xc1, opcode]));
        for w in [0, 0x80] {
            for (length, pp) in (0..2).flat_map(|length| (0..4).map(move |pp| (length, pp))) {
                for opcode in 0..=255 {
                    // Shifts by a number and tiles tell by the register.
                    for (map, register) in
                        (1..=2).flat_map(|map| (0xc0..=0xff).map(move |register| (map, register)))
                    {
                        let last = w | 0x78 | length << 2 | pp;
                        all.push(vec![0xc4, 0xe0 | map, last, opcode, register]);
                        all.push(vec![0xc4, 0xe0 | map, last & 0x87 | 0x70, opcode, register]);
                    }
                    for operand in &few {
                        for map in 1..=7 {
                            let last = w | 0x78 | length << 2 | pp;
                            all.push([&[0xc4, 0xe0 | map, last, opcode], &operand[..]].concat());
                        }
                        for map in 8..=10 {
                            let last = w | 0x78 | length << 2 | pp;
                            all.push([&[0x8f, 0xe0 | map, last, opcode], &operand[..]].concat());
                        }
                    }
                }
            }
            for (length, pp) in (0..3).flat_map(|length| (0..4).map(move |pp| (length, pp))) {
                for (opcode, map) in (0..=255).flat_map(|opcode| (1..=6).map(move |map| (opcode, map))) {
                    for operand in &few {
                        // Without a mask, and with one.
                        for mask in [0, 1] {
                            let bytes = [0x62, 0xf0 | map, w | 0x7c | pp, length << 5 | 8 | mask, opcode];
                            all.push([&bytes, &operand[..]].concat());
                        }
                    }
                }
            }
        }
        all
    }

    /// It names memory that it neither reads nor writes, or the decoder's table has it so.
    fn only_names_memory(instruction: &Instruction) -> bool {
        matches!(
            instruction.mnemonic(),
            Mnemonic::Lea
                | Mnemonic::Nop
                | Mnemonic::Reservednop
                | Mnemonic::Prefetch
                | Mnemonic::Prefetchw
                | Mnemonic::Prefetchwt1
                | Mnemonic::Prefetchnta
                | Mnemonic::Prefetcht0
                | Mnemonic::Prefetcht1
                | Mnemonic::Prefetcht2
                | Mnemonic::Prefetchit0
                | Mnemonic::Prefetchit1
                | Mnemonic::Cldemote
                | Mnemonic::Clflush
                | Mnemonic::Clflushopt
                | Mnemonic::Clwb
                | Mnemonic::Ud0
                | Mnemonic::Ud1
        )
    }

    /// Every instruction is refused, or everything that it does to memory is listed and each of its stores is seen.
    #[test]
    fn every_instruction_is_refused_or_has_its_stores_seen() {
        // Every register holds an address of the image, so that a store through any of them is one into it.
        let mut state: State<super::super::Modes> = State::entry(0);
        for register in 0..16 {
            state.cells.set(register, Value::Address(0x1000));
        }
        let mut factory = InstructionInfoFactory::new();
        let (mut met, mut accepted, mut stores) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut unseen = BTreeSet::new();
        for mut bytes in encodings() {
            bytes.resize(16, 0);
            let instruction = Decoder::with_ip(64, &bytes, 0, DecoderOptions::NONE).decode();
            if instruction.is_invalid() {
                continue;
            }
            let name = || format!("{:?}", instruction.code());
            met.insert(instruction.code() as usize);
            let mut context = StepContext::new(0, instruction, &state);
            forbidden::check(&mut context);
            if context.refusal.is_some() || !context.diagnostics.is_empty() {
                continue;
            }
            accepted.insert(instruction.code() as usize);
            if !is_understood(&instruction) {
                unseen.insert(format!("{} is not listed", name()));
            }
            let info = factory.info(&instruction);
            let names_memory =
                (0..instruction.op_count()).any(|operand| instruction.op_kind(operand) == OpKind::Memory);
            if names_memory && info.used_memory().is_empty() && !only_names_memory(&instruction) {
                unseen.insert(format!("{} names memory that it does not use", name()));
            }
            let is_store = info.used_memory().iter().any(|memory| {
                let writes = !matches!(
                    memory.access(),
                    OpAccess::None | OpAccess::NoMemAccess | OpAccess::Read | OpAccess::CondRead
                );
                // An address of 32 bits is none of the image's.
                writes && memory.base().is_gpr64() && memory.base() != Name::RSP
            });
            let mut next = state.clone();
            memory::access(&mut context, &mut next, info.used_memory());
            let is_seen = context
                .diagnostics
                .iter()
                .any(|diagnostic| matches!(diagnostic.rule, Rule::MutableStatic | Rule::ThreadLocal));
            if is_store {
                stores.insert(instruction.code() as usize);
                if !is_seen {
                    unseen.insert(format!("{} stores unseen", name()));
                }
            }
        }
        assert!(unseen.is_empty(), "{unseen:#?}");
        // The walk is whole: what is left has no encoding in 64-bit mode, or needs one of the decoder's options.
        let left: Vec<String> = Code::values()
            .filter(|code| {
                let opcode = code.op_code();
                // The table has AMD's reading of a prefix that is refused, and names for two instructions in a row.
                let name = format!("{code:?}");
                let is_prefixed = name.contains("rel16") || name.contains("rel8_16");
                let is_one = opcode.is_instruction() && !opcode.fwait();
                let is_decoded = is_one && opcode.mode64() && !is_prefixed;
                is_decoded
                    && opcode.decoder_option() == DecoderOptions::NONE
                    && !met.contains(&(*code as usize))
            })
            .map(|code| format!("{code:?}"))
            .collect();
        // With a 66 prefix branches are refused whatever they are decoded as; of the last two only the encoding is odd.
        let known = [
            "Retnw_imm16",
            "Retnw",
            "Call_rm16",
            "Jmp_rm16",
            "Montmul_64",
            "Ud0",
        ];
        assert_eq!(left, known);
        assert!(
            accepted.len() > 3000 && stores.len() > 300,
            "{} {}",
            accepted.len(),
            stores.len()
        );
    }
}
