//! Reads JSON as strictly as a body has to be: what can be read in two ways is refused, wherever it stands.
//!
//! Of a name that stands twice in an object, one reader takes the first value and another the last. `__proto__`, and a
//! `constructor` with a `prototype`, are names that only an attack on some JavaScript behind us would use: what is kept here
//! is shown by browsers, and handed to generated programs.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::MOST_FAULTS;
use super::explain::{pointer, shortened};
use crate::error::{ApiError, ApiResult, ErrorDetail};

/// The value, and what in it can't be taken whatever the schema says.
pub(crate) fn read(bytes: &[u8]) -> ApiResult<(Value, Vec<ErrorDetail>)> {
    let faults = RefCell::default();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let place = Place {
        at: Step::Root,
        faults: &faults,
    };
    let value = place.deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    let value = value
        .map_err(|error| ApiError::bad_request(format!("the body is not valid JSON: {error}")))?;
    Ok((value, faults.into_inner()))
}

/// Where in the text the reader is. Borrowed from step to step, so that a text without fault costs no copies.
#[derive(Clone, Copy)]
struct Place<'a> {
    at: Step<'a>,
    faults: &'a RefCell<Vec<ErrorDetail>>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self.at {
            Step::Root => String::new(),
            Step::Field(outer, name) => pointer(&outer.pointer(), name),
            Step::Item(outer, index) => format!("{}/{index}", outer.pointer()),
        }
    }

    fn refuse(&self, name: &str, why: &str) {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < MOST_FAULTS {
            faults.push(ErrorDetail {
                path: Some(pointer(&self.pointer(), name)),
                message: format!("the name `{}` {why}", shortened(name)),
                ..ErrorDetail::default()
            });
        }
    }

    fn field<'b>(&'b self, name: &'b str) -> Place<'b> {
        Place {
            at: Step::Field(self, name),
            faults: self.faults,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let place = Place {
                at: Step::Item(&self, list.len()),
                faults: self.faults,
            };
            match items.next_element_seed(place)? {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(self.field(&name))?;
            let is_trap = match &*name {
                "__proto__" => true,
                "constructor" => value.get("prototype").is_some(),
                _ => false,
            };
            if is_trap {
                self.refuse(&name, "is not taken: it would change more than it says");
            } else if object.contains_key(&name) {
                self.refuse(&name, "stands here twice");
            } else {
                object.insert(name, value);
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String)> {
        let (_, faults) = read(text.as_bytes()).unwrap();
        let pair = |fault: ErrorDetail| (fault.path.unwrap(), fault.message);
        faults.into_iter().map(pair).collect()
    }

    #[test]
    fn what_is_read_is_what_serde_reads() {
        let text = r#"{"a": [1, -2, 2.5, 1e3, 18446744073709551615, null, true, "ä\n"], "b": {"c": {}}, "constructor": "x"}"#;
        let (value, faults) = read(text.as_bytes()).unwrap();
        assert_eq!(value, serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(faults, []);
    }

    #[test]
    fn names_that_stand_twice_are_told_with_their_places() {
        let places: Vec<String> =
            told(r#"{"a": {"b~/": 1, "b~/": 2}, "c": [{"d": 1, "d": 1}], "a": 1}"#)
                .into_iter()
                .map(|(path, _)| path)
                .collect();
        assert_eq!(places, ["/a/b~0~1", "/c/0/d", "/a"]);
    }

    /// C25: what would pollute a prototype is not kept for a browser to stumble over.
    #[test]
    fn traps_for_javascript_are_refused() {
        let traps = told(
            r#"{"a": [{"__proto__": {"admin": true}}], "constructor": {"prototype": {"x": 1}}}"#,
        );
        let places: Vec<&str> = traps.iter().map(|(path, _)| &**path).collect();
        assert_eq!(places, ["/a/0/__proto__", "/constructor"]);
        assert_eq!(told(r#"{"constructor": "Ferrari", "prototype": 1}"#), []);
    }

    #[test]
    fn what_is_no_json_is_a_bad_request() {
        for text in [
            "",
            "{",
            "{\"a\": 1} {}",
            "[1,]",
            "\u{feff}{}",
            &"[".repeat(10_000),
        ] {
            let told = format!("{:?}", read(text.as_bytes()).unwrap_err());
            assert!(told.contains("BadRequest"), "{told}");
        }
    }
}
