//! Checks of what workflows use by name: secrets and variables. All faults are told together.

use std::collections::BTreeMap;

use engine::plan::is_dotted_name;
use engine::secret::{CUSTOM, KINDS, SHORTEST, SecretKind, VALUE};
use serde_json::Value;
use store::SecretFields;

use crate::error::Faults;
use crate::schemas::secret::SecretInput;

const LONGEST_DESCRIPTION: usize = 1_000;
const LONGEST_SECRET: usize = 64 * 1024;
const LONGEST_VARIABLE: usize = 64 * 1024;
const MOST_FIELDS: usize = 50;

impl Faults {
    pub(crate) fn name(&mut self, name: &str) {
        if !is_dotted_name(name) {
            let message = "a name has letters, digits and underscores, 48 at most, and begins with no digit: it is written after a dot";
            self.add("/name", message);
        }
    }

    pub(crate) fn description(&mut self, description: &str) {
        if description.chars().count() > LONGEST_DESCRIPTION {
            let message = format!("a description has {LONGEST_DESCRIPTION} characters at most");
            self.add("/description", message);
        }
    }

    pub(crate) fn variable(&mut self, value: &Value) {
        if value.to_string().len() > LONGEST_VARIABLE {
            let message = "a variable holds 64 KiB at most: keep larger things as a file";
            self.add("/value", message);
        }
    }

    /// What a secret of a kind is to hold.
    pub(crate) fn secret(
        &mut self,
        kind: &str,
        value: Option<SecretInput>,
        fields: Option<BTreeMap<String, SecretInput>>,
    ) -> SecretFields {
        let Some(known) = SecretKind::named(kind) else {
            let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            let message = format!("there is no kind `{kind}`: there are {}", names.join(", "));
            self.add("/kind", message);
            return SecretFields::new();
        };
        let mut given = SecretFields::new();
        let takes_value = known.fields.iter().any(|field| field.name == VALUE);
        if let Some(SecretInput(text)) = value {
            if !takes_value {
                let message =
                    format!("a secret of the kind `{kind}` holds `fields`, not a `value`");
                self.add("/value", message);
            }
            given.insert(VALUE.to_owned(), text);
        }
        for (name, SecretInput(text)) in fields.into_iter().flatten() {
            given.insert(name, text);
        }
        self.fields(known, &given, takes_value);
        given
    }

    fn fields(&mut self, kind: &SecretKind, given: &SecretFields, is_value: bool) {
        let open = kind.name == CUSTOM;
        let path = |field: &str| match is_value && field == VALUE {
            true => "/value".to_owned(),
            false => format!("/fields/{field}"),
        };
        for field in kind.fields {
            if field.required && !given.contains_key(field.name) {
                self.add(path(field.name), "this is missing");
            }
        }
        if open && given.is_empty() {
            self.add("/fields", "give at least one field");
        }
        if given.len() > MOST_FIELDS {
            self.add(
                "/fields",
                format!("a secret has {MOST_FIELDS} fields at most"),
            );
        }
        for (name, text) in given {
            let known = kind.fields.iter().any(|field| field.name == name);
            if !known && !open {
                let message = format!("a secret of the kind `{}` has no such field", kind.name);
                self.add(path(name), message);
            } else if !is_dotted_name(name) {
                let message = "the name of a field has letters, digits and underscores, 48 at most, and begins with no digit";
                self.add(path(name), message);
            }
            let length = text.expose().len();
            if length > LONGEST_SECRET {
                self.add(path(name), "a secret has 64 KiB at most");
            } else if kind.hides(name) && length < SHORTEST {
                let message = format!(
                    "a text of less than {SHORTEST} bytes could not be told from others in logs and outputs, and so not be kept out of them"
                );
                self.add(path(name), message);
            }
        }
    }
}
