//! `simulate`: runs seeds, prints what they came to, and shows one of them once more.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use simulation::{Amount, Plant, run, trace};

#[derive(Parser)]
#[command(
    about = "Simulates runners, their store and their queue from seeds, and checks what must hold."
)]
struct Options {
    /// How many seeds.
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// No further seed begins after so many minutes.
    #[arg(long)]
    minutes: Option<u64>,
    /// One seed only.
    #[arg(long, conflicts_with_all = ["seeds", "first", "minutes"])]
    seed: Option<u64>,
    /// Every entry of its trace.
    #[arg(long, requires = "seed")]
    trace: bool,
    /// A bug in the world around the runners, to see that it is found.
    #[arg(long)]
    plant: Option<Plant>,
}

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    let mut out = std::io::stdout().lock();
    let report = match options.seed {
        Some(seed) => {
            let (report, lines, hash) = trace(seed, options.plant)?;
            if options.trace {
                for line in lines {
                    writeln!(out, "{line}")?;
                }
            }
            writeln!(out, "trace hash {hash:016x}")?;
            report
        }
        None => {
            let amount = Amount {
                first: options.first,
                seeds: options.seeds,
                within: options
                    .minutes
                    .map(|minutes| Duration::from_secs(60 * minutes)),
                until_first: false,
            };
            run(amount, options.plant)?
        }
    };
    write!(out, "{}", report.text())?;
    Ok(match report.is_green() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
