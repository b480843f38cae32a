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
    /// Which part was measured: `baseline`, `embedded`, `postgres+redis`.
    part: &'static str,
    name: String,
    value: f64,
    unit: &'static str,
    /// How this compares to a baseline, in words and as a number.
    ratio: Option<Ratio>,
    aim: Option<Aim>,
}

#[derive(Clone, Serialize)]
pub(crate) struct Ratio {
    value: f64,
    of: String,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Aim {
    AtMost(f64),
    AtLeast(f64),
}

impl Figure {
    pub(crate) fn new(
        part: &'static str,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            part,
            name: name.into(),
            value,
            unit,
            ratio: None,
            aim: None,
        }
    }

    pub(crate) fn compared(mut self, baseline: f64, of: impl Into<String>) -> Self {
        self.ratio = Some(Ratio {
            value: self.value / baseline,
            of: of.into(),
        });
        self
    }

    pub(crate) fn aim(mut self, aim: Aim) -> Self {
        self.aim = Some(aim);
        self
    }
}

impl Aim {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }

    fn words(self, value: f64) -> String {
        let (sign, limit) = match self {
            Self::AtMost(limit) => ('<', limit),
            Self::AtLeast(limit) => ('>', limit),
        };
        format!(
            "{sign} {} {}",
            number(limit),
            if self.is_met(value) { "met" } else { "MISSED" }
        )
    }
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
                "\n{:<46}{:>12} {:<12}{:<18}{}",
                figure.part, "", "", "aim", "ratio"
            ));
        }
        let aim = figure
            .aim
            .map(|aim| aim.words(figure.value))
            .unwrap_or_default();
        let ratio = figure
            .ratio
            .as_ref()
            .map(|ratio| format!("{} of {}", number(ratio.value), ratio.of));
        let (name, value, unit) = (&figure.name, number(figure.value), figure.unit);
        let row = format!(
            "  {name:<44}{value:>12} {unit:<12}{aim:<18}{}",
            ratio.unwrap_or_default()
        );
        line(row.trim_end());
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
        line(&format!("\nwritten to {}", file.display()));
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
        _ => format!("{value:.4}"),
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
    fn an_aim_says_whether_it_is_met() {
        assert_eq!(Aim::AtMost(10.0).words(9.0), "< 10.0 met");
        assert_eq!(Aim::AtLeast(20_000.0).words(9.0), "> 20000 MISSED");
    }
}
