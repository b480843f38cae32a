//! Values as text. rhai's own calls a function for each element, and writes the whole before it looks at its size.

use std::fmt::{self, Write};

use rhai::{Array, Dynamic, Engine, FnPtr, Map};

use super::Fallible;
use crate::script::{budget, value};

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("to_json", |value: Dynamic| write(&value));
    // A map's own `to_json` is rhai's unless a version for maps stands here.
    engine.register_fn("to_json", |map: &mut Map| {
        write(&Dynamic::from_map(map.clone()))
    });
    for name in ["to_string", "print", "to_debug", "debug"] {
        engine.register_fn(name, |array: &mut Array| {
            show(&Dynamic::from_array(array.clone()))
        });
        engine.register_fn(name, |map: &mut Map| show(&Dynamic::from_map(map.clone())));
        engine.register_fn(name, |function: &mut FnPtr| {
            format!("Fn({})", function.fn_name())
        });
    }
    engine.register_fn("join", join);
}

/// A value as JSON.
fn write(value: &Dynamic) -> Fallible<String> {
    let mut text = Bounded(String::new());
    text.value(value)?;
    Ok(text.0)
}

/// A value inside a text. rhai has a way of its own where this fails, and none that would be bounded.
fn show(value: &Dynamic) -> String {
    write(value).unwrap_or_else(|_| format!("({})", value.type_name()))
}

fn join(array: &mut Array, separator: &str) -> Fallible<String> {
    let mut text = Bounded(String::new());
    for (place, item) in array.iter().enumerate() {
        if place > 0 {
            text.push(separator)?;
        }
        match item.as_immutable_string_ref() {
            Ok(string) => text.push(&string)?,
            Err(_) => text.value(item)?,
        }
    }
    Ok(text.0)
}

/// A text that is refused as soon as it grows past the budget.
struct Bounded(String);

impl Bounded {
    fn value(&mut self, value: &Dynamic) -> Fallible<()> {
        // The copy is bounded, and what a text takes is a few times that at most.
        let json = value::to_json(value.clone()).map_err(|error| error.to_string())?;
        write!(self, "{json}").map_err(|_| budget::TOO_LARGE.into())
    }

    fn push(&mut self, text: &str) -> Fallible<()> {
        self.write_str(text).map_err(|_| budget::TOO_LARGE.into())
    }
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let full = self.0.len() + text.len() > self.0.capacity();
        if full {
            // It grows to twice its size.
            let next = (2 * self.0.len()).max(self.0.len() + text.len());
            budget::afford(next).map_err(|_| fmt::Error)?;
            budget::spend_bytes(next).map_err(|_| fmt::Error)?;
        }
        self.0.push_str(text);
        Ok(())
    }
}
