//! The Rust parts: format, rules of the house, lints, tests.

use std::{fs, process::Command};

use anyhow::{Context, Result, ensure};

use super::{
    Setting,
    counts::{Counts, SummaryLines, from_junit},
    report::{FailedTests, Report},
};
use crate::{console, process, supply, tidy, tools};

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

/// What may come into the build. A test of ours holds it against the same file; cargo-deny takes minutes to compile, and knows
/// of more.
pub(super) fn check_supply(setting: &Setting<'_>, report: &mut Report) {
    report.part("supply chain", || {
        ensure!(
            supply::check(setting.project)?,
            "something comes into the build that deny.toml keeps out"
        );
        if tools::find("cargo-deny").is_none() {
            console::line(
                "cargo-deny is not installed, so that yanked versions and advisories are NOT CHECKED: `cargo install --locked cargo-deny`",
            );
            return Ok(None);
        }
        let arguments = ["deny", "--offline", "check", "bans", "licenses", "sources"];
        process::run(setting.interrupt, setting.cargo().args(arguments))?;
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

/// The engine is to run in a browser too: it must build for one.
pub(super) fn check_browser_build(setting: &Setting<'_>, report: &mut Report) {
    const TARGET: &str = "wasm32-unknown-unknown";
    report.part("engine for the browser", || {
        if !has_target(TARGET) {
            console::line(&format!(
                "NOT CHECKED: the target {TARGET} is not installed, and could not be (`rustup target add {TARGET}`)"
            ));
            return Ok(None);
        }
        let arguments = ["check", "--package", "engine", "--target", TARGET];
        process::run(setting.interrupt, setting.cargo().args(arguments))
            .context("the engine does not build for the browser")?;
        Ok(None)
    });
}

/// Whether the toolchain has a target; one that is missing is installed.
fn has_target(target: &str) -> bool {
    let listed = process::capture(Command::new("rustup").args(["target", "list", "--installed"]));
    if listed.is_ok_and(|list| list.lines().any(|line| line == target)) {
        return true;
    }
    console::line(&format!("installing the target {target}"));
    process::capture(Command::new("rustup").args(["target", "add", target])).is_ok()
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
    draw_the_same_cases(&mut command);
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
    draw_the_same_cases(&mut command);
    let ended = process::run_watched(setting.interrupt, &mut command, |line| summary.read(line));
    conclude(ended, summary.counts())
}

/// Property tests draw the same cases each time, so that a change that fails broke something; others are asked for.
fn draw_the_same_cases(command: &mut Command) {
    const SEED: &str = "PROPTEST_RNG_SEED";
    if std::env::var_os(SEED).is_none() {
        command.env(SEED, "1");
    }
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
