//! Names of secrets. A workflow says where a secret goes; the engine never knows what it is.
//!
//! A value with `${ secrets.name }` in it keeps that text wherever it is recorded. Only when its step runs does the runner put
//! the secret in that place, and what the step says afterwards has the secret taken out again.

mod kind;
mod spellings;

use std::fmt;
use std::sync::Arc;

use crate::plan::is_dotted_name;
pub use kind::{CUSTOM, FieldKind, KINDS, SHORTEST, SecretKind, VALUE};
pub use spellings::{SHORTEST_ANYWHERE, Spelling, Spellings, as_code};

const ROOT: &str = "secrets";

/// A secret, or one field of a secret that has several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretName {
    pub name: Arc<str>,
    pub field: Option<Arc<str>>,
}

impl SecretName {
    /// Reads `secrets.name` or `secrets.name.field`.
    pub(crate) fn read(source: &str) -> Option<Self> {
        let mut words = source.split('.').map(str::trim);
        let (root, name, field) = (words.next()?, words.next()?, words.next());
        let known = root == ROOT && words.next().is_none();
        let sound = is_dotted_name(name) && field.is_none_or(is_dotted_name);
        (known && sound).then(|| Self {
            name: name.into(),
            field: field.map(Arc::from),
        })
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${{{ROOT}.{}", self.name)?;
        if let Some(field) = &self.field {
            write!(f, ".{field}")?;
        }
        f.write_str("}")
    }
}

/// A text in which secrets are put in the places of their names. What they hold is not looked through again.
pub(crate) fn put_in(text: &str, names: &[&SecretName], secret: &Reveal<'_>) -> String {
    let marks: Vec<(String, &SecretName)> =
        names.iter().map(|name| (name.to_string(), *name)).collect();
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let found = marks.iter().filter_map(|(mark, name)| {
            let at = rest.find(mark.as_str())?;
            Some((at, mark.len(), *name))
        });
        let Some((at, length, name)) = found.min_by_key(|(at, ..)| *at) else {
            whole.push_str(rest);
            return whole;
        };
        whole.push_str(&rest[..at]);
        match secret(name) {
            Some(value) => whole.push_str(value),
            None => whole.push_str(&rest[at..at + length]),
        }
        rest = &rest[at + length..];
    }
}

/// Gives the value of a secret.
pub type Reveal<'s> = dyn Fn(&SecretName) -> Option<&'s str> + 's;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_and_shown() {
        for text in [
            "secrets.token",
            " secrets . token ",
            "secrets.registry.password",
        ] {
            let name = SecretName::read(text).unwrap();
            let shown = name.to_string();
            let within = shown.trim_start_matches("${").trim_end_matches('}');
            assert_eq!(SecretName::read(within), Some(name));
        }
        for text in [
            "secrets",
            "secrets.",
            "secrets.a.b.c",
            "secrets.1a",
            "other.a",
            "secrets.a + 1",
        ] {
            assert_eq!(SecretName::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_secret_holds_is_not_looked_through_again() {
        let (a, b) = (
            SecretName::read("secrets.a").unwrap(),
            SecretName::read("secrets.b").unwrap(),
        );
        let secret = |name: &SecretName| {
            Some(if *name.name == *"a" {
                "${secrets.b}"
            } else {
                "B"
            })
        };
        let text = put_in(
            "x ${secrets.a} ${secrets.b} ${secrets.c}",
            &[&a, &b],
            &secret,
        );
        assert_eq!(text, "x ${secrets.b} B ${secrets.c}");
    }
}
