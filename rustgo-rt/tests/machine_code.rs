//! What the memory functions are compiled to, read off the machine code of a guest.

mod support;

use iced_x86::{Decoder, DecoderOptions, FlowControl, Mnemonic};
use object::Architecture;
use support::archive::{Function, functions, reached};
use support::{ARM64, Guest, I586, MAC_ARM64, MAC_X86_64, Profile, X86_64};
use yaxpeax_arch::{Decoder as _, U8Reader};

const MEMORY: [&str; 6] = ["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen"];

/// A guest for each kind of code that there is.
fn guests(profile: Profile) -> Vec<(&'static str, Guest)> {
    let guest = |target| Guest::new("standalone", target, profile);
    let avx2 = guest(X86_64).env("RUSTFLAGS", "-Ctarget-feature=+avx2");
    let avx512 = guest(X86_64).env("RUSTFLAGS", "-Ctarget-feature=+avx512bw");
    let plain = [X86_64, ARM64, I586, MAC_X86_64, MAC_ARM64].map(|target| (target, guest(target)));
    let lto = guest(X86_64).with(&["--config", "profile.release.lto=true"]);
    plain
        .into_iter()
        .chain([
            ("x86-64 with AVX2", avx2),
            ("x86-64 with AVX-512", avx512),
            ("x86-64 with LTO", lto),
        ])
        .collect()
}

/// The compiler knows `memset` when it sees it, and would be glad to call it from within `memset`. In a debug build
/// it also copies structs and fills arrays that way.
#[test]
fn debug_never_comes_back() {
    for (name, guest) in guests(Profile::Debug) {
        let all = functions(&guest.build());
        for function in MEMORY {
            // A debug build checks for overflow; nothing runs after a panic.
            let found = reached(&all, function, |name| name.contains("panic"));
            let memory = found.iter().filter(|name| MEMORY.contains(&name.as_str()));
            assert_eq!(memory.collect::<Vec<_>>(), [""; 0], "{function} on {name} calls");
        }
    }
}

/// No call to anything, and none of what an image can't have or a host doesn't expect.
#[test]
fn release_is_self_contained() {
    for (name, guest) in guests(Profile::Release) {
        let all = functions(&guest.build());
        for function in MEMORY {
            let found = reached(&all, function, |_| false);
            assert!(found.is_empty(), "{function} on {name} refers to {found:?}");
            let code = all
                .get(function)
                .unwrap_or_else(|| panic!("{function} on {name} is missing"));
            assert!(!code.code.is_empty(), "{function} on {name} is empty");
            let wrong: Vec<String> = match code.architecture {
                Architecture::Aarch64 => arm64(code),
                _ => x86(code),
            };
            assert!(wrong.is_empty(), "{function} on {name} has {wrong:?}");
        }
    }
}

/// Calls, indirect jumps, and instructions that set the direction flag or leave to the system.
fn x86(function: &Function) -> Vec<String> {
    let bits = if function.architecture == Architecture::I386 {
        32
    } else {
        64
    };
    let decoder = Decoder::new(bits, &function.code, DecoderOptions::NONE);
    let allowed = [
        FlowControl::Next,
        FlowControl::UnconditionalBranch,
        FlowControl::ConditionalBranch,
        FlowControl::Return,
    ];
    let wrong = decoder.into_iter().filter(|instruction| {
        !allowed.contains(&instruction.flow_control()) || instruction.mnemonic() == Mnemonic::Std
    });
    wrong
        .map(|instruction| format!("{:?} at {:#x}", instruction.code(), instruction.ip()))
        .collect()
}

/// Calls, indirect jumps, system calls, and the registers that belong to the host: x18 to macOS and Windows, x27 and
/// x28 to Go.
fn arm64(function: &Function) -> Vec<String> {
    let words = function.code.chunks_exact(4).enumerate().map(|(index, word)| {
        let instruction = yaxpeax_arm::armv8::a64::InstDecoder::default().decode(&mut U8Reader::new(word));
        let text = instruction.map(|instruction| instruction.to_string());
        (
            index * 4,
            text.unwrap_or_else(|error| format!("undecodable: {error}")),
        )
    });
    let wrong = words.filter(|(_, text)| {
        let mut parts = text.split(|character: char| !character.is_ascii_alphanumeric());
        parts.any(|part| {
            ["bl", "br", "blr", "svc", "undecodable"].contains(&part)
                || ["x18", "w18", "x27", "w27", "x28", "w28"].contains(&part)
        })
    });
    wrong.map(|(at, text)| format!("{text} at {at:#x}")).collect()
}
