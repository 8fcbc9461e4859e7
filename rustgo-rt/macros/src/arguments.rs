//! The arguments of the attribute: `stack = BYTES`, `no_panic`, `requires = "FEATURE,FEATURE"`, `name = "NAME"`.

use proc_macro2::Span;
use rustgo_record::features;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitInt, LitStr, Result, Token};

/// Stack pointers are aligned to this many bytes.
const STACK_STEP: u64 = 16;
const STACK_MOST: u64 = rustgo_record::budget::LARGEST_BUDGET;

const TAKES: &str = "`export` takes `stack = BYTES`, `no_panic`, `requires = \"FEATURE,FEATURE\"` and `name = \"NAME\"`, any of \
                     them or nothing: write one of those";

/// The attribute's arguments, checked.
pub struct Arguments {
    /// The budget in bytes. If `None`, the tool uses the bound that it proves.
    pub stack: Option<u64>,
    /// The tool refuses the guest if the export can reach a panic.
    pub no_panic: bool,
    /// The processor features that hosts check for before they call the export.
    pub requires: Vec<String>,
    /// The name for hosts, where it is not the function's.
    pub name: Option<String>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (mut stack, mut no_panic, mut requires, mut renamed) = (None, false, None, None);
        while !input.is_empty() {
            let name: Ident = input.parse().map_err(|error| Error::new(error.span(), TAKES))?;
            let repeated = match name.to_string().as_str() {
                "stack" => stack.replace(parse_stack(input, name.span())?).is_some(),
                "no_panic" => std::mem::replace(&mut no_panic, parse_flag(input, &name)?),
                "requires" => requires.replace(parse_requires(input, name.span())?).is_some(),
                "name" => renamed.replace(parse_name(input, name.span())?).is_some(),
                _ => return Err(Error::new(name.span(), TAKES)),
            };
            if repeated {
                return Err(Error::new(
                    name.span(),
                    format!("`{name}` is given twice: leave one out"),
                ));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(Self {
            stack,
            no_panic,
            requires: requires.unwrap_or_default(),
            name: renamed,
        })
    }
}

fn parse_stack(input: ParseStream<'_>, name: Span) -> Result<u64> {
    let wanted = "write the budget as a number of bytes, `stack = 4096`, or leave it out";
    if !input.peek(Token![=]) {
        return Err(Error::new(name, wanted));
    }
    input.parse::<Token![=]>()?;
    let literal: LitInt = input.parse().map_err(|error| Error::new(error.span(), wanted))?;
    if !literal.suffix().is_empty() {
        return Err(Error::new(literal.span(), wanted));
    }
    let too_much = || {
        let message = format!("a budget is at most 16 MiB: write {STACK_MOST} or less");
        Error::new(literal.span(), message)
    };
    let negative = literal.base10_digits().starts_with('-');
    let bytes: u64 = if negative {
        0
    } else {
        literal.base10_parse().map_err(|_| too_much())?
    };
    if bytes == 0 {
        let message =
            "every call takes stack, at least for the return address: write 16 or more, or leave `stack` out";
        return Err(Error::new(literal.span(), message));
    }
    if bytes > STACK_MOST {
        return Err(too_much());
    }
    if !bytes.is_multiple_of(STACK_STEP) {
        let (below, above) = (bytes - bytes % STACK_STEP, bytes.next_multiple_of(STACK_STEP));
        let choice = if below == 0 {
            format!("{above}")
        } else {
            format!("{below} or {above}")
        };
        let message = format!("a budget is a multiple of {STACK_STEP} bytes: write {choice}");
        return Err(Error::new(literal.span(), message));
    }
    Ok(bytes)
}

fn parse_flag(input: ParseStream<'_>, name: &Ident) -> Result<bool> {
    if input.peek(Token![=]) {
        return Err(Error::new(
            name.span(),
            format!("`{name}` takes no value: write just `{name}`"),
        ));
    }
    Ok(true)
}

fn parse_requires(input: ParseStream<'_>, name: Span) -> Result<Vec<String>> {
    let wanted =
        "write the processor features by rustc's names, with commas between them: `requires = \"avx2,bmi2\"`";
    if !input.peek(Token![=]) {
        return Err(Error::new(name, wanted));
    }
    input.parse::<Token![=]>()?;
    let literal: LitStr = input.parse().map_err(|error| Error::new(error.span(), wanted))?;
    let list = literal.value();
    if list.is_empty() {
        let message = "an export that requires nothing runs on every processor: name a feature, or leave `requires` out";
        return Err(Error::new(literal.span(), message));
    }
    let mut requires: Vec<String> = Vec::new();
    for feature in list.split(',') {
        let refusal = if !features::is_known(feature) {
            unknown(feature)
        } else if requires.iter().any(|other| other == feature) {
            format!("`{feature}` is named twice: leave one out")
        } else {
            requires.push(feature.to_owned());
            continue;
        };
        return Err(Error::new(literal.span(), refusal));
    }
    Ok(requires)
}

fn parse_name(input: ParseStream<'_>, name: Span) -> Result<String> {
    let wanted = "write the name for hosts: `name = \"NAME\"`, of ASCII letters, digits and `_`, and not a digit first";
    if !input.peek(Token![=]) {
        return Err(Error::new(name, wanted));
    }
    input.parse::<Token![=]>()?;
    let literal: LitStr = input.parse().map_err(|error| Error::new(error.span(), wanted))?;
    let text = literal.value();
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_name = text.chars().all(is_letter) && text.starts_with(|first: char| !first.is_ascii_digit());
    match is_name {
        true => Ok(text),
        false => Err(Error::new(literal.span(), wanted)),
    }
}

fn unknown(feature: &str) -> String {
    format!(
        "`{feature}` is no feature that an export can require: write names of this list, with commas and nothing else \
         between them. x86-64: {}. AArch64: {}. What every such processor has (SSE2, NEON) is not named",
        names(&features::x86_64::TABLE),
        names(&features::aarch64::TABLE)
    )
}

fn names(table: &features::Table) -> String {
    let names = table.features.iter().map(|feature| feature.name);
    names.collect::<Vec<_>>().join(", ")
}
