//! The Rust parts: format, rules of the house, lints, tests.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::{
    Setting,
    counts::{Counts, SummaryLines, from_junit},
    report::{FailedTests, Report},
};
use crate::{console, process, tidy, tools};

pub(super) fn check_style(setting: &Setting<'_>, report: &mut Report) {
    report.part("rust format", || {
        process::run(
            setting.interrupt,
            setting
                .cargo()
                .args(["fmt", "--all", "--", "--check", "-l"]),
        )
        .context("the files above are not formatted; `cargo fmt --all` mends that")?;
        Ok(None)
    });
    report.part("rules of the house", || {
        let ended = tidy::run(setting.project)?;
        ensure!(
            ended == std::process::ExitCode::SUCCESS,
            "`cargo xtask tidy` has findings"
        );
        Ok(None)
    });
}

pub(super) fn check_lints(setting: &Setting<'_>, report: &mut Report) {
    report.part("rust lints", || {
        let arguments = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ];
        process::run(setting.interrupt, setting.cargo().args(arguments))?;
        Ok(None)
    });
}

pub(super) fn run_tests(setting: &Setting<'_>, report: &mut Report) {
    report.part("rust tests", || {
        if tools::find("cargo-nextest").is_some() {
            return with_nextest(setting);
        }
        ensure!(
            setting.filter.is_none(),
            "--filter needs nextest: `cargo install --locked cargo-nextest`"
        );
        console::line("cargo-nextest is not installed, so `cargo test` does its work, more slowly");
        with_cargo_test(setting)
    });
}

fn with_nextest(setting: &Setting<'_>) -> Result<Option<Counts>> {
    // nextest keeps its reports in the checkout, wherever cargo builds.
    let junit = setting
        .project
        .root()
        .join("target/nextest/default/junit.xml");
    let _ = fs::remove_file(&junit);
    let mut command = setting.cargo();
    command.args(["nextest", "run", "--workspace"]);
    if let Some(expression) = setting.filter {
        command.args(["--filterset", expression]);
    }
    let ended = process::run(setting.interrupt, &mut command);
    let counts = fs::read_to_string(&junit)
        .ok()
        .and_then(|text| from_junit(&text));
    conclude(ended, counts)
}

fn with_cargo_test(setting: &Setting<'_>) -> Result<Option<Counts>> {
    let mut summary = SummaryLines::default();
    let mut command = setting.cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]);
    let ended = process::run_watched(setting.interrupt, &mut command, |line| summary.read(line));
    conclude(ended, summary.counts())
}

/// Keeps the counts when the runner failed because tests did.
pub(super) fn conclude(ended: Result<()>, counts: Option<Counts>) -> Result<Option<Counts>> {
    match (ended, counts) {
        (Ok(()), counts) => Ok(counts),
        (Err(error), Some(counts))
            if counts.failed > 0 && !error.is::<crate::interrupt::Interrupted>() =>
        {
            Err(FailedTests(counts).into())
        }
        (Err(error), _) => Err(error),
    }
}
