//! What the relay takes of the CPU and of memory: counted on this thread, and only while its code runs.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

pub(crate) struct Counting;

thread_local! {
    static ON: Cell<bool> = const { Cell::new(false) };
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static BYTES: Cell<i64> = const { Cell::new(0) };
}

fn count(allocations: u64, bytes: i64) {
    if ON.try_with(Cell::get).unwrap_or(false) {
        ALLOCATIONS.set(ALLOCATIONS.get() + allocations);
        BYTES.set(BYTES.get() + bytes);
    }
}

fn size(layout: Layout) -> i64 {
    i64::try_from(layout.size()).unwrap_or(0)
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, size(layout));
        // SAFETY: the caller keeps the rules of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, -size(layout));
        // SAFETY: the caller keeps the rules of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What was counted so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counted {
    pub(crate) ns: u64,
    pub(crate) allocations: u64,
    pub(crate) bytes: i64,
}

impl Counted {
    /// Does the work and counts it.
    pub(crate) fn add<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (allocations, bytes) = (ALLOCATIONS.get(), BYTES.get());
        ON.set(true);
        let began_ns = cpu_ns();
        let done = work();
        self.ns += cpu_ns() - began_ns;
        ON.set(false);
        self.allocations += ALLOCATIONS.get() - allocations;
        self.bytes += BYTES.get() - bytes;
        done
    }
}

/// Nanoseconds of CPU that this thread has had.
pub(crate) fn cpu_ns() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}
