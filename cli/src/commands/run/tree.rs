//! A run as a live tree on the terminal: a row per step with its mark, time and last words.

use std::collections::HashMap;

use engine::Time;
use engine::execution::{Event, EventKind};
use engine::ports::bus::Progress;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::news::{Ended, News};
use super::plain::waits_for;
use super::view::{Outline, View, conclude};
use crate::console;

const FRAMES: &str = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ";

pub(crate) struct Tree {
    head: ProgressBar,
    rows: HashMap<String, Row>,
    /// Keeps the rows on the screen together.
    _rows_together: MultiProgress,
}

struct Row {
    bar: ProgressBar,
    /// What stands before the step's words: its branch of the tree and its padded name.
    branch: &'static str,
    name: String,
    since: Option<Time>,
    running: bool,
    /// The moment of the progress that was shown last: the same is told again now and then.
    progress: Option<Time>,
}

#[derive(Clone, Copy)]
enum Mark {
    Pending,
    Running,
    Waiting,
    Succeeded,
    Failed,
    Skipped,
    Cancelled,
}

impl Tree {
    pub(crate) fn new(outline: &Outline) -> Self {
        let together = MultiProgress::new();
        let head =
            together.add(ProgressBar::new_spinner().with_style(head_style("{spinner:.cyan}")));
        head.set_message(outline.title.clone());
        let width = outline.steps.iter().map(String::len).max().unwrap_or(0);
        let last = outline.steps.len().saturating_sub(1);
        let row = |(place, step): (usize, &String)| {
            let bar = together.add(ProgressBar::new_spinner());
            let branch = if place == last { "└─" } else { "├─" };
            let row = Row {
                bar,
                branch,
                name: format!("{step:<width$}"),
                since: None,
                running: false,
                progress: None,
            };
            row.show(Mark::Pending, "");
            (step.clone(), row)
        };
        let rows = outline.steps.iter().enumerate().map(row).collect();
        Self {
            head,
            rows,
            _rows_together: together,
        }
    }

    fn event(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::StepReady { step } => self.set(&step.path, Mark::Pending, "ready"),
            EventKind::StepRunning { step, .. } => {
                if let Some(row) = self.rows.get_mut(&*step.path) {
                    row.begin(at, step.attempt);
                }
            }
            EventKind::StepWaiting { step, waiting, .. } => {
                self.set(&step.path, Mark::Waiting, &waits_for(waiting));
            }
            EventKind::StepRetrying { step, error, .. } => {
                self.set(
                    &step.path,
                    Mark::Waiting,
                    &format!("will try again: {}", error.message),
                );
            }
            EventKind::StepSucceeded { step, reason, .. } => {
                self.close(
                    &step.path,
                    at,
                    Mark::Succeeded,
                    reason.as_deref().unwrap_or_default(),
                );
            }
            EventKind::StepFailed { step, error, .. } => {
                self.close(&step.path, at, Mark::Failed, &error.message);
            }
            EventKind::StepSkipped { step, reason } => {
                self.close(
                    &step.path,
                    at,
                    Mark::Skipped,
                    reason.as_deref().unwrap_or("skipped"),
                );
            }
            EventKind::StepCancelled { step } => {
                self.close(&step.path, at, Mark::Cancelled, "cancelled");
            }
            _ => {}
        }
    }

    fn set(&mut self, step: &str, mark: Mark, words: &str) {
        if let Some(row) = self.rows.get_mut(step) {
            row.running = false;
            row.show(mark, words);
        }
    }

    fn close(&mut self, step: &str, at: Time, mark: Mark, words: &str) {
        if let Some(row) = self.rows.get_mut(step) {
            row.close(at, mark, words);
        }
    }
}

impl Row {
    fn begin(&mut self, at: Time, attempt: u32) {
        (self.since, self.running) = (Some(at), true);
        self.bar.reset_elapsed();
        let words = if attempt > 1 {
            format!("attempt {attempt}")
        } else {
            String::new()
        };
        self.show(Mark::Running, &words);
    }

    fn progress(&mut self, progress: &Progress) {
        if !self.running || self.progress.is_some_and(|shown| shown >= progress.at) {
            return;
        }
        self.progress = Some(progress.at);
        let percent = progress.fraction.map(|fraction| (fraction * 100.0).floor());
        let percent = percent.map_or_else(String::new, |percent| format!("{percent:>3} %  "));
        self.bar
            .set_message(format!("{percent}{}", progress.message));
    }

    fn close(&mut self, at: Time, mark: Mark, words: &str) {
        let took = self
            .since
            .map(|since| console::span((at - since).num_milliseconds()))
            .unwrap_or_default();
        self.running = false;
        self.show(mark, &format!("{took:>9}  {words}"));
    }

    fn show(&self, mark: Mark, words: &str) {
        self.bar.set_style(self.style(mark));
        self.bar.set_message(words.to_owned());
        self.bar.tick();
    }

    fn style(&self, mark: Mark) -> ProgressStyle {
        let sign = match mark {
            Mark::Pending => "{sign:.dim}",
            Mark::Running => "{spinner:.cyan}",
            Mark::Waiting => "{sign:.yellow}",
            Mark::Succeeded => "{sign:.green}",
            Mark::Failed => "{sign:.red}",
            Mark::Skipped | Mark::Cancelled => "{sign:.dim}",
        };
        let letter = match mark {
            Mark::Succeeded => "✔",
            Mark::Failed => "✘",
            Mark::Skipped => "-",
            Mark::Cancelled => "■",
            Mark::Waiting => "…",
            Mark::Pending | Mark::Running => "·",
        };
        let took = if matches!(mark, Mark::Running) {
            "{took:>9}  "
        } else {
            ""
        };
        let template = format!("{} {sign} {}  {took}{{wide_msg}}", self.branch, self.name);
        styled(&template)
            .with_key(
                "sign",
                move |_: &indicatif::ProgressState, line: &mut dyn std::fmt::Write| {
                    let _ = line.write_str(letter);
                },
            )
            .with_key(
                "took",
                |state: &indicatif::ProgressState, line: &mut dyn std::fmt::Write| {
                    let millis = i64::try_from(state.elapsed().as_millis()).unwrap_or(i64::MAX);
                    let _ = line.write_str(&console::span(millis));
                },
            )
    }
}

impl View for Tree {
    fn news(&mut self, news: &News) -> anyhow::Result<()> {
        match news {
            News::Event(event) => self.event(event),
            News::Log(line) => {
                if let Some(row) = self.rows.get(&line.step).filter(|row| row.running) {
                    row.bar.set_message(line.text.trim().to_owned());
                }
            }
            News::Progress(progress) => {
                if let Some(row) = self.rows.get_mut(&*progress.step) {
                    row.progress(progress);
                }
            }
        }
        Ok(())
    }

    fn tick(&mut self) {
        self.head.tick();
        for row in self.rows.values().filter(|row| row.running) {
            row.bar.tick();
        }
    }

    fn cancelling(&mut self) {
        self.head
            .set_message("cancelling; press Ctrl-C again to leave at once");
    }

    fn end(&mut self, ended: &Ended) -> anyhow::Result<()> {
        for step in &ended.steps {
            if let (Some(row), Some(reason)) = (self.rows.get(&step.path), &step.reason) {
                let took = step.duration_ms.map(console::span).unwrap_or_default();
                row.bar.set_message(format!("{took:>9}  {reason}"));
            }
        }
        for row in self.rows.values() {
            row.bar.abandon();
        }
        self.head.finish_and_clear();
        conclude(ended);
        Ok(())
    }
}

fn head_style(sign: &str) -> ProgressStyle {
    styled(&format!("{sign} {{wide_msg:.bold}}"))
}

/// The templates are our own; one that does not parse shows the bare words.
fn styled(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .tick_chars(FRAMES)
}
