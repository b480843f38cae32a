//! Breaks a real installation from outside, and proves with a ledger outside of it that nothing was lost or stuck.
//!
//! Real processes run a workflow whose steps each leave a line in the ledger, while databases, connections and the
//! processes themselves are killed, stopped and cut. `cargo xtask chaos` builds and starts this; `docs/engine/chaos.md`
//! says what it tries and how its table is read.

mod api;
mod check;
mod database;
mod dice;
mod facts;
mod installation;
mod ledger;
mod load;
mod patience;
mod process;
mod proxy;
mod report;
mod scenarios;
mod servers;
mod setting;
mod tally;
mod workflow;

use std::{
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use clap::Parser;
use futures::{StreamExt, stream};

use crate::{
    report::{Report, say},
    scenarios::Scenario,
    setting::Setting,
    tally::Tally,
};

#[derive(Parser)]
struct Arguments {
    /// The `lathe` program to break.
    #[arg(long)]
    lathe: PathBuf,
    /// The folder for the reports, and for the logs of what broke.
    #[arg(long, default_value = "target/chaos")]
    report: PathBuf,
    /// Only these faults, for instance `R1,R5`.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Fewer executions and repetitions: enough to see that nothing is broken, too few to find what is rare.
    #[arg(long)]
    short: bool,
    /// Begins all that is left to chance; printed with every row.
    #[arg(long)]
    seed: Option<u64>,
    /// Try everything so often, each time with another seed.
    #[arg(long, default_value_t = 1)]
    rounds: u64,
    /// So many faults at the same time, each with servers of its own.
    #[arg(long)]
    at_once: Option<usize>,
    /// A superuser's address of a Postgres in which databases for this run may be created; where the server itself is
    /// to die, and without this, a private one is started.
    #[arg(long, env = "TEST_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Host and port of a registry of images that speaks plain HTTP.
    #[arg(long, env = "TEST_REGISTRY")]
    registry: Option<String>,
}

fn main() -> ExitCode {
    // One thread, which also starts all processes: they are bound to it, and end when it does.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let ran = runtime
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(&Arguments::parse())));
    match ran {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Each has servers of its own, and most of their time they wait for leases to end.
const AT_ONCE: usize = 4;

/// Tried first, so that none of them is left over in the end, alone.
const LONGEST: [&str; 5] = ["R17", "R18", "R28", "R22", "R21"];

async fn attempt<'s>(scenario: &'s Scenario, setting: &Setting) -> (&'s Scenario, Tally, Duration) {
    let began = Instant::now();
    let mut tally = Tally::new(setting.short);
    if let Err(error) = (scenario.run)(setting, &mut tally).await {
        tally.violation(format!("it could not be tried to the end: {error:#}"));
    }
    (scenario, tally, began.elapsed())
}

/// Whether everything held.
async fn run(arguments: &Arguments) -> Result<bool> {
    let wanted: Vec<_> = scenarios::ALL
        .iter()
        .filter(|scenario| {
            let named = |name: &String| name.eq_ignore_ascii_case(scenario.id);
            arguments.only.is_empty() || arguments.only.iter().any(named)
        })
        .collect();
    ensure!(
        !wanted.is_empty(),
        "there is no such fault: {:?}",
        arguments.only
    );
    let first = arguments.seed.unwrap_or_else(dice::any_seed);
    let mut report = Report::default();
    let began = Instant::now();
    for round in 0..arguments.rounds {
        let seed = first.wrapping_add(round);
        let setting = Setting::new(
            &arguments.lathe,
            &arguments.report,
            arguments.short,
            seed,
            arguments.database_url.clone(),
            arguments.registry.clone(),
        )?;
        say(&format!("seed {seed}"));
        // Those that measure how fast things are have the machine to themselves.
        let at_once = arguments.at_once.unwrap_or(AT_ONCE);
        for (alone, at_once) in [(false, at_once), (true, 1)] {
            let mut now: Vec<_> = wanted
                .iter()
                .filter(|scenario| (scenario.alone && !arguments.short) == alone)
                .collect();
            now.sort_by_key(|scenario| {
                let long = LONGEST.iter().position(|id| *id == scenario.id);
                long.unwrap_or(LONGEST.len())
            });
            let mut trying = stream::iter(now)
                .map(|scenario| attempt(scenario, &setting))
                .buffer_unordered(at_once.max(1));
            while let Some((scenario, tally, took)) = trying.next().await {
                report.add(scenario, seed, tally, took);
            }
        }
        setting.close(!report.is_green());
    }
    report.print(began.elapsed());
    report.write(&arguments.report, arguments.short)?;
    Ok(report.is_green())
}
