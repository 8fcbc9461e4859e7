//! Runs an image on a painted stack of its own, on Linux on x86-64.

use std::arch::naked_asm;

use cargo_rustgo::image::Image;

/// An image in executable memory.
pub struct Loaded {
    base: *mut u8,
    size: usize,
}

impl Loaded {
    /// Maps an image.
    pub fn new(image: &Image) -> Self {
        let size = image.bytes.len();
        // SAFETY: a fresh mapping of that size, written before it becomes executable.
        unsafe {
            let base = map(size);
            base.copy_from_nonoverlapping(image.bytes.as_ptr(), size);
            assert_eq!(
                libc::mprotect(base.cast(), size, libc::PROT_READ | libc::PROT_EXEC),
                0
            );
            Self { base, size }
        }
    }

    /// Where an image offset is.
    pub fn at(&self, offset: u64) -> *const u8 {
        assert!(offset < self.size as u64);
        // SAFETY: within the mapping.
        unsafe { self.base.add(offset as usize) }
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own.
        unsafe { libc::munmap(self.base.cast(), self.size) };
    }
}

/// Memory to run on, filled with a pattern.
pub struct Painted {
    base: *mut u8,
    size: usize,
    /// How many bytes at the top hold no pattern any more, at most.
    dirty: usize,
}

impl Painted {
    /// So many bytes of fresh memory.
    pub fn new(size: usize) -> Self {
        // SAFETY: a fresh mapping.
        let base = unsafe { map(size) };
        Self {
            base,
            size,
            dirty: size,
        }
    }

    /// Calls a function with the stack pointer some bytes below a multiple of 64, and returns its result and how
    /// many bytes of stack it used, the return address included.
    ///
    /// # Safety
    ///
    /// - The function takes these arguments.
    pub unsafe fn call(
        &mut self,
        function: *const u8,
        below: usize,
        arguments: [u64; 3],
        step: bool,
    ) -> (u64, u64) {
        assert!(below.is_multiple_of(16) && below < 64);
        // SAFETY: the mapping's words.
        let words = unsafe { std::slice::from_raw_parts_mut(self.base.cast::<u64>(), self.size / 8) };
        let clean = (self.size - self.dirty) / 8;
        for (index, word) in (clean..).zip(&mut words[clean..]) {
            *word = pattern(index);
        }
        // SAFETY: the top lies within the mapping.
        let top = unsafe { self.base.add(self.size - below) };
        let run = if step { step_on } else { run_on };
        // SAFETY: the caller guarantees a function with three arguments; `top` is in a mapping of this object.
        let result = unsafe { run(function, top, arguments[0], arguments[1], arguments[2]) };
        let lowest = words
            .iter()
            .enumerate()
            .find(|(index, word)| **word != pattern(*index));
        let lowest = lowest.map_or(words.len(), |(index, _)| index) * 8;
        self.dirty = self.size - lowest;
        (result, (self.dirty - below) as u64)
    }

    /// The stack pointer at the function's first instruction.
    pub fn entry_sp(&self, below: usize) -> u64 {
        self.base as u64 + (self.size - below) as u64 - 8
    }
}

impl Drop for Painted {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own.
        unsafe { libc::munmap(self.base.cast(), self.size) };
    }
}

fn pattern(index: usize) -> u64 {
    (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

unsafe fn map(size: usize) -> *mut u8 {
    // SAFETY: asks for fresh memory.
    let base = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            size,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    assert_ne!(base, libc::MAP_FAILED);
    base.cast()
}

/// Calls `function(a, b, c)` on the stack that ends at `top`.
#[unsafe(naked)]
unsafe extern "sysv64" fn run_on(function: *const u8, top: *mut u8, a: u64, b: u64, c: u64) -> u64 {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "mov rax, rdi",
        "mov rsp, rsi",
        "mov rdi, rdx",
        "mov rsi, rcx",
        "mov rdx, r8",
        "call rax",
        "mov rsp, rbp",
        "pop rbp",
        "ret",
    )
}

/// The same, with a trap after each instruction.
#[unsafe(naked)]
unsafe extern "sysv64" fn step_on(function: *const u8, top: *mut u8, a: u64, b: u64, c: u64) -> u64 {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "pushfq",
        "or qword ptr [rsp], 0x100", // the trap flag
        "mov rax, rdi",
        "mov r9, rsi",
        "mov rdi, rdx",
        "mov rsi, rcx",
        "mov rdx, r8",
        "popfq",
        "mov rsp, r9",
        "call rax",
        "mov rsp, rbp",
        "pushfq",
        "and qword ptr [rsp], ~0x100",
        "popfq",
        "pop rbp",
        "ret",
    )
}

/// The instruction and stack pointers before every instruction of a stepped call.
pub mod trace {
    use std::cell::UnsafeCell;
    use std::sync::{Mutex, MutexGuard};

    /// How many steps are kept.
    const STEPS: usize = 1 << 22;

    struct Buffer(UnsafeCell<Vec<(u64, u64)>>);

    // SAFETY: only the thread that holds the lock of `record` steps, and its handler interrupts no other thread.
    unsafe impl Sync for Buffer {}

    static BUFFER: Buffer = Buffer(UnsafeCell::new(Vec::new()));
    static LOCK: Mutex<()> = Mutex::new(());

    /// Notes the steps of what runs while this is held.
    pub struct Record {
        _lock: MutexGuard<'static, ()>,
        _stack: Vec<u8>,
    }

    /// Starts to note steps.
    pub fn record() -> Record {
        let lock = LOCK.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut stack = vec![0u8; 64 << 10];
        // SAFETY: the lock is held, nothing steps yet; the handler gets a stack of its own, which lives as long as the
        // record.
        unsafe {
            let buffer = &mut *BUFFER.0.get();
            buffer.clear();
            buffer.reserve(STEPS);
            let alternate = libc::stack_t {
                ss_sp: stack.as_mut_ptr().cast(),
                ss_flags: 0,
                ss_size: stack.len(),
            };
            assert_eq!(libc::sigaltstack(&alternate, std::ptr::null_mut()), 0);
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_step as extern "C" fn(_, _, _) as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            assert_eq!(libc::sigaction(libc::SIGTRAP, &action, std::ptr::null_mut()), 0);
        }
        Record {
            _lock: lock,
            _stack: stack,
        }
    }

    impl Record {
        /// What was noted since the last time.
        pub fn take(&mut self) -> Vec<(u64, u64)> {
            // SAFETY: the lock is held and nothing steps.
            let buffer = unsafe { &mut *BUFFER.0.get() };
            assert!(buffer.len() < STEPS, "the call takes too many steps");
            let steps = buffer.clone();
            buffer.clear();
            steps
        }
    }

    impl Drop for Record {
        fn drop(&mut self) {
            // SAFETY: the handler's stack must not outlive this value.
            unsafe {
                let off = libc::stack_t {
                    ss_sp: std::ptr::null_mut(),
                    ss_flags: libc::SS_DISABLE,
                    ss_size: 0,
                };
                libc::sigaltstack(&off, std::ptr::null_mut());
            }
        }
    }

    extern "C" fn on_step(_: libc::c_int, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
        // SAFETY: the kernel hands in a context; the thread that holds the lock is the one that was interrupted, in
        // code that does not touch the buffer, whose memory has been reserved.
        unsafe {
            let registers = &(*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
            let buffer = &mut *BUFFER.0.get();
            if buffer.len() < STEPS {
                buffer.push((
                    registers[libc::REG_RIP as usize] as u64,
                    registers[libc::REG_RSP as usize] as u64,
                ));
            }
        }
    }
}
