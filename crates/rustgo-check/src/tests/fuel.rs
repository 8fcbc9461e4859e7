//! Everything that can grow faster than the file takes fuel: each kind of growth costs an exact number of steps.
//!
//! The numbers repeat the prices. A path of the analysis that stops paying shows up here as a smaller number, without
//! an input that would keep the analysis busy forever. A changed price has to be changed here too.

use super::toy::Toy;
use crate::finding::Rule;
use crate::fuel::{Exhausted, Fuel};

/// The fuel that a program takes.
fn fuel(program: &str) -> u64 {
    let analysis = Toy::new(program).judge();
    let gave_up = analysis
        .findings
        .iter()
        .any(|finding| finding.message.contains("gave up"));
    assert!(!gave_up, "{program}");
    analysis.fuel
}

/// Asserts how many steps four further parts of a program cost, at any size: some things are paid for in fours.
fn assert_four_cost(steps: u64, program: impl Fn(u64) -> String) {
    let [first, second, third] = [8, 12, 16].map(|count| fuel(&program(count)));
    assert_eq!((second - first, third - second), (steps, steps), "{}", program(2));
}

/// Repeats a part of a program.
fn times(count: u64, part: impl Fn(u64) -> String) -> String {
    (0..count).map(|number| format!("{}; ", part(number))).collect()
}

/// A chain of functions, each of which jumps to the next, and the code of the last.
fn chain(count: u64, last: &str) -> String {
    times(count, |n| format!("g{n}: jmp g{}", n + 1)) + &format!("g{count}: {last}")
}

#[test]
fn following_execution() {
    // An instruction is one step.
    assert_four_cost(4, |count| {
        format!("export main: {}ret", times(count, |_| "nop".to_owned()))
    });
    // A branch to a known place: the instruction and the join.
    assert_four_cost(4 * 2, |count| {
        format!("export main: {}.e: ret", times(count, |_| "jz .e".to_owned()))
    });
    // A branch to a new one: two instructions, a state, and a join as the next instruction leads there too.
    let places = |count| times(count, |n| format!("jz .p{n}; .p{n}: nop"));
    assert_four_cost(4 * (2 + 8 + 1), |count| {
        format!("export main: {}ret", places(count))
    });
    // 32 slots make the state heavier by 8.
    let slots = times(32, |_| "save 3".to_owned());
    assert_four_cost(4 * (2 + 16 + 1), |count| {
        format!("export main: {slots}{}leave; ret", places(count))
    });
}

#[test]
fn calls() {
    // The instruction, a state, a question for the callee's summary, an edge in the graph for each of four remainders of
    // the stack pointer and one more for aligned hosts.
    assert_four_cost(4 * (1 + 8 + 1 + 5), |count| {
        format!(
            "export main: push 8; {}pop 8; ret; f: ret",
            times(count, |_| "call f".to_owned())
        )
    });
    // The same without a state, but the caller is followed again when its callee turns out to return.
    assert_four_cost(4 * (2 + 2 + 5), |count| {
        format!("export main: {}ret; f: ret", times(count, |_| "jz f".to_owned()))
    });
    // A function costs 8 and its first state 8. Then it is followed, its callers wait, and it is reached.
    assert_four_cost(4 * (1 + 8 + 1 + 5 + 8 + 8 + 1 + 1 + 2) + 1, |count| {
        let calls = times(count, |n| format!("call f{n}"));
        format!(
            "export main: push 8; {calls}pop 8; ret; {}",
            times(count, |n| format!("f{n}: ret"))
        )
    });
    // Each of several callees that turns out to return makes the caller ask all of them again.
    let callees: Vec<String> = (0..16).map(|n| format!("f{n}")).collect();
    let several = format!(
        "export main: push 8; call {}; pop 8; ret; {}",
        callees.join(" "),
        times(16, |n| format!("f{n}: ret"))
    );
    assert_eq!(fuel(&several), 722);
    // Callers that wait for a summary are notified of each change.
    assert_four_cost(76, |count| {
        let calls = times(count, |_| "call f".to_owned());
        format!("export main: push 8; {calls}pop 8; ret; f: jz .x; ret; .x: jz g; ret; g: lose 3; ret")
    });
}

#[test]
fn exports() {
    // A function, its instruction, what it reaches, a verdict and a path of one.
    assert_four_cost(4 * (8 + 8 + 1 + 1 + 1 + 1), |count| {
        times(count, |n| format!("export f{n}: ret"))
    });
    // What each reaches, in fours, and the deepest path.
    let above = |count, below: &str| format!("{}{below}", times(count, |n| format!("export f{n}: jmp g0")));
    assert_four_cost(104, |count| above(count, "g0: ret"));
    assert_four_cost(144, |count| above(count, &chain(40, "ret")));
    // In addition, the search for the path to the trap, and its places.
    assert_four_cost(692, |count| above(count, &chain(40, "trap")));
    // Names of imports.
    assert_four_cost(304, |count| {
        let imports = times(40, |n| format!("import i{n}"));
        let jumps = times(40, |n| format!("jz i{n}"));
        format!("{imports}{}", above(count, &format!("g0: {jumps}ret")))
    });
}

#[test]
fn findings() {
    // An instruction and a finding.
    let wrong = |count| times(count, |n| format!("break system {n}"));
    assert_four_cost(4 * (1 + 4), |count| format!("export main: {}ret", wrong(count)));
    // Each with the calls that lead there.
    assert_four_cost(4 * (1 + 4 + 21), |count| {
        format!(
            "export main: jmp g0; {}",
            chain(20, &format!("{}ret", wrong(count)))
        )
    });
    // Recursion: the cycle.
    assert_four_cost(225, |count| {
        let calls = times(count, |n| format!("call f{n}"));
        let functions = times(count, |n| {
            format!("f{n}: push 8; jz .x{n}; pop 8; ret; .x{n}: call f{n}; pop 8; ret")
        });
        format!("export main: push 8; {calls}pop 8; ret; {functions}")
    });
    assert_four_cost(3040, |count| {
        let calls = times(count, |n| format!("call f{n}.0"));
        let function = |n, m| {
            format!(
                "f{n}.{m}: push 8; jz .x{n}.{m}; pop 8; ret; .x{n}.{m}: call f{n}.{}; pop 8; ret",
                (m + 1) % 20
            )
        };
        let functions = times(count, |n| times(20, |m| function(n, m)));
        format!("export main: push 8; {calls}pop 8; ret; {functions}")
    });
}

#[test]
fn ends() {
    let branches = |count| times(count, |n| format!("jz .t{n}"));
    // Two instructions, a state, the search for the cause, its end, and a place of the panic.
    assert_four_cost(4 * (2 + 8 + 1 + 1 + 1), |count| {
        format!(
            "export main: {}ret; {}",
            branches(count),
            times(count, |n| format!(".t{n}: trap"))
        )
    });
    // 22 instructions away.
    assert_four_cost(148, |count| {
        let ways = times(count, |n| format!(".t{n}: nop; jmp .t"));
        format!(
            "export main: {}ret; {ways}.t: {}trap",
            branches(count),
            times(20, |_| "nop".to_owned())
        )
    });
    // 21 functions away.
    assert_four_cost(160, |count| {
        let ways = times(count, |n| format!(".t{n}: call g0"));
        format!(
            "export main: push 8; {}pop 8; ret; {ways}{}",
            branches(count),
            chain(20, "trap")
        )
    });
}

/// If the fuel runs out at any step of a program, the analysis reports only that it gave up.
#[test]
fn an_analysis_can_run_out_at_any_step() {
    let program = "import i noreturn; export main: push 8; call f g; jz .t; pop 8; jz h; ret; .t: call i; export other: jmp h; \
                   f: push 8; align 64; leave; ret; g: break system 1; ret; h: push 8; jz .x; pop 8; ret; .x: call h; pop 8; ret";
    let toy = Toy::new(program);
    let needed = fuel(program);
    for most in 0..=needed {
        assert!(
            toy.judge_with(&Fuel::limited(most)).is_err(),
            "{most} of {needed}"
        );
    }
    let analysis = toy.judge_with(&Fuel::limited(needed + 1)).expect("enough");
    assert_eq!((analysis.fuel, analysis.findings.len()), (needed, 2));
}

#[test]
fn what_is_left_is_what_was_not_spent() {
    let fuel = Fuel::limited(10);
    assert_eq!((fuel.most(), fuel.spent()), (10, 0));
    assert_eq!(fuel.spend(4), Ok(()));
    assert_eq!(fuel.spend(0), Ok(()));
    assert_eq!(fuel.spend_at(7, 5), Ok(()));
    assert_eq!((fuel.most(), fuel.spent()), (10, 9));
    assert_eq!(fuel.spend(1), Err(Exhausted));
    assert_eq!(fuel.spent(), 10);
}

#[test]
fn what_could_not_be_paid_for_leaves_nothing() {
    for too_much in [10, 11, u64::MAX] {
        let fuel = Fuel::limited(10);
        assert_eq!(fuel.spend(too_much), Err(Exhausted));
        assert_eq!(fuel.spend(1), Err(Exhausted));
        assert_eq!(fuel.spend(0), Err(Exhausted));
        assert_eq!(fuel.spend_at(0, 0), Err(Exhausted));
        assert_eq!(fuel.spent(), 10);
    }
    let fuel = Fuel::unlimited();
    assert_eq!(fuel.spend(u64::MAX - 1), Ok(()));
    assert_eq!(fuel.most(), u64::MAX);
}

#[test]
fn an_image_is_worth_32_steps_a_byte_within_limits() {
    let most = |bytes| {
        let mut image = Toy::new("").image;
        let edited = image.edit(|image| {
            image.bytes.resize(bytes as usize, 0);
            (image.code_size, image.relro.start) = (bytes, bytes);
        });
        edited.unwrap();
        Fuel::of(&image).most()
    };
    assert_eq!(
        [0, 1, 1000, 60_937, 60_938, 10_000_000].map(most),
        [50_000, 50_032, 82_000, 1_999_984, 2_000_000, 2_000_000]
    );
}

#[test]
fn giving_up_names_the_place() {
    let toy = Toy::new("export main: nop; f: ret");
    let fuel = Fuel::of(&toy.image);
    assert_eq!(fuel.spend_at(0, 1), Ok(()));
    assert_eq!(fuel.spend_at(4, 1), Ok(()));
    assert_eq!(fuel.spend(1_000_000), Err(Exhausted));
    let finding = fuel.finding(&toy.image);
    assert_eq!(finding.rule, Rule::Undecidable);
    assert_eq!(
        finding.message,
        "the analysis gave up after 50256 steps, far more than compiled code of 8 bytes takes"
    );
    assert_eq!(
        (finding.places[0].function.as_str(), finding.places[0].offset),
        ("f", 4)
    );
}
