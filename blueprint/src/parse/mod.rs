//! From text or JSON to an application, with every fault placed where it stands.

pub(crate) mod shape;
mod yaml;

use std::collections::HashMap;

use serde_json::Value;

use crate::document::fill_ids;
use crate::validate::validate;
use crate::{Application, Invalid, Problem};

/// Where each value of a document stands: JSON pointer to line and column, both counted from 1.
pub(crate) type Places = HashMap<String, (usize, usize)>;

impl Application {
    /// Reads YAML or JSON text, checks it, and gives an id to everything that has none.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (value, places) = read(text).map_err(|problem| Invalid {
            problems: vec![problem],
        })?;
        Self::from_value(value).map_err(|invalid| Invalid {
            problems: invalid
                .problems
                .into_iter()
                .map(|problem| locate(problem, &places))
                .collect(),
        })
    }

    /// The same for a document that came as JSON, by the API for instance.
    pub fn from_value(value: Value) -> Result<Self, Invalid> {
        let mut application =
            shape::read_application(value).map_err(|problems| Invalid { problems })?;
        fill_ids(&mut application);
        application.validate()?;
        Ok(application)
    }

    /// Checks everything that the types alone do not.
    pub fn validate(&self) -> Result<(), Invalid> {
        let problems = validate(self);
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Invalid { problems })
        }
    }
}

/// JSON is read as JSON, for its own rules of escaping; the YAML reader then only tells the places.
pub(crate) fn read(text: &str) -> Result<(Value, Places), Problem> {
    if !text.trim_start().starts_with('{') {
        return yaml::read(text);
    }
    match serde_json::from_str(text) {
        Ok(value) => Ok((
            value,
            yaml::read(text)
                .map(|(_, places)| places)
                .unwrap_or_default(),
        )),
        Err(error) => yaml::read(text).map_err(|_| {
            Problem::new("", format!("not valid JSON: {error}"))
                .at(Some((error.line(), error.column())))
        }),
    }
}

/// A problem of something absent is shown at the nearest thing around it that is there.
pub(crate) fn locate(problem: Problem, places: &Places) -> Problem {
    let mut path = problem.path.as_str();
    loop {
        if let Some(place) = places.get(path) {
            return problem.clone().at(Some(*place));
        }
        match path.rsplit_once('/') {
            Some((parent, _)) => path = parent,
            None => return problem,
        }
    }
}
