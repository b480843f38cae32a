//! Settings in layers: the defaults, the user's file, and what the environment and the flags say.
//!
//! Every layer speaks text, so that a setting has one way of being read wherever it came from, and a
//! fault in any layer is gathered, not thrown: the user is shown all of them at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use toml::{Table, Value};

use crate::fault::Fault;

const DEFAULTS: &str = include_str!("../../config.default.toml");

pub(crate) struct Layers {
    defaults: Table,
    file: Table,
    place: Option<PathBuf>,
    /// What flags and environment gave, by key.
    given: BTreeMap<&'static str, String>,
    problems: Vec<String>,
}

impl Layers {
    /// Reads the user's file, if there is one. Keys that do not exist are problems like any other.
    pub(crate) fn new(file: Option<&Path>) -> Self {
        let mut problems = Vec::new();
        let mut table = |text: &str, place: &str| {
            text.parse::<Table>().unwrap_or_else(|error| {
                problems.push(format!(
                    "{place} is not TOML: {}",
                    error.to_string().trim_end()
                ));
                Table::new()
            })
        };
        let defaults = table(DEFAULTS, "the embedded configuration");
        let place = file.map(Path::to_owned);
        let text = file.map(|path| (path, std::fs::read_to_string(path)));
        let file = match text {
            Some((path, Ok(text))) => table(&text, &path.display().to_string()),
            Some((path, Err(error))) => {
                problems.push(format!("{} cannot be read: {error}", path.display()));
                Table::new()
            }
            None => Table::new(),
        };
        let mut layers = Self {
            defaults,
            file,
            place,
            given: BTreeMap::new(),
            problems,
        };
        layers.refuse_unknown_keys();
        layers
    }

    /// Changes a default, for a subcommand that has another one.
    pub(crate) fn prefer(&mut self, key: &str, text: &str) {
        if let Some((section, setting)) = key.split_once('.')
            && let Some(Value::Table(section)) = self.defaults.get_mut(section)
        {
            section.insert(setting.to_owned(), Value::String(text.to_owned()));
        }
    }

    /// What a flag or the environment says about a setting, if anything.
    pub(crate) fn give(&mut self, key: &'static str, value: Option<&String>) {
        if let Some(value) = value {
            self.given.insert(key, value.clone());
        }
    }

    /// Reads a setting with its own parser. `None` means that a problem was noted.
    pub(crate) fn read_with<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let (text, origin) = self.find(key)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(complaint) => {
                self.complain(format!("{key} {complaint} ({origin})"));
                None
            }
        }
    }

    /// Reads a setting whose type knows how, saying what was expected when it does not fit.
    pub(crate) fn read<T: FromStr>(&mut self, key: &'static str, expected: &str) -> Option<T> {
        self.read_with(key, |text| {
            text.trim()
                .parse()
                .map_err(|_| format!("has to be {expected}, not `{text}`"))
        })
    }

    /// Reads a list of tables: `[[section.setting]]` in a file, and JSON from the environment. Says where it comes from.
    pub(crate) fn read_tables(&mut self, key: &'static str) -> Option<(Vec<Table>, String)> {
        if let Some(text) = self.given.get(key).filter(|text| !text.trim().is_empty()) {
            let origin = "from a flag or the environment".to_owned();
            // What does not fit may be a secret, and is not repeated.
            return match serde_json::from_str::<Vec<Table>>(text) {
                Ok(tables) => Some((tables, origin)),
                Err(error) => {
                    let place = (error.line(), error.column());
                    self.complain(format!(
                        "{key} has to be a JSON list of objects, and is none at line {}, column {} ({origin})",
                        place.0, place.1
                    ));
                    None
                }
            };
        }
        let origin = match &self.place {
            Some(path) if lookup(&self.file, key).is_some() => format!("from {}", path.display()),
            _ => "the default".to_owned(),
        };
        let found = lookup(&self.file, key).or_else(|| lookup(&self.defaults, key));
        let tables = found.and_then(Value::as_array).and_then(|list| {
            let tables = list.iter().map(|item| item.as_table().cloned());
            tables.collect::<Option<Vec<Table>>>()
        });
        if tables.is_none() {
            self.complain(format!(
                "{key} has to be a list of sections: [[{key}]] ({origin})"
            ));
        }
        Some((tables?, origin))
    }

    pub(crate) fn complain(&mut self, problem: String) {
        self.problems.push(problem);
    }

    /// The result, or all problems of all layers together.
    pub(crate) fn finish<T>(self, value: Option<T>) -> anyhow::Result<T> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => {
                let list: Vec<String> = self
                    .problems
                    .iter()
                    .map(|problem| format!("- {problem}"))
                    .collect();
                let sentence = match list.len() {
                    1 => "one setting cannot be used".to_owned(),
                    several => format!("{several} settings cannot be used"),
                };
                let mend = format!(
                    "{}\n\n`lathe help serve` lists every setting.",
                    list.join("\n")
                );
                Err(Fault::unusable(sentence).mend(mend).into())
            }
        }
    }

    /// The winning text of a setting, and who says so.
    fn find(&mut self, key: &'static str) -> Option<(String, String)> {
        if let Some(text) = self.given.get(key) {
            return Some((text.clone(), "from a flag or the environment".to_owned()));
        }
        let (found, origin) = match lookup(&self.file, key) {
            Some(value) => {
                let place = self
                    .place
                    .as_deref()
                    .map(|path| path.display().to_string())
                    .unwrap_or_default();
                (Some(value), format!("from {place}"))
            }
            None => (lookup(&self.defaults, key), "the default".to_owned()),
        };
        match found {
            Some(Value::String(text)) => Some((text.clone(), origin)),
            Some(Value::Integer(number)) => Some((number.to_string(), origin)),
            Some(Value::Boolean(yes)) => Some((yes.to_string(), origin)),
            Some(_) => {
                self.complain(format!(
                    "{key} has to be a text, a whole number, true or false ({origin})"
                ));
                None
            }
            None => {
                self.complain(format!("{key} has no default"));
                None
            }
        }
    }

    fn refuse_unknown_keys(&mut self) {
        let place = self
            .place
            .as_deref()
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        for (section, value) in &self.file {
            let Some(Value::Table(known)) = self.defaults.get(section) else {
                let sections: Vec<&str> = self.defaults.keys().map(String::as_str).collect();
                self.problems.push(format!(
                    "there is no section `{section}` (from {place}); there are {}",
                    sections.join(", ")
                ));
                continue;
            };
            let Value::Table(settings) = value else {
                self.problems.push(format!(
                    "`{section}` has to be a section: [{section}] (from {place})"
                ));
                continue;
            };
            for setting in settings
                .keys()
                .filter(|setting| !known.contains_key(*setting))
            {
                let settings: Vec<&str> = known.keys().map(String::as_str).collect();
                self.problems.push(format!(
                    "there is no setting {section}.{setting} (from {place}); there are {}",
                    settings.join(", ")
                ));
            }
        }
    }
}

fn lookup<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    let (section, setting) = key.split_once('.')?;
    table.get(section)?.as_table()?.get(setting)
}
