//! From data to assembly.
//!
//! An expression's value ends up in RAX. The arguments of a call are worked out from left to right, each pushed onto
//! the stack, and popped into the registers that the C ABI wants them in: nested calls need no more than that.

use std::collections::BTreeMap;
use std::fmt::Write;

use scheme_values::{ALIGNMENT, Tag, Value};

use crate::layout::Layout;
use crate::place::{Place, Wrong};
use crate::primitives::{self, Primitive};
use crate::reader::{Datum, Kind};

/// The C ABI's argument registers; the first argument is the heap.
const HEAP_REGISTER: &str = "rdi";
const VALUE_REGISTERS: [&str; 3] = ["rsi", "rdx", "rcx"];

/// Compiles a program. `name` is what errors at run time call it.
///
/// # Errors
///
/// The program has something in it that is not known here.
pub fn compile(name: &str, program: &[Datum]) -> Result<String, Wrong> {
    let mut compiler = Compiler {
        name,
        code: String::new(),
        heap: Layout::default(),
        globals: BTreeMap::new(),
        labels: 0,
        pushed: 0,
    };
    for datum in program {
        compiler.statement(datum)?;
    }
    Ok(compiler.program())
}

struct Compiler<'a> {
    /// The program's.
    name: &'a str,
    code: String,
    heap: Layout,
    /// The variables' numbers.
    globals: BTreeMap<String, usize>,
    labels: usize,
    /// How many words the code so far leaves on the stack.
    pushed: usize,
}

impl Compiler<'_> {
    fn line(&mut self, instruction: &str) {
        writeln!(self.code, "        {instruction}").expect("writing to a string");
    }

    /// Compiles an expression of the program, and has an error value end the program.
    fn statement(&mut self, datum: &Datum) -> Result<(), Wrong> {
        writeln!(self.code, "\n; {}", datum.place).expect("writing to a string");
        let define = match &datum.kind {
            Kind::List(items) if items.first().is_some_and(|first| is_symbol(first, "define")) => {
                Some(&items[1..])
            }
            _ => None,
        };
        match define {
            None => self.expression(datum)?,
            Some([name, value]) => {
                let Kind::Symbol(name) = &name.kind else {
                    return Err(name.place.wrong("what is defined is no name"));
                };
                self.expression(value)?;
                let next = self.globals.len();
                let number = *self.globals.entry(name.clone()).or_insert(next);
                self.line(&format!("mov     [{}], rax", global(number)));
            }
            Some(_) => return Err(datum.place.wrong("`define` takes a name and a value")),
        }
        let place = self.heap.string(&format!("{}:{}", self.name, datum.place));
        self.line(&format!("mov     {}, rax", VALUE_REGISTERS[0]));
        self.line(&format!("mov     {}, {place}", VALUE_REGISTERS[1]));
        self.call(primitives::REPORT);
        self.line(&format!("cmp     rax, {}", Value::FALSE.word()));
        self.line("jne     failed");
        Ok(())
    }

    /// Compiles an expression, whose value is then in RAX.
    fn expression(&mut self, datum: &Datum) -> Result<(), Wrong> {
        match &datum.kind {
            Kind::Symbol(name) => {
                let Some(&number) = self.globals.get(name) else {
                    let message = format!("`{name}` is not defined before it is used");
                    return Err(datum.place.wrong(message));
                };
                self.line(&format!("mov     rax, [{}]", global(number)));
            }
            Kind::List(items) => return self.compound(datum.place, items),
            _ => {
                let value = self.constant(datum)?;
                self.line(&format!("mov     rax, {value}"));
            }
        }
        Ok(())
    }

    fn compound(&mut self, place: Place, items: &[Datum]) -> Result<(), Wrong> {
        let Some((first, arguments)) = items.split_first() else {
            return Err(place.wrong("`()` calls nothing; the empty list is '()"));
        };
        let Kind::Symbol(name) = &first.kind else {
            return Err(first.place.wrong("what is called is no name"));
        };
        let expect = |count: usize| match arguments.len() {
            found if found == count => Ok(()),
            found => {
                let plural = if count == 1 { "" } else { "s" };
                Err(place.wrong(format!("`{name}` takes {count} argument{plural}, not {found}")))
            }
        };
        match name.as_str() {
            "if" => return self.conditional(place, arguments),
            "define" => return Err(place.wrong("`define` may not be inside of anything")),
            "current-output-port" => {
                const STDOUT: i32 = 1;
                expect(0)?;
                self.line(&format!("mov     rax, {}", Value::port(STDOUT).word()));
                return Ok(());
            }
            _ => {}
        }
        let Some(primitive) = primitives::find(name) else {
            return Err(first.place.wrong(format!("there is no primitive `{name}`")));
        };
        expect(primitive.arguments)?;
        self.application(primitive, arguments)
    }

    fn application(&mut self, primitive: Primitive, arguments: &[Datum]) -> Result<(), Wrong> {
        for argument in arguments {
            self.expression(argument)?;
            self.line("push    rax");
            self.pushed += 1;
        }
        for register in VALUE_REGISTERS[..arguments.len()].iter().rev() {
            self.line(&format!("pop     {register}"));
            self.pushed -= 1;
        }
        self.call(primitive.symbol);
        Ok(())
    }

    /// Calls a primitive with RSP at a multiple of 16, as the C ABI wants it: each word pushed is half of that.
    fn call(&mut self, symbol: &str) {
        let is_odd = self.pushed % 2 == 1;
        if is_odd {
            self.line("sub     rsp, 8");
        }
        self.line(&format!("lea     {HEAP_REGISTER}, [heap]"));
        self.line(&format!("call    {symbol}"));
        if is_odd {
            self.line("add     rsp, 8");
        }
    }

    /// `(if condition then otherwise)`. Everything but `#f` counts as true; an error value is the value of the whole.
    fn conditional(&mut self, place: Place, arguments: &[Datum]) -> Result<(), Wrong> {
        let [condition, then, otherwise] = arguments else {
            return Err(place.wrong("`if` takes a condition and two expressions"));
        };
        self.labels += 1;
        let label = self.labels;
        self.expression(condition)?;
        self.line("mov     ecx, eax");
        self.line(&format!("and     ecx, {}", ALIGNMENT - 1));
        self.line(&format!("cmp     ecx, {}", Tag::Error as u64));
        self.line(&format!("je      end_{label}"));
        self.line(&format!("cmp     rax, {}", Value::FALSE.word()));
        self.line(&format!("je      else_{label}"));
        self.expression(then)?;
        self.line(&format!("jmp     end_{label}"));
        writeln!(self.code, "else_{label}:").expect("writing to a string");
        self.expression(otherwise)?;
        writeln!(self.code, "end_{label}:").expect("writing to a string");
        Ok(())
    }

    /// What NASM takes for a constant.
    fn constant(&mut self, datum: &Datum) -> Result<String, Wrong> {
        let wrong = |message: String| Err(datum.place.wrong(message));
        Ok(match &datum.kind {
            Kind::Integer(number) => match Value::fixnum(*number) {
                Some(value) => value.word().to_string(),
                None => return wrong(format!("{number} has more than 61 bits")),
            },
            Kind::Boolean(is_true) => Value::boolean(*is_true).word().to_string(),
            Kind::String(text) => self.heap.string(text),
            Kind::Vector(items) => {
                let values: Vec<String> = items
                    .iter()
                    .map(|item| self.constant(item))
                    .collect::<Result<_, _>>()?;
                self.heap.vector(&values)
            }
            Kind::List(items) if items.is_empty() => Value::NIL.word().to_string(),
            Kind::Quote(quoted) => return self.constant(quoted),
            Kind::Symbol(name) => return wrong(format!("the symbol `{name}` can't be a value")),
            Kind::List(_) => return wrong("a list can't be a value, only '()".into()),
        })
    }

    /// The whole file.
    fn program(&self) -> String {
        let mut globals = String::new();
        for (name, &number) in &self.globals {
            writeln!(
                globals,
                // Quoted: a backslash at the line's end would swallow the next.
                "{}: dq {:<12}; {name:?}",
                global(number),
                Value::NIL.word()
            )
            .expect("writing to a string");
        }
        format!(
            r#"; Compiled from {name:?}.

%include "scheme_primitives.inc"

default rel
bits 64

SYS_EXIT equ 60

section .data

; All objects of the program, and what tells the primitives where they are.
align {ALIGNMENT}, db 0
heap_start:
{objects}heap_end:

align 8, db 0
heap:   dq heap_start, heap_end

; The variables.
{globals}
section .text

global _start

; RSP is a multiple of 16 here.
_start:
{code}
; Ends the program.
        xor     edi, edi
        jmp     exit
failed: mov     edi, 1
exit:   mov     eax, SYS_EXIT
        syscall

section .note.GNU-stack noalloc noexec nowrite progbits
"#,
            name = self.name,
            objects = self.heap.text(),
            code = self.code,
        )
    }
}

fn is_symbol(datum: &Datum, name: &str) -> bool {
    matches!(&datum.kind, Kind::Symbol(symbol) if symbol == name)
}

fn global(number: usize) -> String {
    format!("global_{number}")
}
