//! Counts what each thread holds of the heap, so that one script can be stopped before it takes a runner's memory.
//!
//! A program that wants the counts wraps its global allocator in [`Counting`]; where none is wrapped, every count
//! stays zero. A count belongs to a thread: work that begins and ends on one thread reads what it holds as the
//! difference between two readings. Memory that another thread gives back is subtracted there.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;

thread_local! {
    // Without a destructor and without an initialiser that runs: an allocator may use neither.
    static HELD: Cell<i64> = const { Cell::new(0) };
    static MOST: Cell<i64> = const { Cell::new(0) };
}

/// Bytes that this thread took, less what it gave back: below zero where it freed what others took.
#[inline]
pub fn held() -> i64 {
    HELD.get()
}

/// The most that this thread held at once since [`forget_most`].
pub fn most() -> i64 {
    MOST.get()
}

pub fn forget_most() {
    MOST.set(HELD.get());
}

/// An allocator that counts what goes through it, per thread. It costs about a nanosecond.
pub struct Counting<A>(A);

impl<A> Counting<A> {
    pub const fn over(inner: A) -> Self {
        Self(inner)
    }
}

#[inline]
fn count(bytes: i64) {
    let held = HELD.get() + bytes;
    HELD.set(held);
    if held > MOST.get() {
        MOST.set(held);
    }
}

/// A size as a difference; `Layout` allows none above `isize::MAX`.
#[inline]
fn signed(size: usize) -> i64 {
    size as i64
}

#[allow(
    unsafe_code,
    reason = "the trait is unsafe; every call goes to the wrapped allocator as it came, and the counters hold no pointers"
)]
// SAFETY: each method hands its arguments to the wrapped allocator unchanged and returns what that gives, so its
// contract is the wrapped one's. Counting touches two thread-local integers and neither allocates nor unwinds.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Counting<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is the same.
        let taken = unsafe { self.0.alloc(layout) };
        if !taken.is_null() {
            count(signed(layout.size()));
        }
        taken
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let taken = unsafe { self.0.alloc_zeroed(layout) };
        if !taken.is_null() {
            count(signed(layout.size()));
        }
        taken
    }

    #[inline]
    unsafe fn dealloc(&self, given: *mut u8, layout: Layout) {
        count(-signed(layout.size()));
        // SAFETY: as above.
        unsafe { self.0.dealloc(given, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, given: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let taken = unsafe { self.0.realloc(given, layout, size) };
        if !taken.is_null() {
            count(signed(size) - signed(layout.size()));
        }
        taken
    }
}
