//! The interface of a guest, independent of the host: functions, their parameters and results, and the types in them.
//! The emitter of each host writes it in that host's language.
//!
//! [`records`] reads the records in the guest's objects, and [`Interface::new`] interprets them.

pub mod documentation;
mod error;
mod layout;
mod read;
pub mod records;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod types;

use std::collections::BTreeMap;

use rustgo_record as export;
use rustgo_record::{Export, TypeKind, Variant};

pub use error::{Error, Result};

pub use layout::{Layout, Leaf};
pub use rustgo_record::misuse;
pub use types::{Pointer, Scalar, Type};

/// A function that hosts may call.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name in Rust, and its symbol.
    pub name: String,
    /// Its documentation, as written in Rust.
    pub doc: String,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// Its result.
    pub outcome: Outcome,
    /// The processor features that hosts check for before they call it, by rustc's names. Those of other processors are
    /// included.
    pub requires: Vec<String>,
    /// Whether its entry checks the arguments before it creates references.
    pub is_checked: bool,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name in Rust.
    pub name: String,
    /// What is passed.
    pub kind: Kind,
}

/// How a parameter is passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number or a `bool`.
    Scalar(Scalar),
    /// A number that is one of an enum's, by the enum's name.
    Enum(String, Scalar),
    /// An address.
    Pointer(Pointer),
    /// A pointer and a number of elements.
    Slice {
        /// Whether the elements can be written.
        is_mut: bool,
        /// The type of the elements.
        element: Type,
    },
    /// A pointer to UTF-8 and its length in bytes.
    Text,
}

/// The result of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is returned.
    Nothing,
    /// A number, an address, or a struct of up to two words.
    Value(Type),
    /// A value or none. C gets a `bool`, and the value through a pointer.
    Option(Type),
    /// The same where an argument can be at fault. C gets a status, which is 1 with a value and 0 without one.
    StatusOption(Type),
    /// A status, and if it is 0 a value through a pointer.
    Status {
        /// The value, if there is one.
        value: Option<Type>,
        /// The name of the error whose numbers the positive statuses are.
        error: Option<String>,
    },
}

impl Outcome {
    /// The type that the entry writes through its last argument, a pointer.
    pub fn out(&self) -> Option<&Type> {
        match self {
            Self::Option(value) | Self::StatusOption(value) => Some(value),
            Self::Status { value, .. } => value.as_ref(),
            Self::Nothing | Self::Value(_) => None,
        }
    }
}

/// A struct, with the compiler's layout.
#[derive(Clone, Debug)]
pub struct Structure {
    /// Its documentation, as written in Rust.
    pub doc: String,
    /// Its size and alignment.
    pub layout: Layout,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in Rust.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// The offset from the struct's start, in bytes.
    pub offset: u64,
}

/// An enum that is a number for hosts.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Its documentation, as written in Rust.
    pub doc: String,
    /// The number's type.
    pub scalar: Scalar,
    /// Its variants, in order.
    pub variants: Vec<EnumVariant>,
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct EnumVariant {
    /// Its name in Rust.
    pub name: String,
    /// Its number.
    pub value: i128,
    /// Its documentation, as written in Rust.
    pub doc: String,
}

/// An error.
#[derive(Clone, Debug)]
pub struct ErrorType {
    /// Its documentation, as written in Rust.
    pub doc: String,
    /// Its variants, in order.
    pub variants: Vec<Variant>,
}

/// The whole interface of a guest.
#[derive(Clone, Debug, Default)]
pub struct Interface {
    /// The functions, in the order of the exports.
    pub functions: Vec<Function>,
    /// The structs that are known to hosts, by name.
    pub structures: BTreeMap<String, Structure>,
    /// The errors that are known to hosts, by name.
    pub errors: BTreeMap<String, ErrorType>,
    /// The other enums that hosts know, by their names.
    pub enums: BTreeMap<String, Enum>,
}

impl Interface {
    /// Interprets the records of a guest's objects.
    ///
    /// # Errors
    ///
    /// If a type can't be passed to hosts, or is not declared.
    pub fn new<'a>(exports: impl IntoIterator<Item = &'a Export>, types: &[export::Type]) -> Result<Self> {
        let mut interface = Self::default();
        for ty in types {
            let within = |error| Error::In(format!("`{}`", ty.name), Box::new(error));
            match &ty.kind {
                TypeKind::Struct { size, align, fields } => {
                    let fields = fields.iter().map(|field| {
                        Ok(Field {
                            name: field.name.clone(),
                            ty: Type::of(&types::syn_type(&field.ty)?)?,
                            offset: field.offset,
                        })
                    });
                    let structure = Structure {
                        doc: documentation::plain(&ty.doc),
                        layout: Layout {
                            size: *size,
                            align: *align,
                        },
                        fields: fields.collect::<Result<_>>().map_err(within)?,
                    };
                    interface.structures.insert(ty.name.clone(), structure);
                }
                TypeKind::Error { variants } => {
                    let variants = variants.iter().map(|variant| Variant {
                        doc: documentation::plain(&variant.doc),
                        ..variant.clone()
                    });
                    let error = ErrorType {
                        doc: documentation::plain(&ty.doc),
                        variants: variants.collect(),
                    };
                    interface.errors.insert(ty.name.clone(), error);
                }
                TypeKind::Enum { repr, variants } => {
                    let unknown = || Error::Type(format!("`{repr}` is no integer"));
                    let scalar = Scalar::of(repr).ok_or_else(unknown).map_err(within)?;
                    let value = |bits: u64| match scalar {
                        Scalar::Int { is_signed: true, .. } => i128::from(bits as i64),
                        _ => i128::from(bits),
                    };
                    let variants = variants.iter().map(|variant| EnumVariant {
                        name: variant.name.clone(),
                        value: value(variant.value),
                        doc: documentation::plain(&variant.doc),
                    });
                    let this = Enum {
                        doc: documentation::plain(&ty.doc),
                        scalar,
                        variants: variants.collect(),
                    };
                    interface.enums.insert(ty.name.clone(), this);
                }
            }
        }
        for export in exports {
            let function = read::function(export, &interface.enums)
                .map_err(|error| Error::In(format!("export `{}`", export.name), Box::new(error)))?;
            interface.functions.push(function);
        }
        interface.drop_unused();
        interface.check()?;
        Ok(interface)
    }

    /// Removes types that no function uses: other guests of the crate may use them.
    fn drop_unused(&mut self) {
        let mut used: Vec<String> = Vec::new();
        let mut open: Vec<String> = Vec::new();
        for function in &self.functions {
            for parameter in &function.parameters {
                match &parameter.kind {
                    Kind::Scalar(_) | Kind::Text => {}
                    Kind::Enum(name, _) => open.push(name.clone()),
                    Kind::Pointer(pointer) => open.extend(pointer.to.iter().filter_map(|to| to.structure())),
                    Kind::Slice { element, .. } => open.extend(element.structure()),
                }
            }
            match &function.outcome {
                Outcome::Value(value) | Outcome::Option(value) | Outcome::StatusOption(value) => {
                    open.extend(value.structure());
                    open.extend(value.enumeration());
                }
                Outcome::Status { value, error } => {
                    open.extend(value.as_ref().and_then(Type::structure));
                    open.extend(value.as_ref().and_then(Type::enumeration));
                    open.extend(error.clone());
                }
                Outcome::Nothing => {}
            }
        }
        while let Some(name) = open.pop() {
            if used.contains(&name) {
                continue;
            }
            if let Some(structure) = self.structures.get(&name) {
                open.extend(structure.fields.iter().filter_map(|field| field.ty.structure()));
            }
            used.push(name);
        }
        self.structures.retain(|name, _| used.contains(name));
        self.errors.retain(|name, _| used.contains(name));
        self.enums.retain(|name, _| used.contains(name));
    }

    /// Checks that every type that an entry checks is declared. Others may be known by name only, behind a pointer.
    fn check(&self) -> Result<()> {
        for function in &self.functions {
            for parameter in &function.parameters {
                let length = format!("{}_len", parameter.name);
                let has_length = matches!(parameter.kind, Kind::Slice { .. } | Kind::Text);
                if has_length && function.parameters.iter().any(|other| other.name == length) {
                    return Err(Error::Signature(format!(
                        "export `{}` has a parameter `{length}`, as C calls the length of `{}`: rename one",
                        function.name, parameter.name
                    )));
                }
            }
            let known = |ty: &Type| -> Result<()> {
                if let Some(name) = ty.structure().filter(|name| !self.structures.contains_key(name)) {
                    return Err(Error::Signature(format!(
                        "export `{}` has a `{name}` in its signature, which the guest does not declare: write \
                         `#[rustgo_rt::export]` above `struct {name}`",
                        function.name
                    )));
                }
                Ok(())
            };
            if function.is_checked {
                for parameter in &function.parameters {
                    match &parameter.kind {
                        Kind::Slice { element, .. } => known(element)?,
                        Kind::Pointer(pointer) => pointer.to.iter().try_for_each(|to| known(to))?,
                        Kind::Scalar(_) | Kind::Enum(..) | Kind::Text => {}
                    }
                }
            }
            if let Outcome::Value(value) | Outcome::Option(value) | Outcome::StatusOption(value) =
                &function.outcome
                && !matches!(value, Type::Pointer(_))
            {
                known(value)?;
            }
            if let Outcome::Status {
                error: Some(error), ..
            } = &function.outcome
                && !self.errors.contains_key(error)
            {
                return Err(Error::Signature(format!(
                    "export `{}` fails with `{error}`, which the guest does not declare: write \
                     `#[rustgo_rt::export]` above `enum {error}`",
                    function.name
                )));
            }
        }
        Ok(())
    }

    /// The size and alignment of a type.
    ///
    /// # Panics
    ///
    /// If the type contains a struct that is known by name only.
    pub fn layout(&self, ty: &Type) -> Layout {
        layout::of(self, ty)
    }

    /// The scalars of a type, in order, with their offsets.
    ///
    /// # Panics
    ///
    /// If the type contains a struct that is known by name only.
    pub fn leaves(&self, ty: &Type) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        layout::leaves(self, ty, 0, &mut leaves);
        leaves
    }

    /// Whether a function can report text that is not UTF-8.
    pub fn takes_text(&self) -> bool {
        self.functions.iter().any(|function| {
            function
                .parameters
                .iter()
                .any(|parameter| parameter.kind == Kind::Text)
        })
    }

    /// Whether a function returns a status.
    pub fn has_status(&self) -> bool {
        self.functions.iter().any(|function| {
            matches!(
                function.outcome,
                Outcome::Status { .. } | Outcome::StatusOption(_)
            )
        })
    }
}

impl Type {
    /// The name of the struct in it.
    fn structure(&self) -> Option<String> {
        match self {
            Self::Scalar(_) | Self::Enum(..) => None,
            Self::Array(element, _) => element.structure(),
            Self::Struct(name) => Some(name.clone()),
            Self::Pointer(pointer) => pointer.to.as_ref().and_then(|to| to.structure()),
        }
    }

    /// The enum that it is.
    fn enumeration(&self) -> Option<String> {
        match self {
            Self::Enum(name, _) => Some(name.clone()),
            _ => None,
        }
    }
}
