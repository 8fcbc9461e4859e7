//! Links the sealed archive that the benchmark has built, and includes what it exports.

use std::path::PathBuf;
use std::{env, fs};

/// Where the benchmark says that it has put `exports.rs` and the archive.
const EXPORTS: &str = "RUSTGO_BENCH_EXPORTS";

fn main() {
    println!("cargo::rerun-if-env-changed={EXPORTS}");
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("exports.rs");
    // Without the benchmark around it, in an editor for example, there are no exports.
    let Some(folder) = env::var_os(EXPORTS).map(PathBuf::from) else {
        let empty = "static SINGLE: [(&str, Single); 0] = [];\nstatic BATCH: [(&str, Batch); 0] = [];\n";
        fs::write(output, empty).expect("cargo's own folder is writable");
        return;
    };
    let source = folder.join("exports.rs");
    println!("cargo::rerun-if-changed={}", source.display());
    fs::copy(&source, output).expect("the benchmark writes it before it builds this");
    for archive in fs::read_dir(&folder)
        .expect("the benchmark's folder is there")
        .flatten()
    {
        let name = archive.file_name().to_string_lossy().into_owned();
        if let Some(library) = name.strip_prefix("lib").and_then(|name| name.strip_suffix(".a")) {
            println!("cargo::rerun-if-changed={}", archive.path().display());
            println!("cargo::rustc-link-search=native={}", folder.display());
            println!("cargo::rustc-link-lib=static={library}");
        }
    }
}
