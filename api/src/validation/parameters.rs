//! Path, query and headers: each text is held against the schema of its parameter, and all faults are told together.

use axum::extract::Query;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use serde_json::Value;

use super::explain::shortened;
use super::{MOST_FAULTS, Schema, Shape};
use crate::error::ErrorDetail;

/// As operations name it that take it.
const IF_MATCH: &str = "If-Match";

#[derive(Debug)]
pub(super) struct Parameter {
    name: String,
    place: Place,
    schema: Schema,
    reads: Reads,
    is_required: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
    Header,
}

/// What the text stands for.
#[derive(Debug, Clone, Copy)]
enum Reads {
    Text,
    Whole,
    Number,
    Truth,
}

impl Parameter {
    pub(super) fn of(stated: &Value, document: &Value) -> Option<Self> {
        let place = match stated["in"].as_str()? {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            _ => return None,
        };
        let schema = Schema::new(&stated["schema"], document);
        Some(Self {
            name: stated["name"].as_str()?.to_owned(),
            place,
            reads: Reads::of(&stated["schema"]),
            schema,
            is_required: stated["required"] == true,
        })
    }

    pub(super) fn is_in_query(&self) -> bool {
        self.place == Place::Query
    }

    #[cfg(test)]
    pub(super) fn schema(&self) -> &Schema {
        &self.schema
    }

    fn check(&self, text: &str, faults: &mut Vec<ErrorDetail>) {
        // No text that is kept holds it, and databases take it for the end of one.
        if text.contains('\0') {
            faults.push(self.fault("holds a character that no text has: NUL"));
            return;
        }
        let value = self.reads.read(text);
        let found = self.schema.faults(&value);
        // A message speaks of the whole value as the body, which this is not.
        faults.extend(found.into_iter().map(|fault| {
            let demand = fault.message.strip_prefix("the body ");
            let demand = demand.unwrap_or(&fault.message);
            let demand = demand.strip_suffix(", not a text").unwrap_or(demand);
            self.fault(demand)
        }));
    }

    fn fault(&self, demand: &str) -> ErrorDetail {
        let message = format!("`{}` {demand}", self.name);
        at(self.place, &self.name, message)
    }
}

fn at(place: Place, name: &str, message: String) -> ErrorDetail {
    ErrorDetail {
        place: Some(match place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
        }),
        path: Some(super::explain::pointer("", name)),
        message,
        ..ErrorDetail::default()
    }
}

impl Reads {
    fn of(schema: &Value) -> Self {
        let types = &schema["type"];
        let is = |name: &str| match types {
            Value::Array(several) => several.iter().any(|one| one == name),
            one => one == name,
        };
        match () {
            () if is("integer") => Self::Whole,
            () if is("number") => Self::Number,
            () if is("boolean") => Self::Truth,
            () => Self::Text,
        }
    }

    /// What can't be read as what it stands for stays a text, and so does not fit.
    fn read(self, text: &str) -> Value {
        let read = match self {
            Self::Text => None,
            Self::Whole => {
                let small = text.parse::<i64>().map(Value::from);
                small.or_else(|_| text.parse::<u64>().map(Value::from)).ok()
            }
            Self::Number => text.parse::<f64>().ok().map(Value::from),
            Self::Truth => text.parse::<bool>().ok().map(Value::from),
        };
        read.unwrap_or_else(|| Value::String(text.to_owned()))
    }
}

impl Shape {
    /// `path` are the parts of the address that have names, as they were sent but for percent signs.
    pub(super) fn parameter_faults<'a>(
        &self,
        path: impl Iterator<Item = (&'a str, &'a str)>,
        parts: &Parts,
    ) -> Vec<ErrorDetail> {
        let mut faults = Vec::new();
        for (name, text) in path {
            if let Some(parameter) = self.named(Place::Path, name) {
                parameter.check(text, &mut faults);
            }
        }
        self.check_query(&parts.uri, &mut faults);
        self.check_headers(&parts.headers, &mut faults);
        faults.truncate(MOST_FAULTS);
        faults
    }

    fn check_query(&self, uri: &Uri, faults: &mut Vec<ErrorDetail>) {
        // Where others write the query, its reader knows what to make of it.
        if !self.is_query_closed {
            return;
        }
        let pairs = match uri.query() {
            None | Some("") => Vec::new(),
            Some(_) => match Query::<Vec<(String, String)>>::try_from_uri(uri) {
                Ok(Query(pairs)) => pairs,
                Err(_) => {
                    let message = "the query of this address can't be read".to_owned();
                    faults.push(at(Place::Query, "", message));
                    return;
                }
            },
        };
        for (number, (name, text)) in pairs.iter().enumerate() {
            let earlier = &pairs[..number];
            match self.named(Place::Query, name) {
                Some(parameter) if earlier.iter().any(|(earlier, _)| earlier == name) => {
                    faults.push(parameter.fault("was sent twice"));
                }
                Some(parameter) => parameter.check(text, faults),
                None if faults.len() < MOST_FAULTS => faults.push(self.unknown(name)),
                None => {}
            }
        }
        for parameter in &self.parameters {
            let is_sent = pairs.iter().any(|(name, _)| *name == parameter.name);
            if parameter.is_in_query() && parameter.is_required && !is_sent {
                faults.push(parameter.fault("is missing"));
            }
        }
    }

    fn check_headers(&self, headers: &HeaderMap, faults: &mut Vec<ErrorDetail>) {
        // A condition that nobody looks at would be a change that was not to be made.
        let is_known = self.named(Place::Header, IF_MATCH).is_some();
        if self.is_change && headers.contains_key(header::IF_MATCH) && !is_known {
            let message = format!("`{IF_MATCH}` is held against nothing here: leave it out");
            faults.push(at(Place::Header, IF_MATCH, message));
        }
        for parameter in &self.parameters {
            if parameter.place != Place::Header {
                continue;
            }
            let values: Vec<&HeaderValue> = headers.get_all(&*parameter.name).iter().collect();
            if values.is_empty() && parameter.is_required {
                faults.push(parameter.fault("is missing"));
            }
            // It is a list, and a list may come in parts.
            if values.len() > 1 && parameter.name != IF_MATCH {
                faults.push(parameter.fault("was sent twice"));
                continue;
            }
            for value in values {
                match value.to_str() {
                    Ok(text) => parameter.check(text.trim(), faults),
                    Err(_) => faults.push(parameter.fault("takes printable ASCII characters only")),
                }
            }
        }
    }

    fn named(&self, place: Place, name: &str) -> Option<&Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.place == place && parameter.name == name)
    }

    fn unknown(&self, name: &str) -> ErrorDetail {
        let known = self.parameters.iter().filter(|one| one.is_in_query());
        let known: Vec<String> = known.map(|one| format!("`{}`", one.name)).collect();
        let known = match &*known {
            [] => "this address takes none".to_owned(),
            known => format!("there are {}", known.join(", ")),
        };
        let message = format!("there is no parameter `{}` here; {known}", shortened(name));
        at(Place::Query, name, message)
    }
}
