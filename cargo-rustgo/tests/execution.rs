//! What the analysis says of an image, against what happens when the image runs: no call uses more stack than proven,
//! and every instruction that is executed is as deep as analysed.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

mod common;
#[path = "common/random.rs"]
mod random;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use cargo_rustgo::check::{Analysis, EntryVerdict, Fuel};
use cargo_rustgo::guest::Guest;
use cargo_rustgo::image::Image;
use cargo_rustgo::pipeline::{self, Declared};
use cargo_rustgo::processor::Processor;
use cargo_rustgo::toolchain::Toolchain;
use common::run::{Loaded, Painted, trace};
use random::Random;

/// Where the stack pointer may be at the call, in bytes below a multiple of 64.
const PLACES: [usize; 4] = [0, 16, 32, 48];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn crypto() -> (Image, Analysis) {
    let guest = Guest::find(Some(&root().join("../rustgo-crypto/Cargo.toml")), None).unwrap();
    let toolchain = Toolchain::find(root()).unwrap();
    pipeline::guest(&guest, &toolchain, Processor::X86_64, &Default::default())
        .and_then(pipeline::Checked::proven)
        .unwrap()
}

fn features() -> (Image, Analysis) {
    let library = [common::compile(&root().join("tests/execution/features.rs"), &[], "features").unwrap()];
    let declared = Declared::read(&library).unwrap();
    let toolchain = Toolchain::find(root()).unwrap();
    pipeline::check(&toolchain, Processor::X86_64, &library, &declared)
        .and_then(pipeline::Checked::proven)
        .unwrap()
}

impl Random {
    fn scalar(&mut self) -> [u64; 4] {
        std::array::from_fn(|_| self.next())
    }
}

/// All kernels and their tables together leave room in a second cache of 512 KiB.
#[test]
fn the_image_is_small() {
    let (image, analysis) = crypto();
    println!("{} bytes, {} of them code", image.bytes.len(), image.code_size);
    assert!(image.bytes.len() <= 320 << 10);
    // The largest image that this repository has is far below the limit of the analysis.
    assert!(analysis.fuel * 10 < Fuel::of(&image).most());
}

/// Whether this processor runs an export of rustgo-crypto; says so past the test harness where not.
fn can_run(export: &str) -> bool {
    use std::is_x86_feature_detected as has;
    let bmi = has!("bmi1") && has!("bmi2");
    let can_run = match export.rsplit('_').next() {
        Some("bmi2") => bmi && has!("adx"),
        Some("avx2") => bmi && has!("avx2") && has!("fma"),
        Some("ifma") => bmi && has!("avx512f") && has!("avx512vl") && has!("avx512ifma"),
        _ => true,
    };
    if !can_run {
        let message = format!("SKIPPED {export}: this processor lacks what it needs\n");
        std::io::stderr().write_all(message.as_bytes()).unwrap();
    }
    can_run
}

/// Points, scalars, and how many: what an export of rustgo-crypto takes.
struct Batch {
    points: [[u64; 4]; BATCH],
    scalars: [[u64; 4]; BATCH],
}

/// As many as there are lanes in any kernel and a rest, so that a batch takes every way.
const BATCH: usize = 19;

impl Batch {
    fn new(random: &mut Random) -> Self {
        Self {
            points: [[0; 4]; BATCH],
            scalars: std::array::from_fn(|_| random.scalar()),
        }
    }

    fn arguments(&mut self, count: usize) -> [u64; 3] {
        assert!(count <= BATCH);
        [
            self.points.as_mut_ptr() as u64,
            self.scalars.as_ptr() as u64,
            count as u64,
        ]
    }
}

/// The bound, up to a whole word: what is painted are words.
fn in_words(verdict: &EntryVerdict) -> u64 {
    verdict.bound.unwrap().next_multiple_of(8)
}

#[test]
fn no_scalar_uses_more_stack_than_proven() {
    let (image, analysis) = crypto();
    let loaded = Loaded::new(&image);
    for verdict in &analysis.entries {
        if !can_run(&verdict.name) {
            continue;
        }
        let bound = in_words(verdict);
        let mut stack = Painted::new(8 << 10);
        let mut random = Random(1);
        let mut most = 0;
        // Single scalars, and batches of every length in turn.
        let rounds = if verdict.name.contains("batch") {
            100 * BATCH
        } else {
            100_000
        };
        for round in 0..rounds {
            let mut batch = Batch::new(&mut random);
            let arguments = batch.arguments(round % BATCH + 1);
            // SAFETY: the arguments fit the exports, and single ones take no count.
            let (_, used) =
                unsafe { stack.call(loaded.at(verdict.start), PLACES[round % 4], arguments, false) };
            assert!(
                used <= bound,
                "{}: {used} bytes of stack used, {bound} proven, for {:x?}",
                verdict.name,
                batch.scalars
            );
            most = most.max(used);
        }
        println!("{}: {bound} bytes proven, {most} used", verdict.name);
        assert!(
            bound * 4 <= most * 5,
            "{}: {bound} bytes proven, but never more than {most} used",
            verdict.name
        );
    }
}

#[test]
fn every_instruction_is_as_deep_as_analysed() {
    let mut random = Random(2);
    let (image, analysis) = crypto();
    for verdict in &analysis.entries {
        if can_run(&verdict.name) {
            // Enough for rows of vectors, and not one more: each step costs some microseconds.
            step_through(
                &image,
                &analysis,
                verdict,
                &[Batch::new(&mut random).arguments(3)],
            );
        }
    }

    let (image, analysis) = features();
    assert!(analysis.realigns(), "no frame aligns the stack any more");
    let has_probes = |name: &str| {
        let start = analysis
            .entries
            .iter()
            .find(|verdict| verdict.name == name)
            .unwrap()
            .start;
        !analysis.functions[&start].probes.is_empty()
    };
    assert!(
        has_probes("large") && has_probes("aligned_large"),
        "no frame is probed in a loop any more"
    );
    for verdict in &analysis.entries {
        // A step takes some 50 microseconds, and clearing a large frame many thousand of them.
        let count = if verdict.name.contains("large") { 4 } else { 16 };
        let calls: Vec<[u64; 3]> = (0..count).map(|n| [n, random.next(), 0]).collect();
        step_through(&image, &analysis, verdict, &calls);
    }
}

/// A function that is running.
#[derive(Clone, Copy)]
struct Running {
    start: u64,
    entry_sp: u64,
}

/// Runs an export instruction by instruction and compares each one's depth; also the stack used with the bound.
fn step_through(image: &Image, analysis: &Analysis, verdict: &EntryVerdict, calls: &[[u64; 3]]) {
    let loaded = Loaded::new(image);
    let mut stack = Painted::new(256 << 10);
    let mut record = trace::record();
    let mut seen = BTreeSet::new();
    let mut steps = 0;
    for (round, &arguments) in calls.iter().enumerate() {
        let below = PLACES[round % 4];
        // SAFETY: the test's calls fit the guest's exports.
        let (_, used) = unsafe { stack.call(loaded.at(verdict.start), below, arguments, true) };
        let bound = in_words(verdict);
        assert!(
            used <= bound,
            "{}: {used} bytes used, {bound} proven",
            verdict.name
        );
        let mut running = vec![Running {
            start: verdict.start,
            entry_sp: stack.entry_sp(below),
        }];
        let base = loaded.at(0) as u64;
        let mut before = u64::MAX;
        for (ip, sp) in record.take() {
            let at = ip.wrapping_sub(base);
            if at >= image.code_size {
                continue;
            }
            follow(analysis, &mut running, before, at, sp);
            check_depth(analysis, running.last().unwrap(), at, sp);
            seen.insert(at);
            steps += 1;
            before = at;
        }
    }
    assert!(steps > 0, "{} took no step", verdict.name);
    println!("{}: {steps} steps over {} instructions", verdict.name, seen.len());
}

/// Notes what the step from one instruction to the next did to the functions that are running.
fn follow(analysis: &Analysis, running: &mut Vec<Running>, before: u64, at: u64, sp: u64) {
    while running.len() > 1 && sp > running.last().unwrap().entry_sp {
        running.pop();
    }
    let current = running.last_mut().unwrap();
    let calls = &analysis.functions[&current.start].calls;
    match calls.iter().find(|call| call.at == before && call.target == at) {
        Some(call) if call.is_tail => current.start = at,
        Some(_) => running.push(Running {
            start: at,
            entry_sp: sp,
        }),
        None => {}
    }
}

fn check_depth(analysis: &Analysis, running: &Running, at: u64, sp: u64) {
    let function = &analysis.functions[&running.start];
    let depth = function.depth.get(&at);
    let depth = depth.unwrap_or_else(|| panic!("{} executes {at:#x}, which was not reached", function.name));
    let analysed = function.bytes(*depth, running.entry_sp % 64);
    let actual = running.entry_sp - sp;
    if function.probes.iter().any(|probe| probe.contains(&at)) {
        assert!(actual >= analysed, "in {} at {at:#x}", function.name);
    } else {
        assert_eq!(actual, analysed, "in {} at {at:#x}", function.name);
    }
}
