//! The arm64 image, and the header that shims include.

use crate::Proof;
use crate::export::Export;
use crate::go::header::{self, Convention};
use crate::go::{aarch64, panic};
use crate::image::{Address, Entry, Import, Reference};
use crate::processor::Processor;
use crate::testing::{go_assembled, go_assembled_for, image, origin, run_with, words};

const RET: u32 = 0xd65f_03c0;

#[test]
fn the_assembler_makes_the_arm64_image_again() {
    // Data after the code whose length is not a multiple of an instruction.
    for length in 0..9 {
        let mut image = image(Processor::Aarch64, &words(&[0x9100_0400, 0x1234_5678, RET]));
        image
            .edit(|image| {
                image.bytes.extend((1..=length).map(|byte| byte as u8));
                image.relro.start = image.bytes.len() as u64;
            })
            .unwrap();
        let text = aarch64::write(&origin(), &image).unwrap();
        let code = go_assembled(Processor::Aarch64, &text).remove("rust").unwrap();
        let mut expected = image.bytes.clone();
        expected.resize(expected.len().next_multiple_of(4), 0);
        assert_eq!(code[..expected.len()], expected, "{text}");
        assert!(
            text.contains("TEXT ·rust(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0\n\tPCALIGN $16\n"),
            "{text}"
        );
        assert!(
            !text.contains("rustgo_panic") && !text.contains("rustdata"),
            "{text}"
        );
    }
}

#[test]
fn arm64_imports_and_addresses() {
    let mut code = vec![0xaa; 32];
    // adr x5, 32 bytes on; ret; a byte of data.
    code.extend(words(&[0x1000_0105, RET]));
    code.push(0x77);
    let code_size = code.len() as u64;
    code.resize(64, 0);
    code.extend([0; 8]);
    let mut image = image(Processor::Aarch64, &code);
    image
        .edit(|image| {
            image.code_size = code_size;
            image.functions[0].start = 32;
            image.functions[0].size = 8;
            image.relro.start = 64;
            image.relro.alignment = 8;
            image.relro.addresses = vec![Address {
                at: 64,
                target: 36,
                is_relro: false,
            }];
            image.relro.uses = vec![Reference { at: 32, target: 64 }];
            image.imports = ["rustgo_panic", "rustgo_write"]
                .iter()
                .zip([0, 16])
                .map(|(name, at)| Import {
                    name: (*name).to_owned(),
                    at,
                    returns: at > 0,
                })
                .collect();
        })
        .unwrap();
    let text = aarch64::write(&origin(), &image).unwrap();
    let code = go_assembled(Processor::Aarch64, &text);
    // Branches that the linker fills in, each in 16 bytes.
    let slot = words(&[0x1400_0000, 0, 0, 0]);
    let veneer = 64u32;
    let mut expected = [slot.clone(), slot].concat();
    expected.extend(words(&[0x1400_0000 | ((veneer - 32) / 4), RET, 0x77]));
    expected.resize(64, 0);
    // adrp x5; add x5, x5; and back to after the first instruction.
    let back = (36 - (i64::from(veneer) + 8)) >> 2;
    expected.extend(words(&[
        0x9000_0005,
        0x9100_00a5,
        0x1400_0000 | back as u32 & 0x03ff_ffff,
    ]));
    assert_eq!(code["rust"][..expected.len()], expected, "{text}");
    for part in [
        "\tB ·rustgo_panic(SB)\n",
        "\tB ·rustgo_write(SB)\n",
        "\tMOVD $rustdata<>+0(SB), R5\n",
        "TEXT ·rustgo_panic(SB), NOSPLIT|NOFRAME, $0-0\n",
        "DATA rustdata<>+0(SB)/8, $·rust+36(SB)\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn headers_have_entries_and_frames() {
    let mut image = image(Processor::X86_64, &[0x90, 0xc3, 0xe8, 0, 0, 0, 0, 0xc3]);
    image
        .edit(|image| {
            image.functions[0].size = 2;
            let mut long = image.functions[0].clone();
            (long.start, long.size) = (2, 6);
            image.functions.push(long);
        })
        .unwrap();
    let proof = |name: &str, at, stack| Proof {
        entry: Entry {
            export: Export::undeclared(name),
            at,
        },
        stack,
    };
    let proofs = [proof("short", 0, 8), proof("long", 2, 136)];
    for (processor, start, alignment, frames, label) in [
        (Processor::X86_64, 128, 16, [16, 144], "padding8:"),
        (Processor::X86_64, 128, 64, [64, 192], "padding8:"),
        (Processor::Aarch64, 0, 16, [48, 176], "panicked:"),
    ] {
        let convention = Convention {
            processor,
            start,
            alignment,
        };
        let mut image = image.clone();
        image
            .edit(|image| {
                image.processor = processor;
            })
            .unwrap();
        for panics in [false, true] {
            image
                .edit(|image| {
                    image.imports.clear();
                    if panics {
                        image.imports.push(Import {
                            name: "rustgo_panic".to_owned(),
                            at: 0,
                            returns: false,
                        });
                    }
                })
                .unwrap();
            let text = header::write(&origin(), &image, convention, &proofs);
            for (name, at, frame) in [("short", 0, frames[0]), ("long", 2, frames[1])] {
                let lines = format!(
                    "#define ENTRY_{name} {}\n#define FRAME_{name} {frame}\n",
                    start + at
                );
                assert!(text.contains(&lines), "{lines}: {text}");
            }
            assert!(text.contains("// long uses at most 136 bytes of stack, its return address included."));
            let has_label = match processor {
                Processor::X86_64 => alignment == 64,
                Processor::Aarch64 => panics,
            };
            assert_eq!(text.contains(label), has_label, "{text}");
            assert!(text.contains("#define CALL_RUST(ENTRY, FRAME)"), "{text}");
            assert_eq!(
                text.contains("#define INLINE_short \\\n\tBYTE $0x90\n"),
                processor == Processor::X86_64,
                "{text}"
            );
            assert!(!text.contains("INLINE_long"), "{text}");
        }
    }
}

#[test]
fn panics_are_one_go_file_for_the_processors_that_have_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("Some-Package2");
    let [amd64, arm64] = Processor::ALL;
    for (processors, constraint) in [
        (vec![amd64], "amd64"),
        (vec![arm64], "arm64"),
        (vec![amd64, arm64], "(amd64 || arm64)"),
    ] {
        let text = panic::write(&origin(), &folder, processors);
        let start = format!(
            "// {}\n\n//go:build {constraint} && gc && !purego\n\npackage somepackage2\n\n",
            origin().line()
        );
        assert!(text.starts_with(&start), "{text}");
    }
}

/// The value of a panic in Go, run: its text, and its layout, which is that of C.
#[test]
fn panics_say_where_in_go() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("go.mod", "module guest\n\ngo 1.24\n");
    let panic = panic::write(&origin(), folder.path(), [Processor::X86_64]);
    // The stub is assembly.
    let (before, after) = panic.split_once("func rustgo_panic()\n").unwrap();
    write(panic::FILE, &format!("{before}func rustgo_panic() {{}}\n{after}"));
    let package = panic::package(folder.path());
    let test = r#"
import (
	"runtime"
	"testing"
	"unsafe"
)

func TestPanic(t *testing.T) {
	var _ runtime.Error = (*rustPanic)(nil)
	for _, c := range []struct {
		info rustPanic
		want string
	}{
		{rustPanic{"a message", "/rustgo/a/src/lib.rs", 7, 12}, "rust: a message, at /rustgo/a/src/lib.rs:7:12"},
		{rustPanic{"", "lib.rs", 4294967295, 0}, "rust: panic at lib.rs:4294967295:0"},
		{rustPanic{"m", "f", 10, 99}, "rust: m, at f:10:99"},
	} {
		func() {
			defer func() {
				p := recover().(*rustPanic)
				if got := p.Error(); got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
				if p == &c.info {
					t.Error("the value is still in Rust's frame")
				}
				if p.Message() != c.info.message || p.File() != c.info.file || p.Line() != int(c.info.line) || p.Column() != int(c.info.column) {
					t.Errorf("%q, %q, %d, %d", p.Message(), p.File(), p.Line(), p.Column())
				}
			}()
			info := c.info
			rustPanicked(&info)
		}()
	}
	// As the C header has struct rustgo_panic_info.
	var p rustPanic
	for i, got := range []uintptr{
		unsafe.Offsetof(p.message), unsafe.Offsetof(p.file), unsafe.Offsetof(p.line), unsafe.Offsetof(p.column), unsafe.Sizeof(p),
	} {
		if want := []uintptr{0, 16, 32, 36, 40}[i]; got != want {
			t.Errorf("%d: %d, not %d", i, got, want)
		}
	}
}
"#;
    write("panic_test.go", &format!("package {package}\n{test}"));
    let environment = [("GOFLAGS", ""), ("CGO_ENABLED", "0"), ("GOARCH", "amd64")];
    run_with(folder.path(), "go", &["test", "-vet=off", "."], &environment)
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn packages_have_the_name_that_their_files_say() {
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &str| panic::package(&folder.path().join(name));
    for (name, expected) in [
        ("hash", "hash"),
        ("go", "rust"),
        ("go-hash", "gohash"),
        ("42", "rust"),
        ("2hash", "hash"),
        ("ä", "rust"),
        ("MyHash_", "myhash"),
    ] {
        assert_eq!(named(name), expected, "{name}");
    }
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("a_test.go", "package tests_test\n");
    write("b.txt", "package text\n");
    write("z.go", "package last\n");
    write(
        "c.go",
        "// A comment.\n//go:build x\n\npackage first // because\n",
    );
    assert_eq!(panic::package(folder.path()), "first");
}

/// Go's external linkers for Mach-O and PE take no `BL` with an offset, and offsets in addresses of less than 2^20 bytes alone;
/// those for ELF take all.
#[test]
fn entries_are_reached_in_a_way_that_every_linker_knows() {
    for (entry, far) in [
        (0, false),
        ((1 << 20) - 1, false),
        (1 << 20, true),
        (5 << 20, true),
    ] {
        let text = format!(
            "{}TEXT ·rust(SB), 4, $0-0\n\tRET\nTEXT ·shim(SB), 4, $16-0\n\tBL_RUST({entry})\n\tRET\n",
            aarch64::branch(entry)
        );
        for (system, is_direct) in [
            ("linux", true),
            ("freebsd", true),
            ("darwin", false),
            ("ios", false),
            ("windows", false),
        ] {
            let code = go_assembled_for(system, Processor::Aarch64, &text)
                .remove("shim")
                .unwrap();
            let code: Vec<u32> = code
                .as_chunks()
                .0
                .iter()
                .map(|&word| u32::from_le_bytes(word))
                .collect();
            let holds = |wanted: &[u32]| code.windows(wanted.len()).any(|window| window == wanted);
            // The linker fills in the distance to the symbol and what is added to it.
            let (branch, address, call) = (0x9400_0000, [0x9000_0010, 0x9100_0210], 0xd63f_0200);
            assert_eq!(holds(&[branch]), is_direct, "{system}, {entry}: {code:x?}");
            let [page, low] = address;
            assert_eq!(
                holds(&[page, low, call]),
                !is_direct && !far,
                "{system}, {entry}: {code:x?}"
            );
            // The constant in x17, in whatever way; add x16, x16, x17.
            let is_long = code
                .windows(5)
                .any(|window| window[..2] == address && window[3..] == [0x8b11_0210, call]);
            assert_eq!(is_long, !is_direct && far, "{system}, {entry}: {code:x?}");
        }
    }
}

#[test]
fn guests_have_names_in_c() {
    assert_eq!(origin().identifier(), "some_guest");
}
