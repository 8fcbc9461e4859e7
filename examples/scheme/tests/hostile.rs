//! The sealed primitives, given every kind of wrong value: an error value is returned each time, and nothing outside of
//! the heap is read or written.
//!
//! The heap is a block of the system's allocator, so that valgrind notices an access to the byte before or after it.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::collections::BTreeMap;
use std::env;
use std::ffi::c_void;
use std::mem::transmute;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use fastrand::Rng;
use libloading::Library;
use rustgo_hosts::command;
use scheme::program;
use scheme_values::{Error, Heap, Tag, Unpacked, Value};

/// Names the library to test, where valgrind runs this test.
const LIBRARY: &str = "SCHEME_PRIMITIVES";

/// How many wrong arguments of each tag are tried at least.
const VALUES: usize = 10_000;

/// What an argument has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    /// Anything, an error value too.
    Unlooked,
    /// Anything but an error value.
    Any,
    Fixnum,
    Port,
    String,
    Vector,
    /// Anything but a vector that is wrong inside, or an error value.
    Written,
}

/// The exports that can be given wrong arguments, and what right ones would be.
const PRIMITIVES: [(&str, &[Type]); 14] = [
    ("scheme_open_output_file", &[Type::String]),
    ("scheme_close_port", &[Type::Port]),
    ("scheme_writeln", &[Type::Written, Type::Port]),
    ("scheme_string_length", &[Type::String]),
    ("scheme_vector_length", &[Type::Vector]),
    ("scheme_vector_ref", &[Type::Vector, Type::Fixnum]),
    ("scheme_vector_set", &[Type::Vector, Type::Fixnum, Type::Any]),
    ("scheme_add", &[Type::Fixnum, Type::Fixnum]),
    ("scheme_subtract", &[Type::Fixnum, Type::Fixnum]),
    ("scheme_multiply", &[Type::Fixnum, Type::Fixnum]),
    ("scheme_quotient", &[Type::Fixnum, Type::Fixnum]),
    ("scheme_equal", &[Type::Fixnum, Type::Fixnum]),
    ("scheme_less", &[Type::Fixnum, Type::Fixnum]),
    ("scheme_report", &[Type::Unlooked, Type::String]),
];

/// Where `writeln` and `report` are in the table.
const WRITELN: usize = 2;
const REPORT: usize = 13;

/// How many words a heap has at most.
const HEAP_WORDS: usize = 8;

/// A heap, and the words that a primitive is given.
struct Case {
    heap: Box<[u64]>,
    arguments: [u64; 3],
}

impl Case {
    /// The case of a seed, the same each time but for where the heap is.
    fn new(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let words = random.usize(0..=HEAP_WORDS);
        let mut heap: Box<[u64]> = vec![0; words].into();
        let start = heap.as_ptr() as u64;
        for word in &mut heap {
            *word = length(&mut random, start);
        }
        let arguments = std::array::from_fn(|_| word(&mut random, start));
        Self { heap, arguments }
    }

    fn start(&self) -> u64 {
        self.heap.as_ptr() as u64
    }

    fn bounds(&mut self) -> Heap {
        let range = self.heap.as_mut_ptr_range();
        Heap {
            start: range.start.cast(),
            end: range.end.cast(),
        }
    }
}

/// Any word: values of every tag, pointers to anywhere, and pointers around the heap.
fn word(random: &mut Rng, start: u64) -> u64 {
    let tag = random.u64(0..8);
    let around =
        |random: &mut Rng| start.wrapping_add_signed(random.i64(-16..8 * HEAP_WORDS as i64 + 16)) & !7;
    match random.u8(0..9) {
        0 => random.u64(..),
        // The numbers around zero, with every tag.
        1 => (random.i64(-3..3) as u64) << 3 | tag,
        2 => random.u64(..) << random.u32(3..64) | tag,
        3 => Value::port(random.i32(0..5)).word(),
        4 => {
            let error = Error::from_code(random.u32(0..12)).unwrap_or(Error::WrongType);
            Value::error(error, random.i32(..)).word()
        }
        // Inside the heap and just outside of it.
        5 => around(random) | tag,
        // Fixnums, which are wrong in fewer places than other values.
        6 | 7 => (random.i64(-9..9) as u64) << 3,
        _ => around(random) | random.choice([Tag::String, Tag::Vector]).unwrap_or(Tag::String) as u64,
    }
}

/// A word in the heap, which is the length of an object that begins there: one that fits, or a hostile one.
fn length(random: &mut Rng, start: u64) -> u64 {
    let low = random.u64(0..8 * HEAP_WORDS as u64 + 2);
    match random.u8(0..4) {
        0 => low,
        // Lengths that overflow when they are multiplied by the size of a value, or cut to 32 bits.
        1 => random.u64(0..HEAP_WORDS as u64) + (1 << random.choice([32, 61, 62, 63]).unwrap_or_default()),
        // Lengths that overflow when they are added to an address.
        2 => u64::MAX - low,
        _ => word(random, start),
    }
}

/// Whether a word is of a type, worked out from the description in `scheme_values`, and unlike the primitives do it.
fn is(ty: Type, word: u64, start: u64, heap: &[u64]) -> bool {
    let value = Value::from_word(word);
    let fits = |address: u64, item: u128| {
        let index = u128::from(address).checked_sub(start.into()).unwrap_or(u128::MAX) / 8;
        let Some(&length) = usize::try_from(index).ok().and_then(|index| heap.get(index)) else {
            return false;
        };
        u128::from(address) + 8 + u128::from(length) * item <= u128::from(start) + 8 * heap.len() as u128
    };
    match (ty, value.unpack()) {
        (Type::Unlooked, _) => true,
        (Type::Any, unpacked) => unpacked != Unpacked::Error,
        (Type::Fixnum, Unpacked::Fixnum(_)) | (Type::Port, Unpacked::Port(_)) => true,
        (Type::String | Type::Written, Unpacked::String(address)) => fits(address, 1),
        (Type::Vector, Unpacked::Vector(address)) => fits(address, 8),
        // Whether it is right inside is not worked out here.
        (Type::Written, Unpacked::Vector(address)) => fits(address, 8),
        (Type::Written, Unpacked::Fixnum(_) | Unpacked::Nil | Unpacked::Boolean(_)) => true,
        _ => false,
    }
}

/// The primitives of a library, in the order of the table.
struct Functions(Vec<*const c_void>);

impl Functions {
    fn of(library: &Library) -> Self {
        let address = |(name, _): &(&str, _)| {
            // SAFETY: nothing is called, so the type does not matter yet.
            let symbol = unsafe { library.get::<*const c_void>(name.as_bytes()) };
            *symbol.unwrap()
        };
        Self(PRIMITIVES.iter().map(address).collect())
    }

    /// Calls a primitive with the arguments that it takes.
    fn call(&self, index: usize, heap: &Heap, arguments: &[u64]) -> Value {
        let address = self.0[index];
        type One = extern "C" fn(&Heap, u64) -> u64;
        type Two = extern "C" fn(&Heap, u64, u64) -> u64;
        type Three = extern "C" fn(&Heap, u64, u64, u64) -> u64;
        // SAFETY: the primitives have these types, as another test compares with the header; the heap's memory is a
        // slice's, which nothing else uses meanwhile.
        let word = unsafe {
            match *arguments {
                [a] => transmute::<*const c_void, One>(address)(heap, a),
                [a, b] => transmute::<*const c_void, Two>(address)(heap, a, b),
                [a, b, c] => transmute::<*const c_void, Three>(address)(heap, a, b, c),
                _ => unreachable!("primitives take one to three values"),
            }
        };
        Value::from_word(word)
    }
}

/// The sealed primitives as a library that this process can load; without the system's files.
static PRIMITIVES_LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| {
    if let Some(path) = env::var_os(LIBRARY) {
        return path.into();
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    let sealed = program::primitives(&folder).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/no_files.asm");
    let (object, library) = (folder.join("no_files.o"), folder.join("primitives.so"));
    command::run(
        Command::new("nasm")
            .args(["-f", "elf64", "-o"])
            .args([&object, &source]),
    )
    .unwrap();
    let mut ld = Command::new("ld");
    ld.args(["-shared", "-o"]).args([&library, &object]);
    for (name, _) in PRIMITIVES {
        ld.args(["-u", name]);
    }
    command::run(ld.arg(sealed.archive())).unwrap();
    library
});

fn library() -> Library {
    // SAFETY: the library has no initializers.
    unsafe { Library::new(&*PRIMITIVES_LIBRARY) }.unwrap()
}

#[test]
fn wrong_arguments_get_error_values() {
    let library = library();
    let functions = Functions::of(&library);
    // How many wrong arguments there were, by their tags.
    let mut tried = [0; 8];
    for seed in 0.. {
        let index = seed as usize % PRIMITIVES.len();
        let (name, types) = PRIMITIVES[index];
        let mut case = Case::new(seed);
        let arguments = &case.arguments[..types.len()];
        let wrong: Vec<u64> = types
            .iter()
            .zip(arguments)
            .filter(|&(&ty, &argument)| !is(ty, argument, case.start(), &case.heap))
            .map(|(_, &argument)| argument)
            .collect();
        if wrong.is_empty() {
            continue;
        }
        let before = case.heap.clone();
        let bounds = case.bounds();
        let value = functions.call(index, &bounds, &case.arguments[..types.len()]);
        let is_told = value.as_error().0.is_some() || wrong.contains(&value.word());
        assert!(
            value.unpack() == Unpacked::Error && is_told && case.heap == before,
            "seed {seed}: {name} {:x?} returns {value:x?}; the heap was {before:x?} and is {:x?} at {:x}",
            &case.arguments[..types.len()],
            case.heap,
            case.start()
        );
        for word in wrong {
            tried[word as usize % 8] += 1;
        }
        if tried.iter().all(|&count| count >= VALUES) {
            break;
        }
    }
    println!("wrong arguments by tag: {tried:?}");
}

/// What is written may be a vector of wrong things, in wrong vectors, in itself: it comes to an end.
#[test]
fn whatever_is_written_comes_to_an_end() {
    let library = library();
    let functions = Functions::of(&library);
    let mut outcomes = BTreeMap::<String, usize>::new();
    for seed in 0..VALUES as u64 {
        let mut case = Case::new(seed);
        let bounds = case.bounds();
        let value = functions.call(WRITELN, &bounds, &[case.arguments[0], Value::port(1).word()]);
        let outcome = match value.unpack() {
            Unpacked::Nil => "written".to_owned(),
            Unpacked::Error => format!("{:?}", value.as_error().0),
            other => panic!("seed {seed}: {other:?}"),
        };
        *outcomes.entry(outcome).or_default() += 1;
    }
    println!("{outcomes:?}");
    for outcome in ["written", "Some(NoObject)", "Some(WrongType)", "Some(TooDeep)"] {
        assert!(outcomes.contains_key(outcome), "{outcomes:?}");
    }
}

/// Every word is an error value, of a kind that there is or is not, or no error value.
#[test]
fn whatever_is_reported_is_an_error_or_not() {
    let library = library();
    let functions = Functions::of(&library);
    let mut outcomes = BTreeMap::new();
    for seed in 0..VALUES as u64 {
        let reported = Case::new(seed).arguments[0];
        // The heap has one object, a string without a byte in it.
        let mut place = Case {
            heap: [0].into(),
            arguments: [0; 3],
        };
        let string = Value::object(Tag::String, place.start()).word();
        let value = functions.call(REPORT, &place.bounds(), &[reported, string]);
        let is_error = Value::from_word(reported).unpack() == Unpacked::Error;
        assert_eq!(value, Value::boolean(is_error), "seed {seed}");
        *outcomes.entry(is_error).or_insert(0) += 1;
    }
    println!("{outcomes:?}");
    assert_eq!(outcomes.len(), 2);
}

#[test]
fn valgrind_has_nothing_to_say() {
    if env::var_os(LIBRARY).is_some() {
        // This is the test that valgrind runs.
        return;
    }
    command::run(
        Command::new("valgrind")
            .args(["--quiet", "--error-exitcode=9"])
            .arg(env::current_exe().unwrap())
            .env(LIBRARY, &*PRIMITIVES_LIBRARY),
    )
    .unwrap();
}
