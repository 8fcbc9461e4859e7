//! `CALL_RUST`, interpreted: every residue of Go's stack pointer, every frame that an export may need.

use std::collections::BTreeMap;

use crate::go::header::Convention;
use crate::processor::Processor;

const CALL_16: &str = include_str!("../go/x86_64/call_16.h");
const CALL_64: &str = include_str!("../go/x86_64/call_64.h");
const CALL: &str = include_str!("../go/aarch64/call.h");
const CALL_PANICS: &str = include_str!("../go/aarch64/call_panics.h");
const PANIC: &str = include_str!("../go/aarch64/panic.s.in");

/// The instructions of a macro, arguments filled in and inner macros expanded.
fn expand(header: &str, frame: u64) -> Vec<String> {
    let mut macros: BTreeMap<&str, (Vec<&str>, Vec<&str>)> = BTreeMap::new();
    let mut lines = header.lines().filter(|line| !line.starts_with("//"));
    while let Some(line) = lines.next() {
        let Some(definition) = line.strip_prefix("#define ") else {
            continue;
        };
        let (name, rest) = definition.split_once('(').unwrap();
        let (parameters, _) = rest.split_once(')').unwrap();
        let mut body = Vec::new();
        let mut goes_on = line.ends_with('\\');
        while goes_on {
            let line = lines.next().unwrap();
            goes_on = line.ends_with('\\');
            body.push(line.trim_end_matches('\\').trim());
        }
        macros.insert(name, (parameters.split(',').map(str::trim).collect(), body));
    }
    let mut expanded = vec![format!("CALL_RUST(1234, {frame})")];
    while let Some(at) = expanded.iter().position(|line| line.starts_with("CALL_RUST")) {
        let call = expanded.remove(at);
        let (name, rest) = call.split_once('(').unwrap();
        let arguments: Vec<&str> = rest
            .strip_suffix(')')
            .unwrap()
            .split(',')
            .map(str::trim)
            .collect();
        let (parameters, body) = &macros[name];
        assert_eq!(arguments.len(), parameters.len());
        let body = body.iter().map(|line| {
            let mut line = (*line).to_owned();
            for (parameter, argument) in parameters.iter().zip(&arguments) {
                line = line.replace(parameter, argument);
            }
            line
        });
        expanded.splice(at..at, body.collect::<Vec<_>>());
    }
    expanded
}

/// A number, perhaps in parentheses, perhaps a difference: `(96-8)`.
fn number(text: &str) -> i64 {
    let text = text.trim();
    if let Some(negated) = text.strip_prefix('-') {
        return -number(negated);
    }
    let text = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
        .unwrap_or(text);
    match text.split_once('-') {
        Some((left, right)) => number(left) - number(right),
        None => text.parse().unwrap_or_else(|_| panic!("{text} is no number")),
    }
}

fn label(lines: &[String], name: &str) -> usize {
    let mut places = (0..lines.len()).filter(|&at| lines[at] == format!("{name}:"));
    let place = places.next().unwrap_or_else(|| panic!("no label {name}"));
    assert_eq!(places.next(), None, "{name} is there twice");
    place
}

/// Runs the amd64 macro from a stack pointer. Returns the stack pointer at each call. It has to end with its initial
/// value.
fn run_amd64(lines: &[String], start: i64) -> Vec<i64> {
    let (mut sp, mut ax, mut is_zero, mut calls) = (start, None, None, Vec::new());
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        at += 1;
        let (name, operands) = line.split_once(' ').unwrap_or((line, ""));
        let operands: Vec<&str> = operands.split(", ").map(str::trim).collect();
        match (name, &*operands) {
            ("MOVQ", ["SP", "AX"]) => ax = Some(sp),
            ("LEAQ", [place, "AX"]) => ax = Some(sp + number(place.strip_suffix("(SP)").unwrap())),
            // Go's assembler counts any other instruction with SP in it as a write to SP.
            ("TESTQ", [mask, "AX"]) => {
                is_zero = Some(ax.expect("AX has a value") & number(&mask[1..]) == 0);
            }
            ("JNZ", [to]) => {
                if !is_zero.expect("the flags have a value") {
                    at = label(lines, to);
                }
            }
            ("JMP", [to]) => at = label(lines, to),
            // The stack grows downwards, and ADJSP counts how far it has.
            ("ADJSP", [amount]) => {
                sp -= number(&amount[1..]);
                is_zero = None;
            }
            ("CALL", ["·rust+1234(SB)"]) => {
                calls.push(sp);
                (ax, is_zero) = (None, None);
            }
            (label, _) if label.ends_with(':') => {}
            _ => panic!("what does {line} do?"),
        }
    }
    assert_eq!(sp, start, "the stack pointer comes back");
    calls
}

#[test]
fn amd64_hands_over_an_aligned_frame_for_every_remainder() {
    for (header, alignment) in [(CALL_16, 16), (CALL_64, 64)] {
        let convention = Convention {
            processor: Processor::X86_64,
            start: 128,
            alignment,
        };
        for stack in (8..800).step_by(8).chain([4096, 65536]) {
            let frame = convention.frame(stack);
            let lines = expand(header, frame);
            // Go keeps its stack pointer at a multiple of 8.
            for remainder in (0..64).step_by(8) {
                let start = 1 << 20 | remainder;
                let calls = run_amd64(&lines, start);
                let [sp] = calls[..] else {
                    panic!("{alignment}, {stack}, {remainder}: called {} times", calls.len());
                };
                let what = format!("aligned to {alignment}, {stack} bytes, remainder {remainder}");
                assert_eq!(sp % alignment as i64, 0, "{what}");
                assert!(sp <= start + frame as i64, "{what}: above the frame");
                // The bound includes the return address, which the call itself pushes.
                assert!(sp - stack as i64 >= start, "{what}: below the frame");
            }
        }
    }
}

#[test]
fn frames_are_as_small_as_the_rules_allow() {
    for (processor, alignment, needs) in [
        (Processor::X86_64, 16, 8),
        (Processor::X86_64, 64, 56),
        (Processor::Aarch64, 16, 32),
    ] {
        let convention = Convention {
            processor,
            start: 0,
            alignment,
        };
        for stack in 0..2000 {
            let frame = convention.frame(stack);
            assert_eq!(frame % 16, 0, "{processor:?}, {stack} bytes");
            assert!(
                (stack + needs..stack + needs + 16).contains(&frame),
                "{processor:?}, {stack} bytes: {frame}"
            );
        }
    }
}

/// The arm64 processor, as far as the macros need it.
#[derive(Debug)]
struct Aarch64 {
    sp: i64,
    registers: BTreeMap<String, Value>,
    memory: BTreeMap<i64, Value>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Number(i64),
    /// The place of an instruction.
    Label(String),
    /// A value from outside.
    Given(&'static str),
}

impl Aarch64 {
    fn new(sp: i64) -> Self {
        let given = [
            ("R30", Value::Given("return address")),
            ("R29", Value::Given("frame pointer")),
            ("R0", Value::Given("argument")),
        ];
        Self {
            sp,
            registers: given.map(|(name, value)| (name.to_owned(), value)).into(),
            memory: BTreeMap::from([(sp, Value::Given("return address"))]),
        }
    }

    fn value(&self, name: &str) -> Value {
        match name {
            "RSP" => Value::Number(self.sp),
            other => self.registers[other].clone(),
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        match (name, value) {
            ("RSP", Value::Number(sp)) => self.sp = sp,
            ("RSP", other) => panic!("RSP becomes {other:?}"),
            (_, value) => drop(self.registers.insert(name.to_owned(), value)),
        }
    }

    /// Runs from a place up to a call or a jump through a register, and returns the place where it stopped.
    fn run(&mut self, lines: &[String], from: usize) -> usize {
        let mut at = from;
        while at < lines.len() {
            let line = &lines[at];
            let (name, operands) = line.split_once(' ').unwrap_or((line, ""));
            let operands: Vec<&str> = operands.trim().split(", ").map(str::trim).collect();
            at += 1;
            match (name, &*operands) {
                ("ADR", [label, register]) => self.set(register, Value::Label((*label).to_owned())),
                ("MOVD", [register, place]) if place.ends_with("(RSP)") => {
                    let offset = number(place.strip_suffix("(RSP)").unwrap());
                    self.memory.insert(self.sp + offset, self.value(register));
                }
                ("MOVD", [place, register]) if place.ends_with("(RSP)") => {
                    let offset = number(place.strip_suffix("(RSP)").unwrap());
                    let value = self.memory[&(self.sp + offset)].clone();
                    self.set(register, value);
                }
                ("MOVD", [from, to]) => {
                    let value = self.value(from);
                    self.set(to, value);
                }
                ("ADD" | "SUB", [amount, from, to]) => {
                    let Value::Number(from) = self.value(from) else {
                        panic!("{line} counts with what is no number");
                    };
                    let amount = number(&amount[1..]);
                    let result = if name == "ADD" {
                        from + amount
                    } else {
                        from - amount
                    };
                    self.set(to, Value::Number(result));
                }
                ("JMP", [to]) if !to.starts_with('(') => at = label(lines, to),
                ("CALL" | "JMP" | "UNDEF", _) => return at - 1,
                (call, _) if call.starts_with("BL_RUST(") => return at - 1,
                (label, _) if label.ends_with(':') => {}
                _ => panic!("what does {line} do?"),
            }
        }
        at
    }
}

#[test]
fn arm64_hands_over_its_frame_and_keeps_the_return_address() {
    let convention = Convention {
        processor: Processor::Aarch64,
        start: 0,
        alignment: 16,
    };
    for (header, panics) in [(CALL, false), (CALL_PANICS, true)] {
        for stack in (0..400).step_by(16).chain([4096]) {
            let frame = convention.frame(stack);
            let lines = expand(header, frame);
            let start = 1 << 20;
            let mut processor = Aarch64::new(start);
            let at = processor.run(&lines, 0);
            assert_eq!(lines[at], "BL_RUST(1234)");
            let top = start + frame as i64;
            assert_eq!(processor.sp, top, "Rust runs at the frame's top");
            // The unwinder looks for it at RSP: at the top while Rust runs, at the bottom before and after.
            for place in [top, start] {
                assert_eq!(
                    processor.memory[&place],
                    Value::Given("return address"),
                    "{place:#x}"
                );
            }
            assert_eq!(
                processor.registers["R0"],
                Value::Given("argument"),
                "arguments stay"
            );
            // Rust's stack ends above what the shim keeps, 32 bytes with the return address.
            let kept = processor.memory.keys().copied().filter(|&at| at < top).max();
            assert!(top - stack as i64 >= kept.unwrap() + 8, "{stack} bytes: {kept:?}");
            if panics {
                assert_eq!(
                    processor.registers["R27"],
                    Value::Number(start),
                    "the way back to the frame"
                );
                assert_eq!(
                    processor.memory[&(start + 24)],
                    Value::Label("panicked".to_owned())
                );
            }
            // Rust overwrites its stack, and returns.
            processor
                .registers
                .insert("R0".to_owned(), Value::Given("result"));
            assert_eq!(
                processor.run(&lines, at + 1),
                lines.len(),
                "the macro runs to its end"
            );
            assert_eq!(processor.sp, start);
            assert_eq!(processor.registers["R0"], Value::Given("result"));
        }
    }
}

#[test]
fn arm64_panics_come_back_to_the_shim() {
    let lines = expand(CALL_PANICS, 96);
    let start = 1 << 20;
    let mut processor = Aarch64::new(start);
    let at = processor.run(&lines, 0);
    assert_eq!(lines[at], "BL_RUST(1234)");
    // Somewhere below, Rust panics.
    processor.sp -= 48;
    processor.registers.insert("R0".to_owned(), Value::Given("panic"));
    processor
        .registers
        .insert("R29".to_owned(), Value::Given("Rust's frame pointer"));
    let stub: Vec<String> = PANIC
        .lines()
        .map(|line| line.trim().to_owned())
        .skip_while(|line| !line.starts_with("TEXT "))
        .skip(1)
        .collect();
    let end = processor.run(&stub, 0);
    let register = stub[end]
        .strip_prefix("JMP  (")
        .and_then(|rest| rest.strip_suffix(')'));
    let Some(Value::Label(to)) = register.map(|register| processor.value(register)) else {
        panic!("{} goes nowhere", stub[end]);
    };
    assert_eq!(processor.sp, start, "the stub is back in the shim's frame");
    let at = processor.run(&lines, label(&lines, &to));
    assert_eq!(lines[at], "CALL ·rustPanicked(SB)");
    assert_eq!(processor.sp, start);
    assert_eq!(
        processor.memory[&(start + 8)],
        Value::Given("panic"),
        "the argument"
    );
    assert_eq!(
        processor.registers["R29"],
        Value::Number(start - 8),
        "Go's own frame pointer"
    );
    assert_eq!(
        processor.memory[&start],
        Value::Given("return address"),
        "the unwinder finds the caller"
    );
    assert!(lines[at + 1].starts_with("UNDEF"), "it does not come back");
}
