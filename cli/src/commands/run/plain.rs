//! A run as plain lines on stderr, for files, pipes and continuous integration.

use std::collections::HashMap;

use engine::Time;
use engine::execution::{Event, EventKind, StepRef, Waiting};

use super::news::{Ended, News};
use super::view::{Outline, View, conclude};
use crate::console;

pub(crate) struct Plain {
    width: usize,
    /// When the running attempt of each step began.
    since: HashMap<String, Time>,
}

impl Plain {
    pub(crate) fn new(outline: &Outline) -> Self {
        let width = outline.steps.iter().map(String::len).max().unwrap_or(0);
        console::note(format_args!(
            "{}: {} steps",
            outline.title,
            outline.steps.len()
        ));
        Self {
            width,
            since: HashMap::new(),
        }
    }

    fn step(&self, step: &StepRef, text: &str) {
        console::note(format_args!(
            "{:<width$}  {text}",
            step.path,
            width = self.width
        ));
    }

    /// How long the attempt took, if its begin was seen.
    fn took(&mut self, step: &StepRef, at: Time) -> String {
        let since = self.since.remove(&*step.path);
        since
            .map(|since| format!(" in {}", console::span((at - since).num_milliseconds())))
            .unwrap_or_default()
    }

    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::StepRunning { step, .. } => {
                self.since.insert(step.path.to_string(), event.at);
                let again = if step.attempt > 1 {
                    format!(", attempt {}", step.attempt)
                } else {
                    String::new()
                };
                self.step(step, &format!("running{again}"));
            }
            EventKind::StepWaiting { step, waiting, .. } => self.step(step, &waits_for(waiting)),
            EventKind::StepRetrying {
                step, error, until, ..
            } => {
                let text = format!(
                    "failed, again at {}: {}",
                    until.format("%H:%M:%S"),
                    error.message
                );
                self.step(step, &text);
            }
            EventKind::StepSucceeded { step, reason, .. } => {
                let took = self.took(step, event.at);
                self.step(step, &format!("succeeded{took}{}", dash(reason.as_deref())));
            }
            EventKind::StepFailed { step, error, .. } => {
                let took = self.took(step, event.at);
                self.step(step, &format!("failed{took}: {}", error.message));
            }
            EventKind::StepSkipped { step, reason } => {
                self.step(step, &format!("skipped{}", dash(reason.as_deref())));
            }
            EventKind::StepCancelled { step } => self.step(step, "cancelled"),
            EventKind::StepHeld { step, error } => {
                self.step(step, &format!("held: {}", error.message));
            }
            EventKind::Paused { reason } => console::note(format_args!("paused: {reason}")),
            EventKind::Resumed { reason } => console::note(format_args!("resumed: {reason}")),
            EventKind::CleaningUp { error, .. } => {
                console::note(format_args!("cleaning up: {}", error.message));
            }
            EventKind::UndoStarted { of, .. } => console::note(format_args!("undoing {of}")),
            _ => {}
        }
    }
}

impl View for Plain {
    fn news(&mut self, news: &News) -> anyhow::Result<()> {
        match news {
            News::Event(event) => self.event(event),
            News::Log(line) => {
                console::note(format_args!(
                    "{:<width$}  | {}",
                    line.step,
                    line.text,
                    width = self.width
                ));
            }
            // For a file the step's own lines say enough.
            News::Progress(_) => {}
        }
        Ok(())
    }

    fn cancelling(&mut self) {
        console::note("cancelling; press Ctrl-C again to leave at once");
    }

    fn end(&mut self, ended: &Ended) -> anyhow::Result<()> {
        conclude(ended);
        Ok(())
    }
}

pub(crate) fn waits_for(waiting: &Waiting) -> String {
    match waiting {
        Waiting::Timer { until, .. } => {
            format!("waiting until {}", until.format("%Y-%m-%d %H:%M:%S UTC"))
        }
        Waiting::Signal { request, .. } => match (&request.message, &request.signal) {
            (Some(message), _) => format!("waiting for an answer: {message}"),
            (None, Some(signal)) => format!("waiting for the signal `{signal}`"),
            (None, None) => "waiting for an answer".to_owned(),
        },
        Waiting::Child { child, .. } => format!("waiting for execution {child}"),
    }
}

fn dash(reason: Option<&str>) -> String {
    reason
        .map(|reason| format!(" - {reason}"))
        .unwrap_or_default()
}
