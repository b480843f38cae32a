//! The three ways of watching a run: a live tree, plain lines, JSON for machines.

use super::news::{Ended, News};
use super::plain::Plain;
use super::tree::Tree;
use crate::console;

/// What a view is told before anything happens.
pub(crate) struct Outline {
    /// The workflow's label or name.
    pub(crate) title: String,
    /// The steps, each after those it depends on.
    pub(crate) steps: Vec<String>,
}

pub(crate) trait View {
    fn news(&mut self, news: &News) -> anyhow::Result<()>;

    /// Time has passed.
    fn tick(&mut self) {}

    /// The user asked for the run's end.
    fn cancelling(&mut self);

    fn end(&mut self, ended: &Ended) -> anyhow::Result<()>;
}

/// The view for whoever is at the other end: a program, a person at a terminal, or a file.
pub(crate) fn choose(json: bool, outline: &Outline) -> Box<dyn View> {
    if json {
        Box::new(JsonLines)
    } else if console::is_watched() {
        Box::new(Tree::new(outline))
    } else {
        Box::new(Plain::new(outline))
    }
}

struct JsonLines;

impl View for JsonLines {
    fn news(&mut self, news: &News) -> anyhow::Result<()> {
        Ok(console::json_line(&news.to_json()?)?)
    }

    fn cancelling(&mut self) {}

    fn end(&mut self, ended: &Ended) -> anyhow::Result<()> {
        let mut result = serde_json::to_value(ended)?;
        if let Some(fields) = result.as_object_mut() {
            fields.insert("type".to_owned(), "result".into());
        }
        Ok(console::json_line(&result)?)
    }
}

/// The last lines for people: what came out, on stdout, and how long it took.
pub(crate) fn conclude(ended: &Ended) {
    let took = ended
        .duration_ms
        .map(|millis| format!(" in {}", console::span(millis)))
        .unwrap_or_default();
    console::note(format_args!(
        "{} {}{took}  ({})",
        ended.workflow_name, ended.status, ended.id
    ));
    if let Some(error) = &ended.error {
        console::note(format_args!("{}: {}", error.code, error.message));
    }
    if let Some(output) = ended.output.as_ref().filter(|output| !output.is_null()) {
        console::json(output);
    }
}
