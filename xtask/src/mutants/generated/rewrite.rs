//! Puts many mutants of a file into one text, of which a number chooses while the program runs.
//!
//! The body of each function that has mutants becomes
//!
//! ```text
//! match crate::rustgo_mutant::active(17) {
//!     17 => { the body with mutant 17 }
//!     18 => { the body with mutant 18 }
//!     _ => { the body }
//! }
//! ```
//!
//! so that all of them are compiled once. Comments in the text tell which lines are whose; the compiler's errors are attributed
//! by them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use syn::visit::{self, Visit};

const BEGIN: &str = "// rustgo-mutants:";
const END: &str = "// rustgo-mutants end";

/// A change of a text.
#[derive(Clone, Debug)]
pub struct Change {
    pub number: usize,
    /// The bytes that are replaced.
    pub range: Range<usize>,
    pub replacement: String,
}

/// A text with its changes.
#[derive(Debug)]
pub struct Switched {
    pub text: String,
    /// Those that are not in it, as they lie in a constant, which can't depend on a number.
    pub constant: Vec<usize>,
    /// Those in functions that return `impl Trait`, whose values are boxed here. The compiler may refuse one only because of
    /// the box.
    pub opaque: Vec<usize>,
    /// What each one's function is called, by the number of the mutant: the number of its first.
    pub functions: BTreeMap<usize, usize>,
}

/// Puts the changes into the text.
pub fn switch(text: &str, changes: &[Change]) -> Result<Switched> {
    let mut functions = Functions {
        text,
        found: Vec::new(),
    };
    functions.visit_file(&syn::parse_file(text)?);
    let mut bodies: Vec<Body> = Vec::new();
    let (mut constant, mut opaque) = (Vec::new(), Vec::new());
    for change in changes {
        ensure!(
            text.get(change.range.clone()).is_some(),
            "mutant {} lies outside the file",
            change.number
        );
        // The innermost one is the last that starts before.
        let function = functions.found.iter().rfind(|function| {
            function.inner.start <= change.range.start && change.range.end <= function.inner.end
        });
        let Some(function) = function else {
            constant.push(change.number);
            continue;
        };
        if function.bounds.is_some() {
            opaque.push(change.number);
        }
        match bodies.iter_mut().find(|body| body.inner == function.inner) {
            Some(body) => body.changes.push(change),
            None => bodies.push(Body {
                inner: function.inner.clone(),
                bounds: function.bounds.clone(),
                changes: vec![change],
            }),
        }
    }
    // Those that start first, first; of two that are nested that is the outer one.
    bodies.sort_by_key(|body| body.inner.start);
    let functions = bodies
        .iter()
        .flat_map(|body| {
            body.changes
                .iter()
                .map(|change| (change.number, body.changes[0].number))
        })
        .collect();
    let mut switched = String::new();
    render(text, 0..text.len(), &bodies, &mut switched)?;
    Ok(Switched {
        text: switched,
        constant,
        opaque,
        functions,
    })
}

/// Writes a part of the text, with the bodies that lie in it switched.
fn render(text: &str, part: Range<usize>, bodies: &[Body], out: &mut String) -> Result<()> {
    let mut done = part.start;
    for (index, body) in bodies.iter().enumerate() {
        if body.inner.start < done || body.inner.end > part.end {
            continue;
        }
        out.push_str(&text[done..body.inner.start]);
        let numbers: Vec<_> = body
            .changes
            .iter()
            .map(|change| change.number.to_string())
            .collect();
        writeln!(out, "\n{BEGIN} {}", numbers.join(" "))?;
        writeln!(out, "match crate::rustgo_mutant::active({}) {{", numbers[0])?;
        // The arms' values have different types. A box of them has one, which has the trait too.
        let (before, after) = match &body.bounds {
            Some(bounds) => (
                "crate::rustgo_mutant::Box::new(".to_owned(),
                format!(") as crate::rustgo_mutant::Box<dyn {bounds} + '_>"),
            ),
            None => Default::default(),
        };
        for change in &body.changes {
            writeln!(out, "{BEGIN} {}", change.number)?;
            writeln!(
                out,
                "{} => {before}{{{}{}{}\n}}{after},",
                change.number,
                &text[body.inner.start..change.range.start],
                change.replacement,
                &text[change.range.end..body.inner.end],
            )?;
            writeln!(out, "{END}")?;
        }
        write!(out, "_ => {before}{{")?;
        render(text, body.inner.clone(), &bodies[index + 1..], out)?;
        writeln!(out, "\n}}{after}\n}}\n{END}")?;
        done = body.inner.end;
    }
    out.push_str(&text[done..part.end]);
    Ok(())
}

/// The numbers of the mutants to which a line (counted from 1) of a switched text belongs: one, or all those of its function.
pub fn owners(text: &str, line: usize) -> Result<BTreeSet<usize>> {
    let mut scopes = Vec::new();
    for line in text.lines().take(line) {
        if line == END {
            scopes.pop().context("an end without a beginning")?;
        } else if let Some(numbers) = line.strip_prefix(BEGIN) {
            scopes.push(numbers);
        }
    }
    let numbers = scopes.last().copied().unwrap_or_default().split_whitespace();
    Ok(numbers.map(str::parse).collect::<Result<_, _>>()?)
}

/// A function's body that is switched.
struct Body<'a> {
    /// What is between its braces.
    inner: Range<usize>,
    bounds: Option<String>,
    changes: Vec<&'a Change>,
}

/// The functions of a file that have a body and are not `const`, in the order in which they start.
struct Functions<'a> {
    text: &'a str,
    found: Vec<Function>,
}

struct Function {
    /// What is between its braces.
    inner: Range<usize>,
    /// What follows `impl`, if it returns `impl Trait`.
    bounds: Option<String>,
}

impl Functions<'_> {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        // A copy of it in a function that is not would do.
        if signature.constness.is_some() {
            return;
        }
        let braces = block.brace_token.span;
        let inner = braces.open().byte_range().end..braces.close().byte_range().start;
        let bounds = match &signature.output {
            syn::ReturnType::Type(_, kind) => match &**kind {
                syn::Type::ImplTrait(kind) => {
                    let bounds = &self.text[kind.impl_token.span.byte_range().end..inner.start - 1];
                    let (bounds, _) = bounds.split_once("\n    where").unwrap_or((bounds, ""));
                    Some(bounds.trim().to_owned())
                }
                _ => None,
            },
            syn::ReturnType::Default => None,
        };
        self.found.push(Function { inner, bounds });
    }
}

impl<'a> Visit<'a> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;

    /// A change of the first place where `context` stands: `@old@` in it becomes `new`.
    fn change(text: &str, number: usize, context: &str, new: &str) -> Change {
        let parts: Vec<_> = context.split('@').collect();
        let [before, old, after] = parts[..] else {
            panic!("{context}")
        };
        let start = text.find(&format!("{before}{old}{after}")).expect(context) + before.len();
        Change {
            number,
            range: start..start + old.len(),
            replacement: new.to_owned(),
        }
    }

    /// Compiles and runs a switched program with each of the mutants active, and without one; what it prints.
    fn run(text: &str, changes: &[Change]) -> Vec<String> {
        let switched = switch(text, changes).unwrap();
        assert!(switched.constant.is_empty());
        let folder = tempfile::tempdir().unwrap();
        let (source, program) = (folder.path().join("main.rs"), folder.path().join("main"));
        fs::write(&source, super::super::activate::activate(&switched.text)).unwrap();
        let mut rustc = Command::new("rustc");
        rustc.args(["--edition=2024", "-o"]).arg(&program).arg(&source);
        rustgo_hosts::command::run(&mut rustc).unwrap();
        let numbers = [0].into_iter().chain(changes.iter().map(|change| change.number));
        let mut outputs = Vec::new();
        for number in numbers {
            let mut command = Command::new(&program);
            command.env(super::super::activate::VARIABLE, number.to_string());
            outputs.push(rustgo_hosts::command::read(&mut command).unwrap());
        }
        outputs
    }

    #[test]
    fn one_program_has_all() {
        let text = r#"//! Ünïcödé before everything.
use std::fmt::Write as _;
struct Number(i32);
trait Twice {
    fn twice(&self) -> i32 { /* é */ self.once() * 2 }
    fn once(&self) -> i32;
}
impl Twice for Number {
    fn once(&self) -> i32 { self.0 } // the last line }
}
/// Of several lines.
fn outer(limit: i32) -> Result<i32, std::num::ParseIntError> {
    fn inner(text: &str) -> Result<i32, std::num::ParseIntError> {
        const ONE: i32 = 2 - 1;
        Ok(text.parse::<i32>()? + ONE)
    }
    let early = |number: i32| {
        if number > limit {
            return 0;
        }
        number
    };
    let x = inner("41")?;
    if x < 0 { return Ok(-1); }
    Ok(early(x) // and a comment
    )
}
fn text(out: &mut String) {
    let word = "é→";
    if word.len() == 5 { out.push_str(word) }
    match out.len() { 5 => out.push('a'), _ if out.is_empty() => {} _ => out.push('b') }
}
fn boxed() -> Box<dyn Fn(i32) -> i32> { Box::new(|x| x + 1) }
fn opaque(words: &[u8]) -> impl Iterator<Item = &u8> { words.iter().filter(|word| **word > 2) }
fn main() {
    let mut out = String::new();
    text(&mut out);
    let _ = write!(out, " {:?} {} {:?} {}", outer(100), Number(3).twice(), boxed()(1), opaque(&[1, 2, 3]).count());
    println!("{out}");
}
"#;
        let changes = [
            change(text, 1, "self.once() @*@ 2", "+"),
            change(text, 3, "()? @+@ ONE", "-"),
            change(text, 4, "number @>@ limit", "<"),
            change(text, 5, "2 @-@ 1", "+"),
            change(text, 6, "len() @==@ 5", "!="),
            change(text, 7, "@5 => out.push('a'),@", ""),
            change(text, 8, "x @+@ 1", "*"),
            change(text, 9, "fn once(&self) -> i32 {@ self.0 @", "-1"),
            change(text, 10, "_ if @out.is_empty()@", "true"),
            change(text, 11, "word @>@ 2", ">="),
            change(
                text,
                12,
                "Item = &u8> {@ words.iter().filter(|word| **word > 2) @",
                "::std::iter::empty()",
            ),
        ];
        assert_eq!(
            run(text, &changes),
            [
                "é→a Ok(42) 6 2 1",
                "é→a Ok(42) 5 2 1",
                "é→a Ok(40) 6 2 1",
                "é→a Ok(0) 6 2 1",
                "é→a Ok(44) 6 2 1",
                "Ok(42) 6 2 1",
                "é→b Ok(42) 6 2 1",
                "é→a Ok(42) 6 1 1",
                "é→a Ok(42) -2 2 1",
                "é→a Ok(42) 6 2 1",
                "é→a Ok(42) 6 2 2",
                "é→a Ok(42) 6 2 0",
            ]
        );
    }

    #[test]
    fn constants_are_left_out() {
        let text = "const A: u32 = 1 + 2;\nstatic B: u32 = 3 * 4;\nconst fn c() -> u32 { 5 - 6 }\nfn d() { const E: u32 = 7 | 8; \
            const fn f() -> u32 { 9 & 1 } }\nfn g() -> impl Fn() -> u32 { || 5 ^ 6 }\n";
        let changes = [
            change(text, 1, "1 @+@ 2", "-"),
            change(text, 2, "3 @*@ 4", "+"),
            change(text, 3, "5 @-@ 6", "+"),
            change(text, 4, "7 @|@ 8", "^"),
            change(text, 5, "9 @&@ 1", "^"),
            change(text, 6, "5 @^@ 6", "|"),
        ];
        let switched = switch(text, &changes).unwrap();
        assert_eq!(switched.constant, [1, 2, 3]);
        assert_eq!(switched.opaque, [6]);
        assert_eq!(switched.functions, [(4, 4), (5, 4), (6, 6)].into());
        for part in [
            "1 + 2",
            "3 * 4",
            "5 - 6",
            "const E: u32 = 7 ^ 8",
            "{ 9 ^ 1 }",
            "|| 5 | 6",
        ] {
            assert!(switched.text.contains(part), "{}", switched.text);
        }
        let mut outside = changes[0].clone();
        outside.range = text.len()..text.len() + 1;
        assert!(switch(text, &[outside]).is_err());
    }

    #[test]
    fn lines_have_owners() {
        let text = "fn a() {\n fn b() { 1 + 2; }\n 3 * 4;\n 5\n}\nfn c() {}\n";
        let changes = [
            change(text, 7, "1 @+@ 2", "-"),
            change(text, 8, "3 @*@ 4", "/"),
            change(text, 9, "\n @5@\n", "6"),
        ];
        let text = switch(text, &changes).unwrap().text;
        let of = |part: &str| {
            let line = text.lines().position(|line| line.contains(part)).expect(part);
            owners(&text, line + 1).unwrap().into_iter().collect::<Vec<_>>()
        };
        assert_eq!(of("1 - 2"), [7]);
        assert_eq!(of("3 / 4"), [8]);
        assert_eq!(of(" 6"), [9]);
        assert!(of("fn c()").is_empty());
        assert!(of("fn a()").is_empty());
        // What is left as it was belongs to all of its function.
        let lines: Vec<_> = text.lines().collect();
        let last = lines.iter().rposition(|line| line.contains("3 * 4")).unwrap();
        assert_eq!(owners(&text, last + 1).unwrap(), [8, 9].into());
        let last = lines.iter().rposition(|line| line.contains("1 + 2")).unwrap();
        assert_eq!(owners(&text, last + 1).unwrap(), [7].into());
    }
}
