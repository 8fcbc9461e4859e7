//! The options of a build: the same on the command line and in the first line of generated files, from which `verify`
//! repeats the build.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::processor::Processor;
use crate::variant::{self, Variant};

/// The options that affect the bytes of an image.
#[derive(clap::Args, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Options {
    /// Seal this object or archive together with the guest (may be given more than once)
    #[arg(long, value_name = "FILE")]
    pub with: Vec<PathBuf>,

    /// Also build the guest with further features of amd64 processors (may be given more than once)
    ///
    /// `v3=+avx2,+bmi2` names a variant and the features that it is compiled with. All variants go into one image; Go and
    /// C choose once, the last one that the processor and the operating system support, or else the portable build.
    #[arg(long, value_name = "NAME=+FEATURE,...")]
    pub variant: Vec<Variant>,

    /// Build for this processor only (may be given more than once)
    #[arg(long, value_name = "PROCESSOR", value_parser = processor_parser())]
    pub processor: Vec<Processor>,
}

impl Options {
    /// Parses the output of [`fmt::Display`].
    ///
    /// # Errors
    ///
    /// If another version of this tool wrote it.
    pub fn parse(text: &str) -> Result<Self> {
        #[derive(Parser)]
        #[command(no_binary_name = true, disable_help_flag = true)]
        struct Line {
            #[command(flatten)]
            options: Options,
        }
        let line = Line::try_parse_from(text.split(' ').filter(|word| !word.is_empty()))
            .with_context(|| format!("the options `{text}` are not understood"))?;
        Ok(line.options)
    }

    /// The variants to build for a processor.
    ///
    /// # Errors
    ///
    /// If two have the same name.
    pub fn variants(&self, processor: Processor) -> Result<&[Variant]> {
        variant::check_names(&self.variant)?;
        Ok(if processor == variant::PROCESSOR {
            &self.variant
        } else {
            &[]
        })
    }

    /// The processors to build for, in the order of [`Processor::ALL`].
    pub fn processors(&self) -> Vec<Processor> {
        let is_wanted =
            |processor: &Processor| self.processor.is_empty() || self.processor.contains(processor);
        Processor::ALL.into_iter().filter(is_wanted).collect()
    }
}

/// Options as on the command line, but files by their names only, so that the output does not depend on the folder.
impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = self.with.iter().filter_map(|path| path.file_name());
        let with = with.map(|name| format!("--with {}", spaceless(name.to_owned())));
        let variants = self.variant.iter().map(|variant| format!("--variant {variant}"));
        let processors = self.processors();
        let processors = (processors.len() < Processor::ALL.len()).then_some(processors);
        let processors = processors.into_iter().flatten();
        let processors = processors.map(|processor| format!("--processor {}", processor.go_name()));
        f.write_str(
            &with
                .chain(variants)
                .chain(processors)
                .collect::<Vec<_>>()
                .join(" "),
        )
    }
}

/// Parses a processor by its name in Go or in Rust.
pub fn processor_parser() -> impl TypedValueParser<Value = Processor> {
    let value = |processor: Processor| PossibleValue::new(processor.go_name()).alias(processor.rust_name());
    PossibleValuesParser::new(Processor::ALL.map(value))
        .map(|name| Processor::named(&name).expect("the value is one of the possible ones"))
}

/// Replaces spaces, which separate options.
fn spaceless(name: OsString) -> String {
    name.to_string_lossy().replace(char::is_whitespace, "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let options = Options {
            with: vec!["some folder/add.o".into()],
            variant: vec!["v3=+avx2,+bmi2".parse().unwrap()],
            processor: vec![Processor::X86_64, Processor::X86_64],
        };
        assert_eq!(
            options.to_string(),
            "--with add.o --variant v3=+avx2,+bmi2 --processor amd64"
        );
        let read = Options::parse(&options.to_string()).unwrap();
        assert_eq!(
            (&read.with, &read.variant, read.processors()),
            (&vec!["add.o".into()], &options.variant, options.processors())
        );
        assert_eq!(Options::default().to_string(), "");
        assert_eq!(Options::parse("").unwrap(), Options::default());
    }

    #[test]
    fn options_of_another_version_are_named() {
        let error = Options::parse("--sign").unwrap_err();
        assert!(error.to_string().contains("`--sign`"), "{error}");
    }
}
