//! Which lines of the prover can only be run by a program that it refuses: those that make a diagnostic.

use std::collections::BTreeSet;

use anyhow::Result;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Functions that return one of these make diagnostics.
const DIAGNOSTICS: [&str; 2] = ["Diagnostic", "Refusal"];

/// Functions and variants that are given diagnostics, or what they are made of.
const TAKERS: [&str; 7] = [
    "Err",
    "Lost",
    "complain",
    "lost",
    "refuse",
    "refuse_move",
    "report",
];

/// The lists that diagnostics are added to.
const LIST: [&str; 1] = ["diagnostics"];

/// The lines of a file that make a diagnostic, or hand it on.
pub fn lines(source: &str) -> Result<BTreeSet<usize>> {
    let mut refusals = Refusals::default();
    refusals.visit_file(&syn::parse_file(source)?);
    Ok(refusals.0)
}

#[derive(Default)]
struct Refusals(BTreeSet<usize>);

impl Refusals {
    fn add(&mut self, span: Span) {
        self.0.extend(span.start().line..=span.end().line);
    }

    fn function(&mut self, signature: &syn::Signature, all: Span) {
        if let syn::ReturnType::Type(_, returned) = &signature.output
            && let syn::Type::Path(returned) = &**returned
            && last_is(&returned.path, &DIAGNOSTICS)
        {
            self.add(all);
        }
        if TAKERS.iter().any(|name| signature.ident == name) {
            self.add(all);
        }
    }
}

/// Whether an expression hands on a diagnostic whenever it is run.
fn refuses(expression: &syn::Expr) -> bool {
    match expression {
        syn::Expr::Call(call) => matches!(&*call.func, syn::Expr::Path(it) if last_is(&it.path, &TAKERS)),
        syn::Expr::MethodCall(call) => {
            let is_list = |list: &syn::Expr| match list {
                syn::Expr::Path(list) => last_is(&list.path, &LIST),
                syn::Expr::Field(field) => {
                    matches!(&field.member, syn::Member::Named(name) if LIST.iter().any(|list| name == list))
                }
                _ => false,
            };
            TAKERS.iter().any(|name| call.method == name) || call.method == "push" && is_list(&call.receiver)
        }
        syn::Expr::Struct(it) => it.rest.as_deref().is_some_and(refuses),
        syn::Expr::Return(it) => it.expr.as_deref().is_some_and(refuses),
        _ => false,
    }
}

fn last_is(path: &syn::Path, names: &[&str]) -> bool {
    let last = path.segments.last();
    last.is_some_and(|last| names.iter().any(|name| last.ident == name))
}

impl<'ast> Visit<'ast> for Refusals {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.function(&function.sig, function.span());
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.function(&function.sig, function.span());
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_expr(&mut self, expression: &'ast syn::Expr) {
        if refuses(expression) {
            self.add(expression.span());
        }
        visit::visit_expr(self, expression);
    }

    /// What is bound right before a diagnostic is run with it.
    fn visit_block(&mut self, block: &'ast syn::Block) {
        let mut is_before = false;
        for statement in block.stmts.iter().rev() {
            match statement {
                syn::Stmt::Expr(expression, _) => is_before = refuses(expression),
                syn::Stmt::Local(_) if is_before => self.add(statement.span()),
                _ => {}
            }
        }
        visit::visit_block(self, block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_make_diagnostics_are_found() {
        let source = "
            fn leave(context: &mut Context) -> Flow {
                if context.is_right() { // 3
                    return Flow::Return;
                }
                context.report(
                    forbidden::far(1), // 7
                );
                match context.end() {
                    Err(refusal) => Flow::Lost(refusal), // 10
                    Ok(()) => Flow::Next,
                }
            }
            fn far(bytes: u64) -> Diagnostic {
                Diagnostic::new(bytes) // 15
            }
            impl Context {
                fn why(&self) -> super::Refusal {
                    self.0 // 19
                }
                fn is(&self) -> bool {
                    self.1 // 22
                }
                fn refuse(&self) {
                    self.2 // 25
                }
            }
            fn end(context: &Context) -> Result<(), Refusal> {
                let sp = context.sp();
                if sp == 0 {
                    return Ok(()); // 31
                }
                let text = context.text(); // 33
                Err(Refusal::of(text))
            }
            fn step(mut context: Context) -> Step {
                context.lines.push(1);
                context.diagnostics.push(far(2)); // 38
                match context.step() {
                    Some(refusal) => Step { // 40
                        at: 1,
                        ..Step::lost(refusal)
                    },
                    None => Step { at: 1, ..context.next() },
                }
            }";
        let expected = [
            6..=8,
            10..=10,
            14..=16,
            18..=20,
            24..=26,
            33..=34,
            38..=38,
            40..=43,
        ];
        assert_eq!(
            lines(source).unwrap(),
            expected.into_iter().flatten().collect::<BTreeSet<_>>()
        );
    }
}
