//! Source text to JSON value, with the place of every value in the text, refusing what no document needs.

mod build;
mod json;
mod scalar;
mod yaml;

use std::collections::HashMap;

use serde_json::Value;

use crate::problem::{Problem, Problems};
use build::Builder;
pub(super) use build::check_value;

/// A document's text may be this long, in bytes.
pub const MAX_TEXT: usize = 1024 * 1024;
/// Lists and objects may nest this deep.
pub const MAX_DEPTH: usize = 64;
/// Values in a document, counting each item and field: bounds the memory that marks take.
pub const MAX_VALUES: usize = 200_000;

/// A place in a text: line and column from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub line: usize,
    pub column: usize,
}

/// A text that was read: its value, and where each part of it stands.
#[derive(Debug, Clone, Default)]
pub struct Source {
    pub value: Value,
    marks: HashMap<String, Places>,
    /// For each list of edges, by its pointer, the element of the text's list that each edge comes from.
    pub(super) edges: HashMap<String, Vec<usize>>,
}

#[derive(Debug, Clone, Copy)]
struct Places {
    value: Mark,
    key: Option<Mark>,
}

impl Source {
    /// Reads JSON or YAML.
    pub fn read(text: &str) -> Result<Self, Problems> {
        if text.len() > MAX_TEXT {
            let message = format!("the text is longer than a document may be: {MAX_TEXT} bytes");
            return Err(Problems(vec![Problem::at("", message)]));
        }
        let mut builder = Builder::default();
        let read = if json::is_json(text) {
            json::read(text, &mut builder)
        } else {
            yaml::read(text, &mut builder)
        };
        match read {
            Ok(()) => Ok(builder.finish()),
            Err(problem) => Err(Problems(vec![problem])),
        }
    }

    /// Where the value at a JSON pointer stands: its key for a field that should not be there, else the value,
    /// else the nearest thing around it.
    pub fn mark(&self, pointer: &str) -> Option<Mark> {
        let mut pointer = pointer;
        loop {
            if let Some(places) = self.marks.get(pointer) {
                return Some(places.value);
            }
            pointer = &pointer[..pointer.rfind('/')?];
        }
    }

    /// Where a field's name stands.
    pub(super) fn key_mark(&self, pointer: &str) -> Option<Mark> {
        self.marks.get(pointer)?.key
    }

    /// Adds lines and columns to problems found in the document that was read from this text, and puts them
    /// in the order of the text.
    #[must_use]
    pub fn place(&self, problems: Problems) -> Problems {
        let placed = problems
            .0
            .into_iter()
            .map(|problem| self.place_one(problem));
        let mut placed: Vec<Problem> = placed.collect();
        placed.sort_by_key(|problem| (problem.line, problem.column));
        Problems(placed)
    }

    fn place_one(&self, mut problem: Problem) -> Problem {
        if problem.line.is_some() {
            return problem;
        }
        if let Some(path) = self.written_edge(&problem.path) {
            problem.path = path;
        }
        if let Some(mark) = self.mark(&problem.path) {
            problem.line = Some(mark.line);
            problem.column = Some(mark.column);
        }
        problem
    }

    /// The pointer of an edge as it was written, where shorthand made several edges of one text.
    fn written_edge(&self, path: &str) -> Option<String> {
        let (list, rest) = path.rsplit_once("/edges/")?;
        let list = format!("{list}/edges");
        let (index, field) = rest.split_once('/').unwrap_or((rest, ""));
        let written = self.edges.get(&list)?.get(index.parse::<usize>().ok()?)?;
        let whole = format!("{list}/{written}");
        let exact = format!("{whole}/{field}");
        Some(if !field.is_empty() && self.marks.contains_key(&exact) {
            exact
        } else {
            whole
        })
    }
}
