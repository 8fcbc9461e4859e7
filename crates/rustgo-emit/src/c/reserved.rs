//! Names that are already defined in C, C++ or their libraries.

use crate::error::{Error, Result};
use crate::interface::Interface;
use crate::scope::Scope;

/// Reserved identifiers: the keywords of C23 and C++23, and the types and macros of the headers that a generated one
/// includes.
const WORDS: &str = "
    NULL _Alignas _Alignof _Atomic _BitInt _Bool _Complex _Decimal128 _Decimal32 _Decimal64 _Generic _Imaginary _Noreturn
    _Static_assert _Thread_local alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t
    char32_t char8_t class co_await co_return co_yield compl concept const const_cast consteval constexpr constinit
    continue decltype default delete do double dynamic_cast else enum explicit export extern false float for friend goto
    if inline int long max_align_t mutable namespace new noexcept not not_eq nullptr nullptr_t offsetof operator or or_eq
    private protected ptrdiff_t public register reinterpret_cast requires restrict return short signed size_t sizeof
    static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename
    typeof typeof_unqual union unsigned using virtual void volatile wchar_t while xor xor_eq";

/// Functions of the C library (C99, 7; and those of POSIX that it calls), and `main`: an export with such a name would
/// replace it, for the library itself too. Functions on floats also exist with the suffixes `f` and `l`.
const LIBRARY: &str = "
    _Exit abort abs accept access acos acosh asctime asin asinh atan atan2 atanh atexit atof atoi atol atoll bind bsearch
    calloc cbrt ceil chdir chmod clearerr clock close connect copysign cos cosh ctime difftime div dup erf erfc execve exit
    exp exp2 expm1 fabs fclose fdim feof ferror fflush fgetc fgetpos fgets floor fma fmax fmin fmod fopen fork fprintf fputc
    fputs fread free freopen frexp fscanf fseek fsetpos fstat ftell ftruncate fwrite getc getchar getenv getpid gets gmtime
    hypot ilogb index isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit kill
    labs ldexp ldiv lgamma link listen llabs lldiv llrint llround localeconv localtime log log10 log1p log2 logb longjmp
    lrint lround lseek main malloc mblen mbstowcs mbtowc memchr memcmp memcpy memmove memset mktime mmap modf mprotect
    munmap nan nearbyint nextafter nexttoward open pause perror pipe poll pow printf putc putchar puts qsort raise rand
    random read realloc recv remainder remove remquo rename rewind rindex rint round scalbln scalbn scanf select send
    setbuf setjmp setlocale setvbuf signal sin sinh sleep snprintf socket sprintf sqrt srand sscanf stat strcat strchr
    strcmp strcoll strcpy strcspn strdup strerror strftime strlen strncat strncmp strncpy strpbrk strrchr strspn strstr
    strtod strtof strtok strtol strtold strtoll strtoul strtoull strxfrm sync system tan tanh tgamma time tmpfile tmpnam
    tolower toupper trunc truncate umask ungetc unlink vfprintf vfscanf vprintf vscanf vsnprintf vsprintf vsscanf wait
    wcstombs wctomb write";

/// Whether a name is reserved in C or C++.
pub fn is_word(name: &str) -> bool {
    WORDS.split_whitespace().any(|word| word == name) || is_integer_type(name) || is_limit(name)
}

/// `uint8_t` and the like.
fn is_integer_type(name: &str) -> bool {
    let kind = name.trim_start_matches('u').strip_prefix("int");
    let kind = kind.and_then(|kind| kind.strip_suffix("_t")).unwrap_or("none");
    let width = kind.trim_start_matches("_least").trim_start_matches("_fast");
    matches!(width, "8" | "16" | "32" | "64" | "ptr" | "max")
}

/// `SIZE_MAX`, `INT64_C` and the like: macros of `stdint.h`.
fn is_limit(name: &str) -> bool {
    let Some((of, "MIN" | "MAX" | "C" | "WIDTH")) = name.rsplit_once('_') else {
        return false;
    };
    let is_other = matches!(of, "SIZE" | "PTRDIFF" | "WCHAR" | "WINT" | "SIG_ATOMIC");
    is_other || is_integer_type(&format!("{}_t", of.to_lowercase()))
}

fn is_of_library(name: &str) -> bool {
    let is_one = |name: &str| LIBRARY.split_whitespace().any(|word| word == name);
    is_one(name) || name.strip_suffix(['f', 'l']).is_some_and(is_one)
}

/// Refuses names that a header or a program can't have, and names that it would have twice.
///
/// # Errors
///
/// If there is such a name.
pub fn check(interface: &Interface) -> Result<()> {
    let mut names = Scope::new("C");
    let types = interface.structures.keys().chain(interface.errors.keys());
    for name in types.chain(interface.enums.keys()) {
        if is_word(name) {
            return Err(Error::Name(format!(
                "type `{name}` is a reserved identifier in C or C++: rename it"
            )));
        }
    }
    for (name, structure) in &interface.structures {
        let mut fields = Scope::new("C");
        for field in &structure.fields {
            fields.add(identifier(&field.name), format!("`{name}::{}`", field.name))?;
        }
    }
    for function in &interface.functions {
        let name = &function.name;
        if is_word(name) {
            return Err(Error::Name(format!(
                "export `{name}` is a reserved identifier in C or C++: rename it, as in `#[rustgo_rt::export(name = \"my_{name}\")]`, or build for Go alone (`--go`)"
            )));
        }
        if is_of_library(name) {
            return Err(Error::Name(format!(
                "export `{name}` has the name of a function of the C library and would replace it: rename it, as in \
                 `#[rustgo_rt::export(name = \"my_{name}\")]`, or build for Go alone (`--go`)"
            )));
        }
        names.add(name.clone(), format!("`{name}`"))?;
        let mut parameters = Scope::new("C");
        for parameter in &function.parameters {
            let what = format!("`{}` of `{name}`", parameter.name);
            parameters.add(identifier(&parameter.name), what)?;
        }
    }
    for (name, error) in &interface.errors {
        let text = format!("{}_text", constant(name).to_lowercase());
        names.add(text, format!("what has the texts of `{name}`"))?;
        for variant in &error.variants {
            add_constant(&mut names, name, &variant.name)?;
        }
    }
    for (name, this) in &interface.enums {
        for variant in &this.variants {
            add_constant(&mut names, name, &variant.name)?;
        }
    }
    Ok(())
}

/// Adds a variant of an enum, as C calls it.
fn add_constant(names: &mut Scope, name: &str, variant: &str) -> Result<()> {
    let (what, constant) = (
        format!("`{name}::{variant}`"),
        format!("{}_{}", constant(name), constant(variant)),
    );
    if is_word(&constant) {
        return Err(Error::Name(format!(
            "{what} is `{constant}` in C, which is already defined there: rename it"
        )));
    }
    names.add(constant, what)
}

/// A name in capitals with underscores, as C's constants: `ParseError` is `PARSE_ERROR`.
pub fn constant(name: &str) -> String {
    let mut text = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        let starts_word = letter.is_uppercase()
            && index > 0
            && (!letters[index - 1].is_uppercase()
                || letters.get(index + 1).is_some_and(|next| next.is_lowercase()));
        if starts_word && !text.ends_with('_') {
            text.push('_');
        }
        text.extend(letter.to_uppercase());
    }
    text
}

/// A name that is valid in C and C++.
pub fn identifier(name: &str) -> String {
    if is_word(name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{Export, Type};

    #[test]
    fn words() {
        for word in [
            "int",
            "template",
            "uint_fast16_t",
            "intptr_t",
            "SIZE_MAX",
            "UINT8_C",
            "INT_LEAST64_MIN",
        ] {
            assert!(is_word(word), "{word}");
        }
        for name in [
            "hash",
            "uint128_t",
            "int_",
            "MAX",
            "HASH_MAX",
            "int24_t",
            "_t",
            "interface",
        ] {
            assert!(!is_word(name), "{name}");
        }
        for name in ["read", "sin", "sinf", "sinl", "main"] {
            assert!(is_of_library(name), "{name}");
        }
        assert!(!is_of_library("half") && !is_of_library("l") && !is_of_library("index_byte"));
    }

    /// The refusal of these functions and types.
    fn refusal(functions: &[&str], types: &[&str]) -> String {
        let exports: Vec<Export> = functions
            .iter()
            .map(|text| serde_json::from_str(text).unwrap())
            .collect();
        let types: Vec<Type> = types
            .iter()
            .map(|text| serde_json::from_str(text).unwrap())
            .collect();
        let interface = Interface::new(&exports, &types).unwrap();
        check(&interface).map_or_else(|error| error.to_string(), |()| "nothing".to_owned())
    }

    #[test]
    fn what_c_can_not_have_is_refused() {
        let named = |name: &str| format!(r#"{{"v":4,"name":"{name}","safe_fn":true,"args":[],"ret":null}}"#);
        for (name, expected) in [
            (
                "template",
                "export `template` is a reserved identifier in C or C++: rename it, as in `#[rustgo_rt::export(name = \"my_template\")]`",
            ),
            (
                "write",
                "export `write` has the name of a function of the C library",
            ),
            ("hash", "nothing"),
        ] {
            let refusal = refusal(&[&named(name)], &[]);
            assert!(refusal.starts_with(expected), "{refusal}");
        }
        let fails =
            r#"{"v":4,"name":"f","safe_fn":true,"args":[{"name":"x","type":"&S"}],"ret":"Result<(), Size>"}"#;
        let error =
            |variants: &str| format!(r#"{{"v":4,"kind":"error","name":"Size","variants":[{variants}]}}"#);
        let variant = |name: &str| format!(r#"{{"name":"{name}","value":1,"doc":"","text":""}}"#);
        let structure = |fields: &str| {
            format!(r#"{{"v":4,"kind":"struct","name":"S","size":8,"align":4,"fields":[{fields}],"doc":""}}"#)
        };
        let field = |name: &str| format!(r#"{{"name":"{name}","type":"u32","offset":0}}"#);
        let two = |one: String, other: String| [one, other].join(",");
        for (variants, fields, expected) in [
            (
                variant("Max"),
                field("a"),
                "`Size::Max` is `SIZE_MAX` in C, which is already defined there: rename it",
            ),
            (
                two(variant("TooMany"), variant("Too_Many")),
                field("a"),
                "`Size::TooMany` and `Size::Too_Many` would both be `SIZE_TOO_MANY` in C: rename one",
            ),
            (
                variant("A"),
                two(field("int"), field("int_")),
                "`S::int` and `S::int_` would both be `int_` in C: rename one",
            ),
            (variant("A"), field("a"), "nothing"),
        ] {
            assert_eq!(
                refusal(&[fails], &[&error(&variants), &structure(&fields)]),
                expected
            );
        }
        assert_eq!(
            refusal(
                &[fails, &named("size_text")],
                &[&error(&variant("A")), &structure(&field("a"))]
            ),
            "`size_text` and what has the texts of `Size` would both be `size_text` in C: rename one"
        );
    }
}
