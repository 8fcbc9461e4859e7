//! temp
use cargo_rustgo::{export::Export, *};
use std::path::PathBuf;
fn main() -> anyhow::Result<()> {
    let t = toolchain::Toolchain::find(".".as_ref())?;
    let a: Vec<String> = std::env::args().skip(1).collect();
    let files = [PathBuf::from(&a[0])];
    let exports: Vec<_> = a[1..].iter().map(|n| Export::undeclared(n)).collect();
    let i = pipeline::image(&t, processor::Processor::X86_64, &files, &exports)?;
    println!(
        "{} bytes, {} code, align {}",
        i.bytes.len(),
        i.code_size,
        i.alignment
    );
    for f in &i.functions {
        println!(
            "{:6x} {:5} {} {:?}",
            f.start,
            f.size,
            f.demangled(),
            i.lines.at(f.start)
        );
    }
    for f in &i.constants {
        println!("{:6x} {:5} {}", f.start, f.size, f.name);
    }
    println!(
        "{:x?}",
        i.references.iter().map(|r| (r.at, r.target)).collect::<Vec<_>>()
    );
    Ok(())
}
