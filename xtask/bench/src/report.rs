//! The figures, the table for people and the file for programs.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
pub(crate) struct Figure {
    /// Which part was measured: `limit`, `embedded`, `postgres+redis`.
    part: &'static str,
    /// `W1` and so on; empty for what is measured besides.
    workload: &'static str,
    name: String,
    value: f64,
    unit: &'static str,
    limit: Option<Limit>,
    target: Option<Target>,
}

/// What the bare parts reach on this machine in the same run, in the unit of the figure.
#[derive(Clone, Serialize)]
pub(crate) struct Limit {
    pub(crate) value: f64,
    /// In words, such as `0.3 row`.
    pub(crate) name: String,
}

/// What a figure has to reach: of its limit where it has one, and by itself otherwise.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
}

impl Figure {
    pub(crate) fn new(
        part: &'static str,
        workload: &'static str,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            part,
            workload,
            name: name.into(),
            value,
            unit,
            limit: None,
            target: None,
        }
    }

    /// Sets the figure beside a limit; its target is a share or a multiple of that.
    pub(crate) fn beside(mut self, limit: f64, name: impl Into<String>) -> Self {
        self.limit = Some(Limit {
            value: limit,
            name: name.into(),
        });
        self
    }

    pub(crate) fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    fn ratio(&self) -> Option<f64> {
        self.limit.as_ref().map(|limit| self.value / limit.value)
    }

    /// How much of its target is reached: 1 is all of it, and more is better.
    fn reached(&self) -> Option<f64> {
        let measured = self.ratio().unwrap_or(self.value);
        Some(match self.target? {
            Target::AtMost(most) => most / measured,
            Target::AtLeast(least) => measured / least,
        })
    }

    fn row(&self) -> String {
        let Self {
            workload,
            name,
            unit,
            ..
        } = self;
        let value = number(self.value);
        let ratio = self
            .limit
            .as_ref()
            .zip(self.ratio())
            .map(|(limit, ratio)| format!("{} x {}", number(ratio), limit.name))
            .unwrap_or_default();
        let target = self.target.map(Target::words).unwrap_or_default();
        let reached = self.reached().map(bar).unwrap_or_default();
        let row = format!(
            "  {workload:<5}{name:<38}{value:>9} {unit:<11}{ratio:<18}{target:<9}{reached}"
        );
        row.trim_end().to_owned()
    }
}

impl Target {
    fn words(self) -> String {
        match self {
            Self::AtMost(limit) => format!("<= {}", number(limit)),
            Self::AtLeast(limit) => format!(">= {}", number(limit)),
        }
    }
}

/// Ten marks are the target.
fn bar(reached: f64) -> String {
    let marks = (reached * 10.0).floor().clamp(0.0, 20.0) as usize;
    let verdict = if reached >= 1.0 { "met" } else { "MISSED" };
    format!("{:<20} {verdict}", "#".repeat(marks))
}

#[derive(Default)]
pub(crate) struct Report {
    figures: Vec<Figure>,
}

impl Report {
    /// Takes a figure and shows it at once: a measurement takes minutes, and one that goes wrong should be seen early.
    pub(crate) fn add(&mut self, figure: Figure) {
        if self
            .figures
            .last()
            .is_none_or(|last| last.part != figure.part)
        {
            line(&format!(
                "\n{:<45}{:>9} {:<11}{:<18}{:<9}of the target (ten marks)",
                figure.part, "", "", "ratio", "target"
            ));
        }
        line(&figure.row());
        self.figures.push(figure);
    }

    pub(crate) fn write(&self, folder: &Path, quick: bool) -> Result<()> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        let at = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let processors = std::thread::available_parallelism()?.get();
        let report =
            json!({ "at": at, "quick": quick, "processors": processors, "figures": self.figures });
        let text = serde_json::to_string_pretty(&report)?;
        let file = folder.join(format!("{at}.json"));
        for place in [&file, &folder.join("latest.json")] {
            fs::write(place, &text).with_context(|| format!("cannot write {}", place.display()))?;
        }
        let targets: Vec<f64> = self.figures.iter().filter_map(Figure::reached).collect();
        let met = targets.iter().filter(|reached| **reached >= 1.0).count();
        line(&format!(
            "\n{met} of {} targets met; written to {}",
            targets.len(),
            file.display()
        ));
        Ok(())
    }
}

/// Three or four digits, whatever the size.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100_000.0 => format!("{:.0}k", value / 1000.0),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_share_of_the_limit() {
        let figure = Figure::new("embedded", "W3a", "steps", 30.0, "steps/s")
            .beside(200.0, "row")
            .target(Target::AtLeast(0.3));
        assert_eq!(figure.ratio(), Some(0.15));
        assert_eq!(figure.reached(), Some(0.5));
        assert!(figure.row().ends_with("#####                MISSED"));
    }

    #[test]
    fn less_is_better_where_a_target_is_a_bound() {
        let figure =
            Figure::new("embedded", "W6", "idle", 20.0, "MiB").target(Target::AtMost(30.0));
        assert_eq!(figure.reached(), Some(1.5));
        assert!(figure.row().ends_with("met"));
    }
}
