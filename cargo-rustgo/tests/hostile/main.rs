//! Files that were made to keep the tool busy: each gets an answer within 5 s and 1 GiB, or its process is killed, and an
//! analysis that gives up says so. Real images take a small part of the fuel that they may.

mod code;
#[path = "../common/mod.rs"]
mod common;
mod files;

use std::path::Path;
use std::time::Duration;

use cargo_rustgo::check::{Fuel, Trees, analyse};
use cargo_rustgo::finding::Rule;
use cargo_rustgo::image::Image;
use cargo_rustgo::options::Options;
use cargo_rustgo::pipeline::{self, Checked, Declared};
use cargo_rustgo::processor::Processor;
use cargo_rustgo::toolchain::Toolchain;

/// How many seconds of a processor an answer may take, its input included: then the process is killed. Builds without
/// optimization take several times as long as the tool.
const LIMIT: u64 = if cfg!(debug_assertions) { 60 } else { 5 };

/// How much memory the process may have, in bytes.
const MEMORY: u64 = 1 << 30;

/// What the analysis says when it gives up.
const GIVES_UP: &str = "the analysis gave up after";

/// Runs the cases in processes whose memory and time are limited: one for all of them as long as they go well, and
/// another for what comes after a case that fails or is killed.
fn each_limited(test: &str, names: &[&str], run: impl Fn(usize)) {
    const FIRST: &str = "RUSTGO_HOSTILE_FIRST";
    const BEGINS: &str = "hostile case ";
    if let Ok(first) = std::env::var(FIRST) {
        common::limit_memory(MEMORY);
        for number in first.parse().unwrap()..names.len() {
            println!("\n{BEGINS}{number}");
            common::limit_processor_time(LIMIT);
            run(number);
        }
        return;
    }
    let mut failures = Vec::new();
    let mut first = 0;
    while first < names.len() {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--nocapture", "--test-threads=1"])
            .env(FIRST, first.to_string())
            .output()
            .unwrap();
        let (out, error) = (common::text(&output.stdout), common::text(&output.stderr));
        let mut begun = first;
        for line in out.lines() {
            if let Some(number) = line.strip_prefix(BEGINS) {
                begun = number.parse().unwrap();
            } else if let Some(said) = line.strip_prefix("hostile: ") {
                println!("{}: {said}", names[begun]);
            }
        }
        if !output.status.success() {
            failures.push(format!("{}: {}\n{out}{error}", names[begun], output.status));
        } else if begun + 1 != names.len() {
            failures.push(format!("only {} of {} cases were run", begun + 1, names.len()));
            break;
        }
        first = begun + 1;
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

/// An answer that is consistent in itself, in time. `gives_up` is whether the analysis must be given up.
fn answer(image: &Image, gives_up: bool) {
    let start = common::processor_time();
    let analysis = analyse(image);
    for entry in &analysis.entries {
        assert_eq!(entry.bound.is_some(), entry.is_decided);
        if let Some(trees) = Trees::of(&analysis, entry) {
            let tree = trees.tree();
            assert!(entry.bound >= Some(tree.total));
            trees.folded();
            break;
        }
    }
    let most = Fuel::of(image).most();
    assert!(analysis.fuel <= most);
    let given_up = analysis
        .findings
        .iter()
        .any(|finding| finding.message.contains(GIVES_UP));
    let time = report(start, &format!("{} of {most} steps", analysis.fuel));
    // No step takes much longer than the others, so that the largest image gets its answer in time too.
    let share = LIMIT as f64 * analysis.fuel as f64 / Fuel::MOST as f64;
    assert!(
        time.as_secs_f64() < share + 1.0,
        "{time:?} for {} steps",
        analysis.fuel
    );
    assert_eq!(given_up, gives_up, "{:?}", analysis.findings.first());
    if given_up {
        let [finding] = &analysis.findings[..] else {
            panic!(
                "more is said than that the analysis gave up: {:#?}",
                analysis.findings
            );
        };
        assert_eq!(finding.rule, Rule::Undecidable);
        assert!(finding.places.len() == 1 && !finding.help.is_empty());
        assert_eq!(analysis.entries.len(), image.entries.len());
        assert!(
            analysis
                .entries
                .iter()
                .all(|entry| entry.bound.is_none() && !entry.is_decided)
        );
    }
}

fn report(start: Duration, what: &str) -> Duration {
    let time = common::processor_time() - start;
    println!(
        "\nhostile: {what}, {} ms, {} MiB",
        time.as_millis(),
        common::peak_memory() >> 20
    );
    time
}

/// An answer that does not come makes the test fail, and the cases after it are run all the same.
#[test]
fn a_case_without_an_answer_is_killed() {
    const TEST: &str = "a_case_without_an_answer_is_killed";
    let run = |number| {
        if number == 1 {
            common::limit_processor_time(1);
            loop {
                std::hint::spin_loop();
            }
        }
        println!("\nhostile: done");
    };
    let names = ["first", "endless", "last"];
    let outcome = std::panic::catch_unwind(|| each_limited(TEST, &names, run));
    // In the process that runs the cases nothing is caught.
    if let Err(panic) = outcome {
        let said = panic.downcast::<String>().expect("a message");
        assert!(
            said.contains("endless: signal") && !said.contains("last:"),
            "{said}"
        );
    } else {
        assert!(std::env::vars().any(|(name, _)| name.starts_with("RUSTGO_HOSTILE")));
    }
}

#[test]
fn code_that_was_made_to_keep_the_analysis_busy() {
    let cases = code::cases();
    let names: Vec<&str> = cases.iter().map(|case| case.name).collect();
    each_limited("code_that_was_made_to_keep_the_analysis_busy", &names, |number| {
        answer(&(cases[number].image)(), cases[number].gives_up)
    });
}

#[test]
fn files_that_were_made_to_keep_the_tool_busy() {
    let cases = files::cases();
    let names: Vec<&str> = cases.iter().map(|case| case.name).collect();
    each_limited("files_that_were_made_to_keep_the_tool_busy", &names, |number| {
        let case = &cases[number];
        let (file, declared) = (case.file)();
        let start = common::processor_time();
        let outcome = pipeline::check_linked(&file, &declared);
        report(start, &format!("{} KiB", file.len() >> 10));
        let said = match outcome {
            Ok(checked) => checked
                .analysis
                .findings
                .iter()
                .map(ToString::to_string)
                .collect(),
            Err(error) => format!("{error:#}"),
        };
        let is_right = match case.says {
            "" => said.is_empty(),
            says => said.contains(says),
        };
        assert!(is_right, "{}", said.chars().take(2000).collect::<String>());
    });
}

/// Images of guests; the tests that build rustgo-crypto, the largest one, look at that.
#[test]
fn real_images_are_far_below_the_limit() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let toolchain = Toolchain::find(root).unwrap();
    let library =
        [common::compile(&root.join("tests/execution/features.rs"), &[], "hostile_features").unwrap()];
    let declared = Declared::read(&library).unwrap();
    let features = pipeline::check(&toolchain, Processor::X86_64, &library, &declared);
    let mut images = vec![("features", features.and_then(Checked::proven).unwrap().0)];
    let name = "tests/fixtures/panics";
    let manifest = root.join("..").join(name).join("Cargo.toml");
    let guest = cargo_rustgo::guest::Guest::find(Some(&manifest), None).unwrap();
    for processor in Processor::ALL {
        let checked = pipeline::guest(&guest, &toolchain, processor, &Options::default());
        images.push((name, checked.and_then(Checked::proven).unwrap().0));
    }
    for (name, image) in images {
        let (fuel, most) = (analyse(&image).fuel, Fuel::of(&image).most());
        println!(
            "{name}, {}: {} bytes of code, {fuel} steps of {most}",
            image.processor.go_name(),
            image.code_size
        );
        assert!(fuel * 10 < most, "{name} takes {fuel} steps of {most}");
    }
}
