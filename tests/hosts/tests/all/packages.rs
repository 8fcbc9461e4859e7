//! Generated packages do in Go and C what their Rust documentation says, and Go's tools report nothing about them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use rustgo_hosts::c::{self, Linking};
use rustgo_hosts::command;
use rustgo_hosts::module::Module;
use rustgo_hosts::sealed::Sealed;

use crate::{CRYPTO, OVERHEAD, POINT, run, sample, scratch, sealed, stdout};

/// A module with a package of every kind of signature, and the tests of it.
static SIGNATURES: LazyLock<Module> = LazyLock::new(|| {
    let module = Module::new(&scratch().join("signatures"), "example.com/signatures").unwrap();
    module.add("rustgo-signatures", "signatures").unwrap();
    for test in ["signatures_test.go", "guard_test.go"] {
        let source = sample("signatures").join(test);
        module.copy(&source, &format!("signatures/{test}")).unwrap();
    }
    module
});

/// The same in C.
static SEALED: LazyLock<Sealed> = LazyLock::new(|| sealed("rustgo-signatures"));

#[test]
fn go_has_nothing_to_say_of_a_package() {
    for processor in ["amd64", "arm64"] {
        SIGNATURES.lint(processor).unwrap();
    }
}

#[test]
fn every_signature_works_in_go() {
    command::run(SIGNATURES.go().args(["test", "-count=1", "./..."])).unwrap();
}

#[test]
fn every_signature_works_in_go_on_arm64() {
    let program = SIGNATURES.path("arm64.test");
    let mut build = SIGNATURES.go();
    build
        .args(["test", "-c", "-o"])
        .arg(&program)
        .arg("./signatures")
        .env("GOARCH", "arm64")
        .env("CGO_ENABLED", "0");
    command::run(&mut build).unwrap();
    command::run(
        Command::new("qemu-aarch64")
            .arg(&program)
            .env("RUSTGO_CALLS", "2000"),
    )
    .unwrap();
}

/// 25 seconds on a quiet core; the short form is among the tests above. To see the counts:
/// `cargo test -p rustgo-hosts --test all a_million -- --ignored --nocapture`.
#[test]
#[ignore = "takes half a minute"]
fn a_million_calls_with_guard_pages() {
    let mut go = SIGNATURES.go();
    go.args(["test", "-count=1", "-v", "-run", "TestGuarded", "./..."])
        .env("RUSTGO_CALLS", "1000000");
    println!("{}", stdout(&command::run(&mut go).unwrap()));
}

/// A program that calls with buffers between pages without access.
static GUARDED: LazyLock<PathBuf> = LazyLock::new(|| {
    let program = scratch().join("guarded");
    let source = sample("signatures").join("guard.c");
    c::build(c::compiler(), &source, &[&SEALED], Linking::Dynamic, &program).unwrap();
    program
});

fn guarded(calls: usize) {
    let output = run(&GUARDED, &[&calls.to_string()]);
    assert!(output.status.success(), "{}: {}", output.status, stdout(&output));
    assert_eq!(stdout(&output), format!("{calls} calls are right\n"));
}

#[test]
fn calls_in_c_with_guard_pages() {
    guarded(20_000);
}

#[test]
#[ignore = "takes some seconds"]
fn a_million_calls_in_c_with_guard_pages() {
    guarded(1_000_000);
}

#[test]
fn every_signature_works_in_c() {
    let source = sample("signatures").join("signatures.c");
    for (compiler, standard) in [
        ("gcc", "-std=c99"),
        ("clang", "-std=c99"),
        ("g++", "-std=c++17"),
        ("clang++", "-std=c++17"),
    ] {
        let program = scratch().join(format!("signatures-{compiler}"));
        let mut command = Command::new(compiler);
        command.arg(standard);
        if compiler.ends_with("++") {
            command.args(["-x", "c++"]);
        }
        command
            .args(c::WARNINGS)
            .arg("-I")
            .arg(SEALED.include())
            .arg(&source)
            .args(["-x", "none"])
            .arg(SEALED.archive())
            .args(["-lm", "-o"])
            .arg(&program);
        command::run(&mut command).unwrap();
        let output = run(&program, &[]);
        assert!(output.status.success(), "{compiler}: {}", stdout(&output));
    }
}

/// Addresses are filled into data that loaders then make read-only, never into code, which `-z text` refuses.
#[test]
fn addresses_lie_outside_of_code() {
    let program = scratch().join("signatures-z-text");
    let mut gcc = Command::new("gcc");
    gcc.args(["-std=c99", "-fPIE", "-pie", "-Wl,-z,text,-z,relro,-z,now", "-I"])
        .arg(SEALED.include())
        .arg(sample("signatures").join("signatures.c"))
        .arg(SEALED.archive())
        .args(["-lm", "-o"])
        .arg(&program);
    command::run(&mut gcc).unwrap();
    let output = run(&program, &[]);
    assert!(output.status.success(), "{}", stdout(&output));
    let linkage = command::read(
        Command::new("readelf")
            .args(["-W", "-d", "-S", "-l"])
            .arg(&program),
    )
    .unwrap();
    assert!(!linkage.contains("TEXTREL"), "{linkage}");
    let relro = linkage
        .lines()
        .any(|line| line.contains(".data.rel.ro") && !line.contains("PROGBITS"));
    assert!(relro && linkage.contains("GNU_RELRO"), "{linkage}");
}

/// What a C program without a handler of its own gets: a line that says what it did wrong, and an abort.
#[test]
fn misuse_in_c_says_what_it_is() {
    let source = scratch().join("misuse.c");
    fs::write(
        &source,
        "#include <rustgo_signatures.h>\nint main(void) { return (int)sum(NULL, 1); }\n",
    )
    .unwrap();
    let program = scratch().join("misuse");
    c::build(c::compiler(), &source, &[&SEALED], Linking::Static, &program).unwrap();
    let output = run(&program, &[]);
    assert!(!output.status.success());
    let said = crate::stderr(&output);
    assert!(said.contains("sum: `numbers` is null"), "{said}");
}

/// A copy of the package that a test may modify.
fn copy(name: &str) -> (Module, PathBuf) {
    let folder = scratch().join(name);
    let _ = fs::remove_dir_all(&folder);
    let module = Module::new(&folder, "example.com/broken").unwrap();
    for entry in fs::read_dir(SIGNATURES.path("signatures")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        module.copy(&path, &format!("signatures/{file}")).unwrap();
    }
    let package = module.path("signatures");
    (module, package)
}

#[test]
fn the_test_of_the_abi_finds_another_layout() {
    let (module, package) = copy("layout");
    let path = package.join("types.go");
    let types = fs::read_to_string(&path).unwrap();
    let wrong = types.replace("Start  uint32", "Start  uint64");
    assert_ne!(types, wrong);
    fs::write(&path, wrong).unwrap();
    let mut test = module.go();
    let error = command::run(test.args(["test", "-vet=off", "-run", "TestABI", "./..."])).unwrap_err();
    assert!(
        error.to_string().contains("Span.Type: Go has 16, Rust 8"),
        "{error}"
    );
}

#[test]
fn without_an_image_a_package_says_so_or_takes_the_fallback() {
    for (arguments, processor, reason) in [
        (
            &["build", "./..."][..],
            "riscv64",
            "this_package_has_machine_code_for_amd64_and_arm64_only",
        ),
        (
            &["build", "-tags", "purego", "./..."],
            "amd64",
            "this_package_has_nothing_for_the_build_tag_purego",
        ),
        // The reason for the build is the tag, on whatever processor.
        (
            &["build", "-tags", "purego", "./..."],
            "riscv64",
            "this_package_has_nothing_for_the_build_tag_purego",
        ),
    ] {
        let mut build = SIGNATURES.go();
        let error = command::run(build.args(arguments).env("GOARCH", processor)).unwrap_err();
        let error = error.to_string();
        assert!(error.contains(&format!("undefined: {reason}")), "{error}");
        assert_eq!(error.matches("undefined: this_package").count(), 1, "{error}");
    }
    // Another compiler's name decides which files it gets, whether it is installed or not.
    let list = "{{.GoFiles}}{{.SFiles}}";
    let mut files = SIGNATURES.go();
    let files = command::read(files.args(["list", "-compiler", "gccgo", "-f", list, "./..."])).unwrap();
    assert!(files.contains("exports_compiler.go"), "{files}");
    assert!(!files.contains(".s"), "{files}");
    assert!(!files.contains("exports.go"), "{files}");
}

#[test]
fn what_is_written_by_hand_is_kept() {
    let (module, package) = copy("kept");
    let path = package.join("shims_amd64.s");
    fs::write(&path, "// By hand.\n").unwrap();
    let error = module
        .add("rustgo-signatures", "signatures")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("shims_amd64.s is written by hand") && error.contains("use `--go-image`"),
        "{error}"
    );
    fs::remove_file(&path).unwrap();
    fs::write(package.join("types.go"), "package signatures\n").unwrap();
    let error = module
        .add("rustgo-signatures", "signatures")
        .unwrap_err()
        .to_string();
    assert!(error.contains("types.go is written by hand"), "{error}");
}

/// The instructions of each shim in the output of Go's assembler, with their bytes, but without their places in the
/// source. The name of the shim comes first, with a capital.
fn assembled(file: &Path, processor: &str) -> BTreeMap<String, Vec<String>> {
    let root = command::read(Command::new("go").args(["env", "GOROOT"])).unwrap();
    let mut assembler = Command::new("go");
    assembler
        .args(["tool", "asm", "-S", "-p", "shims", "-D", "GOOS_linux", "-D"])
        .arg(format!("GOARCH_{processor}"))
        .arg("-I")
        .arg(format!("{root}/pkg/include"))
        .arg("-I")
        .arg(file.parent().unwrap())
        .arg("-o")
        .arg(scratch().join("shims.o"))
        .arg(file)
        .env("GOARCH", processor);
    let listing = command::read(&mut assembler).unwrap();
    let mut shims: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut name = String::new();
    for line in listing.lines() {
        if !line.starts_with('\t') {
            let symbol = line.split(' ').next().unwrap_or_default();
            let symbol = symbol.strip_prefix("shims.").unwrap_or(symbol);
            name = symbol[..1].to_uppercase() + &symbol[1..];
        }
        // The text after the last of the places, or the bytes.
        let instruction = line.rsplit_once(")\t").filter(|(place, _)| place.contains(".s:"));
        let is_bytes = line.starts_with("\t0x") && !line.contains(".s:");
        let part = match instruction {
            Some((_, instruction)) => instruction,
            None if is_bytes => line,
            None => continue,
        };
        if !part.starts_with("TEXT") && !part.starts_with("FUNCDATA") {
            shims.entry(name.clone()).or_default().push(part.to_owned());
        }
    }
    shims
}

#[test]
fn generated_shims_are_those_written_by_hand() {
    let module = Module::new(&scratch().join("edwards"), "example.com/edwards").unwrap();
    module.add("rustgo-crypto", "edwards25519").unwrap();
    module.lint("arm64").unwrap();
    let by_hand = rustgo_hosts::root().join("go/edwards25519");
    for (processor, names) in [
        (
            "amd64",
            &[
                ("ScalarBaseMult", "ScalarBaseMultBaseline"),
                ("ScalarBaseMultBmi2", "ScalarBaseMultBMI2"),
                ("ScalarBaseMultAvx2", "ScalarBaseMultAVX2"),
                ("ScalarBaseMultIfma", "ScalarBaseMultIFMA"),
            ][..],
        ),
        ("arm64", &[("ScalarBaseMult", "ScalarBaseMult")]),
    ] {
        let generated = assembled(
            &module.path(&format!("edwards25519/exports_{processor}.s")),
            processor,
        );
        let hand_written = assembled(
            &by_hand.join(format!("scalar_base_mult_{processor}.s")),
            processor,
        );
        for (generated_name, name) in names {
            let (generated, hand_written) = (&generated[*generated_name], &hand_written[*name]);
            assert!(generated.len() > 20, "{generated:#?}");
            assert_eq!(generated, hand_written, "{processor}: {name}");
        }
    }
    let declared = fs::read_to_string(module.path("edwards25519/exports.go")).unwrap();
    assert!(
        declared.contains("//go:noescape\nfunc ScalarBaseMult(dst, scalar *[32]byte)\n"),
        "{declared}"
    );
}

#[test]
fn two_packages_and_edwards25519_in_one_go_program() {
    let module = Module::new(&scratch().join("three"), "example.com/three").unwrap();
    module.add("rustgo-signatures", "signatures").unwrap();
    module.add("rustgo-overhead", "overhead").unwrap();
    module.copy(&sample("three").join("main.go"), "main.go").unwrap();
    module.require_rustgo().unwrap();
    module.lint("arm64").unwrap();
    let program = module.path("three");
    for (processor, emulator) in [("amd64", None), ("arm64", Some("qemu-aarch64"))] {
        let mut build = module.go();
        build.args(["build", "-o"]).arg(&program).arg(".");
        command::run(build.env("CGO_ENABLED", "0").env("GOARCH", processor)).unwrap();
        let mut command = Command::new(emulator.map_or(program.as_path(), Path::new));
        if emulator.is_some() {
            command.arg(&program);
        }
        let said = command::read(&mut command).unwrap();
        let panic = "copy_words: `dst` and `src` overlap, and `dst` is written to";
        assert_eq!(said, format!("{POINT} 42 <nil>\n{panic}"), "{processor}");
    }
}

#[test]
fn three_guests_in_one_c_program() {
    let source = sample("three").join("main.c");
    for linking in Linking::ALL {
        let program = scratch().join("three-guests");
        c::build(
            c::compiler(),
            &source,
            &[&CRYPTO, &SEALED, &OVERHEAD],
            linking,
            &program,
        )
        .unwrap();
        assert_eq!(
            stdout(&run(&program, &[])),
            format!("{POINT} 42 no error\n"),
            "{linking:?}"
        );
    }
}

/// Offsets and statuses have the same names and numbers in assembly as in C.
#[test]
fn the_include_file_has_structs_and_statuses() {
    let source = scratch().join("types.asm");
    let lines = [
        "%include \"rustgo_signatures.inc\"",
        "%if Point.y != 8 || Point_SIZE != 16 || RUSTGO_OVERLAP != -4 || PARSE_ERROR_TOO_LARGE != 100",
        "%error wrong numbers",
        "%endif",
        "        call    parse_decimal",
    ];
    fs::write(&source, lines.join("\n") + "\n").unwrap();
    let mut nasm = Command::new("nasm");
    nasm.args(["-Werror", "-felf64", "-I"])
        .arg(SEALED.include().join(""))
        .arg("-o")
        .arg(scratch().join("types.o"))
        .arg(&source);
    command::run(&mut nasm).unwrap();
}
