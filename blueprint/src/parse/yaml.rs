//! YAML events to JSON values, remembering where each one stands.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::{Map, Number, Value};

use super::{Places, shape::escape};
use crate::Problem;

/// Deep enough for any honest document, and far from the end of the stack.
const MAX_DEPTH: usize = 32;

struct Reader<'text> {
    events: Vec<(Event<'text>, Span)>,
    next: usize,
    places: Places,
}

pub(super) fn read(text: &str) -> Result<(Value, Places), Problem> {
    let mut events = Vec::new();
    for event in Parser::new_from_str(text) {
        match event {
            Ok((Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _)) => {}
            Ok((Event::DocumentEnd | Event::StreamEnd, _)) if events.is_empty() => {
                return Err(Problem::new(
                    "",
                    "the document is empty; it needs at least a name and a model",
                ));
            }
            Ok((Event::DocumentEnd, _)) => break,
            Ok(event) => events.push(event),
            Err(error) => {
                let place = (error.marker().line(), error.marker().col() + 1);
                return Err(
                    Problem::new("", format!("not valid YAML: {}", error.info())).at(Some(place)),
                );
            }
        }
    }
    let mut reader = Reader {
        events,
        next: 0,
        places: Places::new(),
    };
    let value = reader.value("", 0)?;
    Ok((value, reader.places))
}

impl<'text> Reader<'text> {
    fn take(&mut self, path: &str) -> Result<(Event<'text>, (usize, usize)), Problem> {
        let Some((event, span)) = self.events.get(self.next) else {
            return Err(Problem::new(path, "the document ends too early"));
        };
        self.next += 1;
        Ok((event.clone(), (span.start.line(), span.start.col() + 1)))
    }

    fn value(&mut self, path: &str, depth: usize) -> Result<Value, Problem> {
        let (event, place) = self.take(path)?;
        let fault = |message: &str| Err(Problem::new(path, message).at(Some(place)));
        if depth > MAX_DEPTH {
            return fault("the document is nested too deeply");
        }
        self.places.insert(path.to_owned(), place);
        match event {
            Event::Scalar(text, style, _, None) => Ok(scalar(text, style)),
            Event::SequenceStart(_, None) => {
                let mut items = Vec::new();
                while !matches!(self.events.get(self.next), Some((Event::SequenceEnd, _))) {
                    items.push(self.value(&format!("{path}/{}", items.len()), depth + 1)?);
                }
                self.next += 1;
                Ok(Value::Array(items))
            }
            Event::MappingStart(_, None) => self.mapping(path, depth),
            Event::Alias(_) => fault("aliases (*name) are not supported; write the value out"),
            _ => fault("tags (!name) are not supported"),
        }
    }

    fn mapping(&mut self, path: &str, depth: usize) -> Result<Value, Problem> {
        let mut map = Map::new();
        while !matches!(self.events.get(self.next), Some((Event::MappingEnd, _))) {
            let (event, place) = self.take(path)?;
            let Event::Scalar(key, ..) = event else {
                return Err(Problem::new(path, "a key must be a plain text").at(Some(place)));
            };
            let child = format!("{path}/{}", escape(&key));
            let value = self.value(&child, depth + 1)?;
            if map.insert(key.to_string(), value).is_some() {
                return Err(Problem::new(child, format!("`{key}` is given twice")).at(Some(place)));
            }
        }
        self.next += 1;
        Ok(Value::Object(map))
    }
}

/// The core schema of YAML 1.2: `no` and `2024-01-01` are texts, `0x1f` is not used here.
fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::String(text.into_owned());
    }
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let numeric = text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    if numeric && let Ok(whole) = text.parse::<i64>() {
        return Value::from(whole);
    }
    let float = if numeric {
        text.parse::<f64>().ok().and_then(Number::from_f64)
    } else {
        None
    };
    float.map_or_else(|| Value::String(text.into_owned()), Value::Number)
}
