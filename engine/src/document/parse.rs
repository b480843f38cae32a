//! Text to document.

use crate::document::Document;
use crate::problem::{Problem, Problems};
use serde_json::Value;

pub struct Source {
    pub value: Value,
}

impl Source {
    pub fn place(&self, problems: Problems) -> Problems {
        problems
    }
}

pub struct Parsed {
    pub document: Document,
    pub source: Source,
}

pub fn parse(text: &str) -> Result<Parsed, Problems> {
    let value: Value =
        serde_json::from_str(text).map_err(|e| Problems(vec![Problem::at("", e.to_string())]))?;
    Ok(Parsed {
        document: from_value(value.clone())?,
        source: Source { value },
    })
}

pub fn from_value(value: Value) -> Result<Document, Problems> {
    serde_path_to_error::deserialize(value)
        .map_err(|e| Problems(vec![Problem::at("", e.to_string())]))
}
