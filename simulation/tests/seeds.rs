//! Seeds: the same gives the same, and each planted bug is found, by the invariant that it is against.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there"
)]

use simulation::{Amount, Plant, run, trace};

#[test]
fn the_same_seed_gives_the_same_world() {
    for seed in 1..=12 {
        let (_, one, hash) = trace(seed, None).unwrap();
        let (_, other, again) = trace(seed, None).unwrap();
        let differs = one.iter().zip(&other).position(|(one, other)| one != other);
        if let Some(place) = differs {
            panic!(
                "seed {seed}, entry {place}: {} / {}",
                one[place], other[place]
            );
        }
        assert_eq!((one.len(), hash), (other.len(), again), "seed {seed}");
    }
}

/// Those that no check finds would say that the checks ask nothing.
#[test]
fn planted_bugs_are_found() {
    for (plant, _) in Plant::ALL {
        let amount = Amount {
            first: 1,
            seeds: 400,
            within: None,
            until_first: true,
        };
        let report = run(amount, Some(plant)).unwrap();
        let Some((seed, invariant)) = report.first() else {
            panic!("{plant} was not found in {} seeds", report.seeds());
        };
        println!("{plant:<18} found in seed {seed:>4}: {invariant}");
    }
}
