//! Measures Lathe from outside, over HTTP, beside baselines taken in the same run on the same machine.
//!
//! An absolute number says little about a program and much about a machine; a ratio to what the bare libraries reach there
//! can be compared from one machine to the next. `cargo xtask bench` builds and starts this.

mod backends;
mod baselines;
mod client;
mod copies;
mod documents;
mod lathe;
mod load;
mod report;
mod workloads;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};

use crate::{backends::BackendKind, baselines::Baselines, report::Report, workloads::Bench};

#[derive(Parser)]
struct Arguments {
    /// The `lathe` program to measure.
    #[arg(long, required_unless_present = "echo_server")]
    lathe: Option<PathBuf>,
    /// The folder for the reports.
    #[arg(long, default_value = "target/bench")]
    report: PathBuf,
    /// Measure only one backend.
    #[arg(long)]
    only: Option<Only>,
    /// Measure only these workloads, such as `W1,W3a`.
    #[arg(long, value_delimiter = ',')]
    workload: Vec<String>,
    /// Shorter measurements: enough to see that everything works, too short to compare.
    #[arg(long)]
    quick: bool,
    /// Serve the baseline of a bare web server on this port, and nothing else.
    #[arg(long, hide = true)]
    echo_server: Option<u16>,
    /// A superuser's address of a Postgres in which a database for this run may be created.
    #[arg(long, env = "TEST_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    #[arg(long, env = "TEST_REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Only {
    Baselines,
    Embedded,
    Postgres,
}

/// How long each measurement takes.
#[derive(Clone, Copy)]
struct Effort {
    window: Duration,
    runs: usize,
    accepted: usize,
    /// Executions in a long history.
    kept: usize,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    if let Some(port) = arguments.echo_server {
        return tokio::runtime::Runtime::new()?.block_on(baselines::echo::serve(port));
    }
    // The generator of load shares the processors with what it measures, so it makes do with one thread.
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(measure(arguments))
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let effort = if arguments.quick {
        Effort {
            window: Duration::from_millis(500),
            runs: 5,
            accepted: 5_000,
            kept: 50_000,
        }
    } else {
        Effort {
            window: Duration::from_secs(4),
            runs: 20,
            accepted: 100_000,
            kept: 1_000_000,
        }
    };
    let program = arguments.lathe.as_deref().context("--lathe is missing")?;
    let mut report = Report::default();
    let baselines =
        Baselines::measure(effort, arguments.database_url.as_deref(), &mut report).await?;
    let wants = |part| arguments.only.is_none_or(|only| only == part);
    let mut kinds = Vec::new();
    if wants(Only::Embedded) {
        kinds.push(BackendKind::Embedded);
    }
    if let (true, Some(database), Some(redis)) = (
        wants(Only::Postgres),
        &arguments.database_url,
        &arguments.redis_url,
    ) {
        kinds.push(BackendKind::Apart { database, redis });
    }
    for kind in kinds {
        let bench = Bench {
            program,
            kind,
            effort,
            baselines: &baselines,
            wanted: &arguments.workload,
        };
        workloads::measure(&bench, &mut report).await?;
    }
    report.write(&arguments.report, arguments.quick)
}
