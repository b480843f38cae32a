//! `json` and `parse_json`: straight from the text to script values, so that the budget sees each of them.

use std::fmt;

use rhai::{Array, Dynamic, Engine, Map};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::Fallible;
use crate::script::budget;
use crate::script::value::{MAX_DEPTH, Unrepresentable};

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("json", parse);
    engine.register_fn("parse_json", parse);
}

fn parse(text: &str) -> Fallible<Dynamic> {
    budget::spend_bytes(text.len())?;
    let mut parser = serde_json::Deserializer::from_str(text);
    let read = Below(MAX_DEPTH)
        .deserialize(&mut parser)
        .and_then(|value| parser.end().map(|()| value));
    read.map_err(|error| match budget::over() {
        Some(why) => why.into(),
        None => format!("this is no JSON: {error}").into(),
    })
}

/// A value that may have so many levels.
struct Below(usize);

impl Below {
    fn deeper<E: Error>(&self) -> Result<usize, E> {
        self.0
            .checked_sub(1)
            .ok_or_else(|| E::custom(Unrepresentable::TooDeep))
    }
}

impl<'de> DeserializeSeed<'de> for Below {
    type Value = Dynamic;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Dynamic, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Below {
    type Value = Dynamic;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Dynamic, E> {
        Ok(Dynamic::UNIT)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Dynamic, E> {
        Ok(Dynamic::from_bool(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Dynamic, E> {
        Ok(Dynamic::from_int(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Dynamic, E> {
        i64::try_from(number)
            .map(Dynamic::from_int)
            .map_err(|_| E::custom(Unrepresentable::Number(number.into())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Dynamic, E> {
        Ok(Dynamic::from_float(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Dynamic, E> {
        Ok(text.to_owned().into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Dynamic, A::Error> {
        let depth = self.deeper()?;
        let mut array = Array::new();
        while let Some(item) = items.next_element_seed(Below(depth))? {
            budget::spend(1).map_err(A::Error::custom)?;
            array.push(item);
        }
        Ok(Dynamic::from_array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Dynamic, A::Error> {
        let depth = self.deeper()?;
        let mut map = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            budget::spend(1).map_err(A::Error::custom)?;
            map.insert(key.into(), fields.next_value_seed(Below(depth))?);
        }
        Ok(Dynamic::from_map(map))
    }
}
