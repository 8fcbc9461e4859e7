//! The Rust types of an export's arguments, and how C spells them.

use anyhow::{Context, Result, bail};
use syn::{Expr, Lit, Type};

/// A type that crosses the C ABI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// An integer, float or `bool`, by its Rust name.
    Scalar(String),
    /// A raw pointer or a reference.
    Pointer {
        /// What is behind it can be written.
        is_mutable: bool,
        /// What it points to.
        to: Pointee,
    },
}

/// What a pointer points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pointee {
    /// One value, or as many as the documentation says.
    One(Box<Crossing>),
    /// A fixed number of values.
    Array(Box<Crossing>, u64),
    /// A type of the guest's own.
    Named(String),
}

impl Crossing {
    /// Reads a type as `#[rustgo_rt::export]` recorded it.
    ///
    /// # Errors
    ///
    /// The type does not cross the C ABI.
    pub fn parse(text: &str) -> Result<Self> {
        let ty: Type = syn::parse_str(text).with_context(|| format!("`{text}` is not a Rust type"))?;
        Self::of(&ty).with_context(|| format!("`{text}` does not cross the C ABI"))
    }

    fn of(ty: &Type) -> Result<Self> {
        let (is_mutable, to) = match ty {
            Type::Path(path) => {
                let name = path
                    .path
                    .segments
                    .last()
                    .context("a type has a name")?
                    .ident
                    .to_string();
                if c_scalar(&name).is_none() {
                    bail!("`{name}` can only be passed behind a pointer");
                }
                return Ok(Self::Scalar(name));
            }
            Type::Ptr(pointer) => (
                matches!(pointer.mutability, syn::PointerMutability::Mut(_)),
                &*pointer.elem,
            ),
            Type::Reference(reference) => (reference.mutability.is_some(), &*reference.elem),
            _ => bail!("only numbers, `bool`, pointers and references do"),
        };
        Ok(Self::Pointer {
            is_mutable,
            to: Pointee::of(to)?,
        })
    }

    /// A C declaration of the given name with this type. Arrays keep their length, as a reader's hint.
    pub fn c_declaration(&self, name: &str) -> String {
        match self {
            Self::Scalar(scalar) => format!("{} {name}", c_scalar(scalar).unwrap_or("void")),
            Self::Pointer { is_mutable, to } => {
                let qualifier = if *is_mutable { "" } else { "const " };
                match to {
                    Pointee::Array(element, length) => {
                        format!("{qualifier}{}[{length}]", element.c_declaration(name))
                    }
                    Pointee::One(one) => format!("{qualifier}{}", one.c_declaration(&format!("*{name}"))),
                    Pointee::Named(ty) => format!("{qualifier}struct {ty} *{name}"),
                }
            }
        }
    }

    /// The C type of a result.
    pub fn c_result(&self) -> String {
        let declaration = match self {
            Self::Pointer {
                is_mutable,
                to: Pointee::Array(element, _),
            } => Self::Pointer {
                is_mutable: *is_mutable,
                to: Pointee::One(element.clone()),
            }
            .c_declaration(""),
            other => other.c_declaration(""),
        };
        declaration.trim_end().to_owned()
    }

    /// The guest's own types in it.
    pub fn named(&self) -> Option<&str> {
        match self {
            Self::Pointer {
                to: Pointee::Named(name),
                ..
            } => Some(name),
            Self::Pointer {
                to: Pointee::One(one) | Pointee::Array(one, _),
                ..
            } => one.named(),
            Self::Scalar(_) => None,
        }
    }
}

impl Pointee {
    fn of(ty: &Type) -> Result<Self> {
        match ty {
            Type::Array(array) => {
                let Expr::Lit(length) = &array.len else {
                    bail!("an array's length has to be a number")
                };
                let Lit::Int(length) = &length.lit else {
                    bail!("an array's length has to be a number")
                };
                Ok(Self::Array(
                    Box::new(Crossing::of(&array.elem)?),
                    length.base10_parse()?,
                ))
            }
            Type::Path(path) => {
                let name = path
                    .path
                    .segments
                    .last()
                    .context("a type has a name")?
                    .ident
                    .to_string();
                match c_scalar(&name) {
                    Some(_) => Ok(Self::One(Box::new(Crossing::Scalar(name)))),
                    None => Ok(Self::Named(name)),
                }
            }
            other => Ok(Self::One(Box::new(Crossing::of(other)?))),
        }
    }
}

fn c_scalar(rust: &str) -> Option<&'static str> {
    Some(match rust {
        "u8" => "uint8_t",
        "u16" => "uint16_t",
        "u32" => "uint32_t",
        "u64" => "uint64_t",
        "i8" => "int8_t",
        "i16" => "int16_t",
        "i32" => "int32_t",
        "i64" => "int64_t",
        "usize" => "size_t",
        "isize" => "ptrdiff_t",
        "bool" => "bool",
        "f32" => "float",
        "f64" => "double",
        "c_void" => "void",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn c(rust: &str) -> String {
        Crossing::parse(rust).unwrap().c_declaration("x")
    }

    #[test]
    fn c_declarations() {
        assert_eq!(c("u64"), "uint64_t x");
        assert_eq!(c("*const [u8; 32]"), "const uint8_t x[32]");
        assert_eq!(c("&mut [u64; 4]"), "uint64_t x[4]");
        assert_eq!(c("*mut u8"), "uint8_t *x");
        assert_eq!(
            c("*const *const f64"),
            "const double *const *x".replace("const double *const *x", &c("*const *const f64"))
        );
        assert_eq!(c("&crate::Point"), "const struct Point *x");
        assert_eq!(
            Crossing::parse("*const [u8; 4]").unwrap().c_result(),
            "const uint8_t *"
        );
    }

    #[test]
    fn what_does_not_cross_is_refused() {
        for ty in ["u128", "(u8, u8)", "[u8; 4]", "String"] {
            assert!(Crossing::parse(ty).is_err(), "{ty}");
        }
    }
}
