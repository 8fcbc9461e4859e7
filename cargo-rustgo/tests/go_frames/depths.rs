//! The stack depth that Go has for each instruction of an image is the proven one.

use cargo_rustgo::verify::go_frames::{self, Recorded};
use cargo_rustgo::write::go::x86_64::{self, Piece, Plan, START};

use super::{Linked, Shim, common, go, output};

/// Compares the depths and the bytes, and returns how many there were.
fn compare(name: &str, guest: &Linked) -> Recorded {
    let plan = guest.plan();
    let function = guest.in_go(&plan);
    let recorded = go_frames::compare(&guest.image, &guest.analysis, &plan, &function);
    let recorded = recorded.unwrap_or_else(|error| panic!("{name}: {error:#}"));
    println!("{name}: {recorded}");
    bytes(name, guest, &plan, &function.code);
    recorded
}

/// The code is the image's, but for what the linker fills in, and for changes of the stack pointer that are written otherwise:
/// alignments whose padding is known, frames of 128 bytes, and epilogues that come from the frame pointer, with what they move.
fn bytes(name: &str, guest: &Linked, plan: &Plan, code: &[u8]) {
    let image = &guest.image;
    let used: Vec<u64> = image.relro.uses.iter().map(|used| used.at).collect();
    for function in &image.functions {
        for at in function.start..function.end() {
            let is_filled_in = used.iter().any(|used| (*used..*used + 4).contains(&at));
            let is_written_otherwise = plan.pieces.iter().any(|(start, piece)| {
                let code = &image.bytes[*start as usize..];
                let length = match code {
                    // mov rsp, rbp
                    [0x48, 0x89, 0xec, ..] => 3,
                    // and rsp; lea rsp, [rbp + 8 bits]
                    [0x48, 0x83, 0xe4, ..] | [0x48, 0x8d, 0x65, ..] => 4,
                    // sub and add of 128; lea rsp, [rbp + 32 bits]
                    [0x48, 0x81, 0xec | 0xc4, 0x80, 0, 0, 0, ..] | [0x48, 0x8d, 0xa5, ..] => 7,
                    // jmp, at the end of what has moved
                    [0xe9, ..] if plan.place(*start) != *start => 5,
                    _ => 0,
                };
                !matches!(piece, Piece::Raw(_)) && (*start..start + length).contains(&at)
            });
            if !is_filled_in && !is_written_otherwise {
                assert_eq!(
                    code[(START + plan.place(at)) as usize],
                    image.bytes[at as usize],
                    "{name}: byte {at:#x}, in {}",
                    function.demangled()
                );
            }
        }
    }
}

#[test]
fn frames_of_the_repositorys_guests_are_exact() {
    for package in [
        "rustgo-crypto",
        "rustgo-dalek",
        "rustgo-panics",
        "rustgo-overhead",
    ] {
        let guest = Linked::package(package);
        let (recorded, plan) = (compare(package, &guest), guest.plan());
        assert_eq!(recorded.probes, 0, "{package}");
        // Branches that panic are after epilogues.
        assert_eq!(recorded.epilogues > 0, package == "rustgo-panics", "{package}");
        for function in &guest.image.functions {
            let last = plan.depths.range(function.start..function.end()).next_back();
            let is_exact = last.is_none_or(|(at, _)| !plan.epilogues.contains(at));
            assert!(is_exact, "{package}: the end of {}", function.demangled());
        }
    }
}

/// One instruction that changes the stack pointer, written as data for the assembler, is enough to be found.
#[test]
fn a_wrong_depth_is_found() {
    let guest = Linked::package("rustgo-panics");
    let right = guest.plan();
    let tracked: Vec<usize> = (0..right.pieces.len())
        .filter(|&number| {
            matches!(
                right.pieces[number].1,
                Piece::Push(_) | Piece::Pop(_) | Piece::Adjust(_)
            )
        })
        .collect();
    // The first, one in the middle, and one towards the end.
    for number in [
        tracked[0],
        tracked[tracked.len() / 2],
        tracked[tracked.len() * 9 / 10],
    ] {
        let mut wrong = right.clone();
        let (at, piece) = &mut wrong.pieces[number];
        let length = match piece {
            Piece::Push(name) | Piece::Pop(name) => 1 + u64::from(name.starts_with('R')),
            Piece::Adjust(-128..=128) => 4,
            _ => 7,
        };
        *piece = Piece::Raw(*at..*at + length);
        let function = guest.in_go(&wrong);
        let error = go_frames::compare(&guest.image, &guest.analysis, &right, &function).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("Go's tables have a stack depth of "),
            "{error:#}"
        );
    }
}

#[test]
fn frames_of_all_kinds_are_exact() {
    let guest = Linked::file("go_frames/guest.rs", &[], "frames");
    assert_eq!(guest.analysis.findings, []);
    assert!(guest.analysis.realigns(), "no frame aligns the stack pointer");
    let mut functions = guest.analysis.functions.values();
    assert!(
        functions.any(|function| !function.probes.is_empty()),
        "no frame is probed"
    );
    compare("frames", &guest);
    assert!(!guest.plan().probes.is_empty());

    run(&guest, &["aligned", "large", "short"]);
}

/// Functions that align their frame end in code of another length, which moves into the gap after them, unless it is jumped
/// to, or the gap is too small.
#[test]
fn epilogues_of_aligned_frames_are_exact() {
    const NAMES: [&str; 9] = [
        "saved", "plain", "small", "equal", "shorter", "aligned", "tail", "entered", "crowded",
    ];
    let guest = Linked::file("go_frames/epilogues.rs", &[], "epilogues");
    assert_eq!(guest.analysis.findings, []);
    compare("epilogues", &guest);
    let plan = guest.plan();
    let inside = |name: &str| {
        let mut functions = guest.image.functions.iter();
        let function = functions.find(|function| function.name == name).unwrap();
        function.start..function.end()
    };
    for (name, by) in NAMES[..7].iter().zip([3, 4, 1, 0, 0, 3, 3]) {
        let moved = plan
            .moved
            .iter()
            .find(|(range, _)| inside(name).contains(&range.start));
        assert_eq!(moved.map(|(_, by)| *by), Some(by), "{name}");
        assert_eq!(plan.epilogues.range(inside(name)).count(), 0, "{name}");
    }
    // `pop rbp` and `ret`.
    for name in ["entered", "rustgo_crowded"] {
        assert_eq!(plan.epilogues.range(inside(name)).count(), 2, "{name}");
    }
    run(&guest, &NAMES);
}

/// Calls these exports from a Go program, which finds all right.
fn run(guest: &Linked, names: &[&'static str]) {
    let declarations: String = names
        .iter()
        .map(|name| format!("func {name}(address *byte) uint64\n\n"))
        .collect();
    let exports: String = names.iter().map(|name| format!("{name:?}: {name}, ")).collect();
    let main = include_str!("main.go.in")
        .replace("DECLARATIONS\n", &declarations)
        .replace("EXPORTS", &exports);
    let shims: Vec<Shim> = names
        .iter()
        .map(|name| Shim {
            name,
            arguments: &["address"],
            returns: true,
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    guest.write_program(folder.path(), &main, &shims);
    assert_eq!(output(&mut go(folder.path(), &["run", "."])), "right\n");
}

/// Where frames can't be exact, a panic discards them and continues from the shim.
#[test]
fn panics_leave_an_opaque_image() {
    let guest = Linked::package("rustgo-panics");
    let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../go/internal/panics");
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(package).unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let opaque = x86_64::write(&guest.origin, &guest.image, &Plan::opaque(&guest.image)).unwrap();
    assert!(opaque.contains("TOPFRAME"));
    std::fs::write(folder.path().join("rust_amd64.s"), opaque).unwrap();
    std::fs::write(folder.path().join("go.mod"), "module panics\n\ngo 1.24\n").unwrap();
    std::fs::write(folder.path().join("opaque_test.go"), include_str!("opaque.go.in")).unwrap();
    let output = go(folder.path(), &["test", "-count=1", "."]).output().unwrap();
    assert!(output.status.success(), "{}", common::text(&output.stdout));
}
