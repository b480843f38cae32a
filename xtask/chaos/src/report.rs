//! The table for people and the file for programs.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use serde_json::{Value, json};

use crate::{
    scenarios::{self, Scenario},
    tally::Tally,
};

#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

struct Row {
    place: usize,
    id: &'static str,
    fault: &'static str,
    seed: u64,
    tally: Tally,
    took: Duration,
}

impl Report {
    /// Takes a result and tells it at once: the whole takes long, and what goes wrong should be seen early.
    pub(crate) fn add(&mut self, scenario: &Scenario, seed: u64, tally: Tally, took: Duration) {
        let place = scenarios::ALL.iter().position(|one| one.id == scenario.id);
        let row = Row {
            place: place.unwrap_or_default(),
            id: scenario.id,
            fault: scenario.fault,
            seed,
            tally,
            took,
        };
        say(&format!(
            "{:<4} {:<6} {:>5.1} s  {}",
            row.id,
            row.verdict(),
            took.as_secs_f64(),
            row.fault
        ));
        for note in row.tally.notes.iter().chain(&row.tally.skipped) {
            say(&format!("       {note}"));
        }
        for violation in row.tally.violations() {
            say(&format!("       VIOLATED: {violation}"));
        }
        let told = row.tally.violations().len();
        if row.tally.violated() > told {
            say(&format!(
                "       … and {} more",
                row.tally.violated() - told
            ));
        }
        self.rows.push(row);
        // In the order of the catalogue, whichever was over first.
        self.rows.sort_by_key(|row| (row.seed, row.place));
    }

    pub(crate) fn is_green(&self) -> bool {
        self.rows.iter().all(|row| row.tally.holds())
    }

    pub(crate) fn print(&self, took: Duration) {
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY);
        table.set_header([
            "",
            "fault",
            "tried",
            "acked",
            "lost",
            "duplicated",
            "stuck",
            "repeated",
            "recovery p50",
            "max",
            "verdict",
            "seed",
        ]);
        for row in &self.rows {
            let tally = &row.tally;
            let recovery = tally.recovery();
            let seconds = |time: Option<Duration>| {
                time.map_or_else(String::new, |time| format!("{:.1} s", time.as_secs_f64()))
            };
            table.add_row([
                row.id.to_owned(),
                row.fault.to_owned(),
                tally.tried.to_string(),
                tally.acked.to_string(),
                tally.lost.to_string(),
                tally.duplicated.to_string(),
                tally.stuck.to_string(),
                tally.repeated.to_string(),
                seconds(recovery.map(|(middle, _)| middle)),
                seconds(recovery.map(|(_, longest)| longest)),
                row.verdict().to_owned(),
                row.seed.to_string(),
            ]);
        }
        say(&format!("\n{table}"));
        let broken = self.rows.iter().filter(|row| !row.tally.holds()).count();
        let skipped = self
            .rows
            .iter()
            .filter(|row| row.tally.skipped.is_some())
            .count();
        say(&format!(
            "{} held, {broken} broken, {skipped} skipped, {:.0} s",
            self.rows.len() - broken - skipped,
            took.as_secs_f64()
        ));
    }

    pub(crate) fn write(&self, folder: &Path, short: bool) -> Result<()> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        let at = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
        let text =
            serde_json::to_string_pretty(&json!({ "at": at, "short": short, "faults": rows }))?;
        let file = folder.join(format!("{at}.json"));
        for place in [&file, &folder.join("latest.json")] {
            fs::write(place, &text).with_context(|| format!("cannot write {}", place.display()))?;
        }
        say(&format!("written to {}", file.display()));
        Ok(())
    }
}

impl Row {
    fn verdict(&self) -> &'static str {
        match (&self.tally.skipped, self.tally.holds()) {
            (_, false) => "BROKEN",
            (Some(_), true) => "SKIPPED",
            (None, true) => "held",
        }
    }

    fn json(&self) -> Value {
        let tally = &self.tally;
        let recovery = tally.recovery();
        json!({
            "id": self.id,
            "fault": self.fault,
            "seed": self.seed,
            "tried": tally.tried,
            "acked": tally.acked,
            "lost": tally.lost,
            "duplicated": tally.duplicated,
            "stuck": tally.stuck,
            "repeated_effects": tally.repeated,
            "recovery_p50_ms": recovery.map(|(middle, _)| middle.as_millis() as u64),
            "recovery_max_ms": recovery.map(|(_, longest)| longest.as_millis() as u64),
            "took_ms": self.took.as_millis() as u64,
            "holds": tally.holds(),
            "violations": tally.violations(),
            "notes": tally.notes,
            "skipped": tally.skipped,
        })
    }
}

pub(crate) fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}
