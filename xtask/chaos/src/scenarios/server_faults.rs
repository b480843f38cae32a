//! What R5 to R9 share: work that goes on while a server is broken and mended, and the longest stall after that.

use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use crate::{installation::Installation, ledger::Line, load::Load, tally::Tally};

/// The longest time without a line from a moment on, up to the last line.
fn longest_stall(lines: &[Line], from: Instant) -> Duration {
    let mut times: Vec<Instant> = lines.iter().map(|line| line.at).collect();
    times.sort_unstable();
    let mut last = from;
    let mut longest = Duration::ZERO;
    for at in times.into_iter().filter(|at| *at > from) {
        longest = longest.max(at - last);
        last = at;
    }
    longest
}

/// Every step was done once: nobody died, so nothing had to be done again.
pub(super) fn nothing_again(installation: &Installation<'_>, tally: &mut Tally) {
    let (lines, repeated) = (installation.ledger.count(), tally.repeated);
    tally.demand(repeated == 0, || {
        format!("{repeated} of {lines} effects happened again although no runner died")
    });
}

/// Brings a fault about so often, each time in the middle of runs of its own, and gives the moments when it was over.
pub(super) async fn in_waves(
    installation: &Installation<'_>,
    load: &Load,
    (faults, runs): (usize, usize),
    tally: &mut Tally,
    mut fault: impl AsyncFnMut(usize) -> Result<()>,
) -> Result<Vec<Instant>> {
    let mut over = Vec::new();
    for number in 0..faults {
        let before = installation.ledger.count();
        let wanting = load.want(runs / faults, 16);
        let breaking = async {
            let work = installation
                .ledger
                .reaches(before + 5, Duration::from_secs(30));
            work.await?;
            fault(number).await?;
            over.push(Instant::now());
            Ok::<_, anyhow::Error>(())
        };
        let ((), broken) = tokio::join!(wanting, breaking);
        broken?;
        tally.tried += 1;
        installation.settle().await;
    }
    Ok(over)
}

/// Checks everything, and that no stall after a fault was longer than this.
pub(super) async fn conclude(
    installation: &Installation<'_>,
    load: &Load,
    faults: &[Instant],
    longest: Duration,
    tally: &mut Tally,
) -> Result<()> {
    installation.conclude(load, tally).await?;
    let lines = installation.ledger.lines();
    for (index, fault) in faults.iter().enumerate() {
        let until = faults.get(index + 1).copied();
        let part: Vec<Line> = lines
            .iter()
            .filter(|line| until.is_none_or(|until| line.at < until))
            .cloned()
            .collect();
        tally.recovered(longest_stall(&part, *fault), longest);
    }
    nothing_again(installation, tally);
    Ok(())
}
