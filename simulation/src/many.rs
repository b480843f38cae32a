//! Many seeds, one on each thread at a time.

use std::panic;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant};

use crate::nodes::OnPurpose;
use crate::plant::Plant;
use crate::report::Report;
use crate::simulate::simulate;
use crate::world::lock;

/// Which seeds are simulated.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    pub first: u64,
    pub seeds: u64,
    /// No further seed begins after this.
    pub within: Option<Duration>,
    /// The first violation is enough.
    pub until_first: bool,
}

/// Simulates seeds in parallel and adds them up.
pub fn run(amount: Amount, plant: Option<Plant>) -> std::io::Result<Report> {
    be_quiet_about_panics_on_purpose();
    let (begun, next) = (Instant::now(), AtomicU64::new(amount.first));
    let report = Mutex::new(Report::new(plant));
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .max(2);
    let worked = std::thread::scope(|scope| {
        let work = || -> std::io::Result<()> {
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                let late = amount
                    .within
                    .is_some_and(|within| begun.elapsed() >= within);
                let found = amount.until_first && !lock(&report).is_green();
                if seed >= amount.first.saturating_add(amount.seeds) || late || found {
                    return Ok(());
                }
                let simulated = simulate(seed, plant, false)?;
                lock(&report).add(simulated);
            }
        };
        let working: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = working.into_iter().map(|thread| match thread.join() {
            Ok(worked) => worked,
            Err(_) => Err(std::io::Error::other("the simulator panicked")),
        });
        ended.collect::<std::io::Result<()>>()
    });
    worked?;
    let mut report = report.into_inner().unwrap_or_default();
    report.took(begun.elapsed());
    Ok(report)
}

/// One seed, with every entry of its trace; and the hash of it, by which two runs are compared.
pub fn trace(seed: u64, plant: Option<Plant>) -> std::io::Result<(Report, Vec<String>, u64)> {
    be_quiet_about_panics_on_purpose();
    let begun = Instant::now();
    let mut simulated = simulate(seed, plant, true)?;
    let (lines, hash) = (std::mem::take(&mut simulated.trace), simulated.hash);
    let mut report = Report::new(plant);
    report.add(simulated);
    report.took(begun.elapsed());
    Ok((report, lines, hash))
}

fn be_quiet_about_panics_on_purpose() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !info.payload().is::<OnPurpose>() {
                before(info);
            }
        }));
    });
}
