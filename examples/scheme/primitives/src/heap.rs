//! Access to strings and vectors in which no word of theirs is believed.

use core::marker::PhantomData;

use scheme_values::{Error, Heap, Unpacked, Value};

use crate::{error, wrong_type};

/// How many bytes a value or a length takes.
const WORD: usize = size_of::<u64>();

/// The objects of a program.
#[derive(Clone, Copy)]
pub struct Objects<'a> {
    start: *mut u8,
    size: usize,
    memory: PhantomData<&'a mut [u8]>,
}

/// A vector whose values all lie in the heap.
#[derive(Clone, Copy)]
pub struct Vector<'a> {
    values: *mut u64,
    length: usize,
    memory: PhantomData<&'a mut [u64]>,
}

impl<'a> Objects<'a> {
    /// The objects in a heap.
    ///
    /// # Safety
    /// - The heap's memory is readable and writable, and nothing else uses it meanwhile.
    pub unsafe fn new(heap: &'a Heap) -> Self {
        Self {
            start: heap.start,
            size: heap.end as usize - heap.start as usize,
            memory: PhantomData,
        }
    }

    /// The bytes of a string.
    pub fn string(self, value: Value) -> Result<&'a [u8], Value> {
        let Unpacked::String(address) = value.unpack() else {
            return Err(wrong_type(value));
        };
        let (bytes, length) = self.object(address, 1).ok_or(error(Error::NoObject))?;
        // SAFETY: `object` has found as many bytes in the heap, which is initialized memory. Nothing writes to them
        // while the slice lives: `Vector::set` is called where no string is held.
        Ok(unsafe { core::slice::from_raw_parts(bytes, length) })
    }

    /// A vector's values.
    pub fn vector(self, value: Value) -> Result<Vector<'a>, Value> {
        let Unpacked::Vector(address) = value.unpack() else {
            return Err(wrong_type(value));
        };
        let (bytes, length) = self.object(address, WORD).ok_or(error(Error::NoObject))?;
        Ok(Vector {
            values: bytes.cast(),
            length,
            memory: PhantomData,
        })
    }

    /// The data of the object at an address, and its length, in items of some bytes each, if all of them are in the
    /// heap.
    fn object(self, address: u64, item: usize) -> Option<(*mut u8, usize)> {
        let offset = (address as usize).checked_sub(self.start as usize)?;
        let room = self.size.checked_sub(offset)?.checked_sub(WORD)?;
        // SAFETY: `room` shows that the heap has a word at this offset. The heap starts at a multiple of 8, and an
        // unpacked address is one.
        let object: *mut u64 = unsafe { self.start.add(offset) }.cast();
        // SAFETY: the word is in the heap, aligned and initialised.
        let (length, data) = unsafe { (*object, object.add(1)) };
        let length = usize::try_from(length).ok()?;
        (length <= room / item).then_some((data.cast(), length))
    }
}

impl Vector<'_> {
    /// How many values.
    pub fn len(self) -> usize {
        self.length
    }

    /// The value at an index, if there is one.
    pub fn get(self, index: i64) -> Option<Value> {
        // SAFETY: the slot is one of the vector's.
        self.slot(index).map(|slot| Value::from_word(unsafe { *slot }))
    }

    /// Puts a value at an index, if there is one.
    pub fn set(self, index: i64, value: Value) -> Option<()> {
        // SAFETY: the slot is one of the vector's.
        self.slot(index).map(|slot| unsafe { *slot = value.word() })
    }

    fn slot(self, index: i64) -> Option<*mut u64> {
        let index = usize::try_from(index).ok()?;
        // SAFETY: the vector has that many values.
        (index < self.length).then(|| unsafe { self.values.add(index) })
    }
}
