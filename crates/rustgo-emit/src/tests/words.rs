//! Words of the hosts' languages, compared with lists that were written independently: by standard and by header, as in
//! their documents.

use crate::c::reserved::{self, is_word};
use crate::testing::{interface, plain};

/// C89, then the additions of C99, C11 and C23.
const C: &[&str] = &[
    "auto break case char const continue default do double else enum extern float for goto if int long register return \
     short signed sizeof static struct switch typedef union unsigned void volatile while",
    "inline restrict _Bool _Complex _Imaginary",
    "_Alignas _Alignof _Atomic _Generic _Noreturn _Static_assert _Thread_local",
    "alignas alignof bool constexpr false nullptr static_assert thread_local true typeof typeof_unqual _BitInt \
     _Decimal32 _Decimal64 _Decimal128",
];

/// C++98, then the additions of C++11 and C++20, and the alternative spellings of operators.
const CPP: &[&str] = &[
    "asm bool catch class const_cast delete dynamic_cast explicit export false friend mutable namespace new operator \
     private protected public reinterpret_cast static_cast template this throw true try typeid typename using virtual \
     wchar_t",
    "alignas alignof char16_t char32_t constexpr decltype noexcept nullptr static_assert thread_local",
    "char8_t concept consteval constinit co_await co_return co_yield requires",
    "and and_eq bitand bitor compl not not_eq or or_eq xor xor_eq",
];

/// `stddef.h` and `stdint.h`.
const HEADERS: &[&str] = &[
    "NULL size_t ptrdiff_t wchar_t max_align_t nullptr_t offsetof",
    "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t int_least8_t int_least16_t int_least32_t \
     int_least64_t uint_least8_t uint_least16_t uint_least32_t uint_least64_t int_fast8_t int_fast16_t int_fast32_t \
     int_fast64_t uint_fast8_t uint_fast16_t uint_fast32_t uint_fast64_t intptr_t uintptr_t intmax_t uintmax_t",
    "INT8_MIN INT8_MAX UINT8_MAX INT64_MIN INT64_MAX UINT64_MAX INT_LEAST8_MIN UINT_LEAST64_MAX INT_FAST16_MAX \
     UINT_FAST32_MAX INTPTR_MIN INTPTR_MAX UINTPTR_MAX INTMAX_MIN INTMAX_MAX UINTMAX_MAX PTRDIFF_MIN PTRDIFF_MAX \
     SIZE_MAX SIG_ATOMIC_MIN SIG_ATOMIC_MAX WCHAR_MIN WCHAR_MAX WINT_MIN WINT_MAX INT8_C INT16_C INT32_C INT64_C \
     UINT8_C UINT16_C UINT32_C UINT64_C INTMAX_C UINTMAX_C INT8_WIDTH UINT64_WIDTH SIZE_WIDTH PTRDIFF_WIDTH",
];

/// The functions of C99's headers that the rest of the C library, or any program, may call.
const LIBRARY: &[&str] = &[
    // ctype.h
    "isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit tolower toupper",
    // math.h
    "acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 expm1 frexp ilogb ldexp log log10 log1p \
     log2 logb modf scalbn scalbln cbrt fabs hypot pow sqrt erf erfc lgamma tgamma ceil floor nearbyint rint lrint llrint \
     round lround llround trunc fmod remainder remquo copysign nan nextafter nexttoward fdim fmax fmin fma",
    // stdio.h
    "remove rename tmpfile tmpnam fclose fflush fopen freopen setbuf setvbuf fprintf fscanf printf scanf snprintf sprintf \
     sscanf vfprintf vfscanf vprintf vscanf vsnprintf vsprintf vsscanf fgetc fgets fputc fputs getc getchar gets putc \
     putchar puts ungetc fread fwrite fgetpos fseek fsetpos ftell rewind clearerr feof ferror perror",
    // stdlib.h
    "atof atoi atol atoll strtod strtof strtold strtol strtoll strtoul strtoull rand srand calloc free malloc realloc \
     abort atexit exit _Exit getenv system bsearch qsort abs labs llabs div ldiv lldiv mblen mbtowc wctomb mbstowcs \
     wcstombs",
    // string.h
    "memcpy memmove strcpy strncpy strcat strncat memcmp strcmp strcoll strncmp strxfrm memchr strchr strcspn strpbrk \
     strrchr strspn strstr strtok memset strerror strlen",
    // time.h, signal.h, setjmp.h, locale.h
    "clock difftime mktime time asctime ctime gmtime localtime strftime signal raise setjmp longjmp setlocale localeconv",
    // unistd.h and the like: what the above call, and common names in programs
    "read write open close lseek pipe dup fork execve kill link unlink access chdir chmod sleep getpid mmap munmap \
     mprotect poll select socket bind listen accept connect send recv wait stat fstat index rindex random sync pause",
];

fn all<'a>(lists: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    lists.iter().flat_map(|list| list.split_whitespace())
}

#[test]
fn every_word_of_c_and_cpp_is_one() {
    let words: Vec<&str> = all(C).chain(all(CPP)).chain(all(HEADERS)).collect();
    assert!(words.len() > 150);
    for word in words {
        assert!(is_word(word), "{word}");
        for name in [
            format!("{word}q"),
            format!("q{word}"),
            word[..word.len() - 1].to_owned(),
        ] {
            let is_another = all(C)
                .chain(all(CPP))
                .chain(all(HEADERS))
                .any(|word| word == name);
            assert!(!is_word(&name) || is_another, "{name} is none");
        }
    }
}

#[test]
fn exports_do_not_take_the_place_of_the_librarys_functions() {
    let refusal = |name: &str| {
        let offered = interface(&[plain(name, &[], "")], &[]);
        reserved::check(&offered).err().map(|error| error.to_string())
    };
    for name in all(LIBRARY) {
        let refusal = refusal(name).unwrap_or_else(|| panic!("{name} is let through"));
        let expected = format!("export `{name}` has the name of a function of the C library");
        assert!(refusal.starts_with(&expected), "{refusal}");
    }
    for name in ["sinf", "sinl", "fmaf", "nanl", "llroundf"] {
        assert!(refusal(name).is_some(), "{name}");
    }
    for name in ["hash", "reads", "my_read", "f", "l", "sind", "strlen_of"] {
        assert_eq!(refusal(name), None, "{name}");
    }
}

#[test]
fn types_and_parameters_are_respelt_or_refused() {
    use crate::testing::{error, structure};
    for (ty, name) in [
        (structure("register", 1, 1, &[("a", "u8", 0)]), "register"),
        (error("template", &[("A", 1, "a")]), "template"),
    ] {
        let function = match name {
            "register" => plain("f", &["x: &register"], ""),
            _ => plain("f", &[], "Result<(), template>"),
        };
        let refusal = reserved::check(&interface(&[function], &[ty])).unwrap_err();
        let expected = format!("type `{name}` is a reserved identifier in C or C++: rename it");
        assert_eq!(refusal.to_string(), expected);
    }
    let twice = interface(&[plain("f", &["int: u8", "int_: u8"], "")], &[]);
    assert_eq!(
        reserved::check(&twice).unwrap_err().to_string(),
        "`int` of `f` and `int_` of `f` would both be `int_` in C: rename one"
    );
}
