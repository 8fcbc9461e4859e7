//! The spelling of an interface's types in C.

use super::reserved::identifier;
use crate::interface::{Function, Kind, Outcome, Pointer, Scalar, Type};

/// The C type of a scalar.
fn scalar(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Int {
            is_address: true,
            is_signed: false,
            ..
        } => "size_t",
        Scalar::Int { is_address: true, .. } => "ptrdiff_t",
        Scalar::Int {
            bytes: 1,
            is_signed: false,
            ..
        } => "uint8_t",
        Scalar::Int {
            bytes: 2,
            is_signed: false,
            ..
        } => "uint16_t",
        Scalar::Int {
            bytes: 4,
            is_signed: false,
            ..
        } => "uint32_t",
        Scalar::Int { is_signed: false, .. } => "uint64_t",
        Scalar::Int { bytes: 1, .. } => "int8_t",
        Scalar::Int { bytes: 2, .. } => "int16_t",
        Scalar::Int { bytes: 4, .. } => "int32_t",
        Scalar::Int { .. } => "int64_t",
        Scalar::Float(4) => "float",
        Scalar::Float(_) => "double",
        Scalar::Bool => "bool",
    }
}

/// A declaration of a name with a type: a field, a parameter, or with an empty name a result.
pub fn declaration(ty: &Type, name: &str) -> String {
    match ty {
        Type::Scalar(number) | Type::Enum(_, number) => format!("{} {name}", scalar(*number)),
        Type::Array(element, length) => declaration(element, &format!("{name}[{length}]")),
        Type::Struct(structure) => format!("struct {structure} {name}"),
        Type::Pointer(pointer) => address(pointer, name),
    }
    .trim_end()
    .to_owned()
}

/// A declaration of a pointer. Arrays keep their length, as a hint for readers.
fn address(pointer: &Pointer, name: &str) -> String {
    let qualifier = if pointer.is_mut { "" } else { "const " };
    match pointer.to.as_deref() {
        None => format!("{qualifier}void *{name}"),
        Some(array @ Type::Array(..)) if !name.is_empty() && !name.starts_with('*') => {
            format!("{qualifier}{}", declaration(array, name))
        }
        Some(Type::Array(element, _)) => format!("{qualifier}{}", declaration(element, &format!("*{name}"))),
        // The pointee is a pointer itself: the qualifier belongs to that one.
        Some(Type::Pointer(inner)) => address(inner, &format!("{qualifier}*{name}")),
        Some(other) => format!("{qualifier}{}", declaration(other, &format!("*{name}"))),
    }
}

/// A function's prototype, without the semicolon.
pub fn prototype(function: &Function) -> String {
    let mut list = Vec::new();
    for parameter in &function.parameters {
        let name = identifier(&parameter.name);
        match &parameter.kind {
            Kind::Scalar(number) | Kind::Enum(_, number) => {
                list.push(declaration(&Type::Scalar(*number), &name))
            }
            Kind::Pointer(pointer) => list.push(address(pointer, &name)),
            Kind::Slice { is_mut, element } => {
                let qualifier = if *is_mut { "" } else { "const " };
                list.push(match element {
                    // A slice of arrays: a pointer to the first one.
                    Type::Array(..) => format!("{qualifier}{}", declaration(element, &format!("(*{name})"))),
                    element => format!("{qualifier}{}", declaration(element, &format!("*{name}"))),
                });
                list.push(format!("size_t {}_len", parameter.name));
            }
            Kind::Text => {
                list.push(format!("const char *{name}"));
                list.push(format!("size_t {}_len", parameter.name));
            }
        }
    }
    if let Some(value) = function.outcome.out() {
        list.push(declaration(value, &format!("*{}", out_name(function))));
    }
    let result = match &function.outcome {
        Outcome::Nothing => "void".to_owned(),
        Outcome::Value(value) => declaration(value, ""),
        Outcome::Option(_) => "bool".to_owned(),
        Outcome::Status { .. } | Outcome::StatusOption(_) => "int32_t".to_owned(),
    };
    let list = if list.is_empty() {
        "void".to_owned()
    } else {
        list.join(", ")
    };
    let space = if result.ends_with('*') { "" } else { " " };
    format!("{result}{space}{}({list})", function.name)
}

/// The name of the parameter through which a value is returned: `out`, or another free name.
pub fn out_name(function: &Function) -> String {
    let mut name = "out".to_owned();
    while function.parameters.iter().any(|parameter| parameter.name == name) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::c::reserved::constant;
    use crate::export::Export;
    use crate::interface::Interface;

    fn c(is_safe_fn: bool, argument: &str, ret: &str) -> String {
        let record = format!(
            r#"{{"v":4,"name":"f","safe_fn":{is_safe_fn},"args":[{{"name":"x","type":"{argument}"}}],"ret":"{ret}"}}"#
        );
        let export: Export = serde_json::from_str(&record).unwrap();
        prototype(&Interface::new([&export], &[]).unwrap().functions[0])
    }

    #[test]
    fn prototypes() {
        for (argument, prototype) in [
            ("u64", "uint64_t f(uint64_t x)"),
            ("*const [u8; 32]", "uint64_t f(const uint8_t x[32])"),
            ("&mut [u64; 4]", "uint64_t f(uint64_t x[4])"),
            ("*mut u8", "uint64_t f(uint8_t *x)"),
            ("*const c_void", "uint64_t f(const void *x)"),
            ("*mut *const f64", "uint64_t f(const double **x)"),
            ("*const *mut f64", "uint64_t f(double *const *x)"),
            ("*const [[f32; 2]; 3]", "uint64_t f(const float x[3][2])"),
            ("&crate::Point", "uint64_t f(const struct Point *x)"),
        ] {
            assert_eq!(c(false, argument, "u64"), prototype);
        }
        assert_eq!(c(false, "u8", "*const [u8; 4]"), "const uint8_t *f(uint8_t x)");
        assert_eq!(
            c(true, "&[u32]", "bool"),
            "bool f(const uint32_t *x, size_t x_len)"
        );
        assert_eq!(
            c(true, "&mut [[u8; 4]]", "i8"),
            "int8_t f(uint8_t (*x)[4], size_t x_len)"
        );
        assert_eq!(
            c(true, "&str", "i8"),
            "int32_t f(const char *x, size_t x_len, int8_t *out)"
        );
        assert_eq!(c(true, "f32", "Option<u16>"), "bool f(float x, uint16_t *out)");
    }

    #[test]
    fn constants() {
        for (name, expected) in [
            ("ParseError", "PARSE_ERROR"),
            ("HTTPError", "HTTP_ERROR"),
            ("A", "A"),
            ("Utf8", "UTF8"),
        ] {
            assert_eq!(constant(name), expected);
        }
    }
}
