//! Puts a value together from the events of a parser, and notes where each part stands.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{MAX_DEPTH, MAX_VALUES, Mark, Places, Source};
use crate::problem::{Problem, pointer};

/// Field names with which a browser's objects can be subverted.
const FORBIDDEN_KEYS: [&str; 3] = ["__proto__", "constructor", "prototype"];

#[derive(Default)]
pub(super) struct Builder {
    open: Vec<Container>,
    marks: HashMap<String, Places>,
    root: Option<Value>,
}

struct Container {
    value: Value,
    path: String,
    key: Option<(String, Mark)>,
    at: Mark,
}

pub(super) fn refuse(mark: Mark, message: impl Into<String>) -> Problem {
    Problem {
        line: Some(mark.line),
        column: Some(mark.column),
        ..Problem::at("", message)
    }
}

/// Holds a value that came as JSON to the limits of text.
pub(in crate::document) fn check_value(value: &Value) -> Result<(), Problem> {
    check_below(value, "", MAX_DEPTH, &mut { MAX_VALUES })
}

fn check_below(value: &Value, path: &str, depth: usize, left: &mut usize) -> Result<(), Problem> {
    *left = left
        .checked_sub(1)
        .ok_or_else(|| Problem::at("", too_many()))?;
    let deeper = || {
        depth
            .checked_sub(1)
            .ok_or_else(|| Problem::at(path, too_deep()))
    };
    match value {
        Value::Array(items) => {
            let depth = deeper()?;
            (0..).zip(items).try_for_each(|(place, item): (usize, _)| {
                check_below(item, &format!("{path}/{place}"), depth, left)
            })
        }
        Value::Object(fields) => {
            let depth = deeper()?;
            fields.iter().try_for_each(|(key, field)| {
                let below = pointer(path, key);
                if FORBIDDEN_KEYS.contains(&key.as_str()) {
                    return Err(Problem::at(below, forbidden(key)));
                }
                check_below(field, &below, depth, left)
            })
        }
        _ => Ok(()),
    }
}

fn too_many() -> String {
    format!("the document holds more than {MAX_VALUES} values")
}

fn too_deep() -> String {
    format!("nested deeper than {MAX_DEPTH} levels")
}

fn forbidden(key: &str) -> String {
    format!("a field cannot be called `{key}`")
}

impl Builder {
    /// Whether the next scalar is a field's name.
    pub(super) fn wants_key(&self) -> bool {
        self.open
            .last()
            .is_some_and(|container| container.value.is_object() && container.key.is_none())
    }

    pub(super) fn key(&mut self, key: String, mark: Mark) -> Result<(), Problem> {
        if FORBIDDEN_KEYS.contains(&key.as_str()) {
            return Err(refuse(mark, forbidden(&key)));
        }
        let Some(container) = self.open.last_mut() else {
            return Ok(());
        };
        if container.value.get(&key).is_some() {
            let path = pointer(&container.path, &key);
            return Err(Problem {
                path,
                ..refuse(mark, format!("the field `{key}` is there twice"))
            });
        }
        container.key = Some((key, mark));
        Ok(())
    }

    pub(super) fn open(&mut self, value: Value, mark: Mark) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(refuse(mark, too_deep()));
        }
        if self.wants_key() {
            return Err(refuse(mark, "a field's name must be text"));
        }
        let path = self.next_path();
        self.open.push(Container {
            value,
            path,
            key: None,
            at: mark,
        });
        Ok(())
    }

    pub(super) fn close(&mut self) -> Result<(), Problem> {
        match self.open.pop() {
            Some(container) => self.add(container.value, container.path, container.at),
            None => Ok(()),
        }
    }

    pub(super) fn scalar(&mut self, value: Value, mark: Mark) -> Result<(), Problem> {
        let path = self.next_path();
        self.add(value, path, mark)
    }

    pub(super) fn finish(mut self) -> Source {
        // Even an empty text has a place to point at.
        let whole = Places {
            value: Mark::default(),
            key: None,
        };
        self.marks.entry(String::new()).or_insert(whole);
        Source {
            value: self.root.unwrap_or_default(),
            marks: self.marks,
            edges: HashMap::new(),
        }
    }

    /// The pointer of the value that comes next.
    fn next_path(&self) -> String {
        match self.open.last() {
            None => String::new(),
            Some(Container {
                value: Value::Array(items),
                path,
                ..
            }) => format!("{path}/{}", items.len()),
            Some(Container { path, key, .. }) => {
                pointer(path, key.as_ref().map_or("", |(key, _)| key))
            }
        }
    }

    fn add(&mut self, value: Value, path: String, mark: Mark) -> Result<(), Problem> {
        if self.marks.len() >= MAX_VALUES {
            return Err(refuse(mark, too_many()));
        }
        let mut places = Places {
            value: mark,
            key: None,
        };
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Container {
                value: Value::Array(items),
                ..
            }) => items.push(value),
            Some(container) => {
                let (key, key_mark) = container.key.take().unwrap_or_default();
                places.key = Some(key_mark);
                if let Value::Object(fields) = &mut container.value {
                    fields.insert(key, value);
                }
            }
        }
        self.marks.insert(path, places);
        Ok(())
    }
}

impl Default for Mark {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

pub(super) fn empty_object() -> Value {
    Value::Object(Map::new())
}

pub(super) fn empty_array() -> Value {
    Value::Array(Vec::new())
}
