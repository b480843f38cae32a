//! What the counts say after known allocations, in a program whose allocator is wrapped.

use std::alloc::System;

use allocation::{Counting, forget_most, held, most};

#[global_allocator]
static ALLOCATOR: Counting<System> = Counting::over(System);

#[test]
fn what_is_taken_and_given_back_is_counted_to_the_byte() {
    let before = held();
    let taken: Vec<u8> = Vec::with_capacity(10_000);
    assert_eq!(held() - before, 10_000);
    let zeroed = vec![0_u8; 5_000];
    assert_eq!(held() - before, 15_000);
    drop(taken);
    assert_eq!(held() - before, 5_000);
    drop(zeroed);
    assert_eq!(held() - before, 0);
}

#[test]
fn growth_counts_the_difference() {
    let before = held();
    let mut text = String::with_capacity(100);
    text.push('a');
    text.reserve_exact(1_000);
    assert_eq!(held() - before, 1_001);
    text.shrink_to_fit();
    assert_eq!(held() - before, 1);
}

#[test]
fn the_most_is_kept_until_it_is_forgotten() {
    forget_most();
    let before = held();
    drop(Vec::<u8>::with_capacity(1 << 20));
    assert!(most() - before >= 1 << 20);
    forget_most();
    assert!(most() - before < 1 << 20);
}

#[test]
fn each_thread_counts_for_itself() {
    let before = held();
    let there = std::thread::spawn(|| {
        let before = held();
        let kept: Vec<u8> = Vec::with_capacity(1 << 20);
        (held() - before, kept)
    });
    let (counted, kept) = there.join().expect("the thread ends");
    assert_eq!(counted, 1 << 20);
    assert!(
        (held() - before).abs() < 1 << 16,
        "a neighbour does not notice"
    );
    // Given back here: the difference is the giver's.
    drop(kept);
    assert!(held() - before < -(1 << 19));
}
