//! Fields that are declared beside those of models that exist already, in the text of an application document: its `models`,
//! with nothing but their names and what is added.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::document::fill_ids;
use crate::parse::{locate, read, shape};
use crate::validate::resolve_model;
use crate::{Field, Invalid, Model, Problem};

/// More fields than this do not make a form that anybody fills in.
const MAX_FIELDS: usize = 50;

/// Reads and checks an extension. `taken` says which names a model has already; none, where it can't be extended.
pub fn parse_extension(
    text: &str,
    taken: impl Fn(&str) -> Option<Vec<String>>,
) -> Result<Vec<Model>, Invalid> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let (value, places) = read(text).map_err(|problem| Invalid {
        problems: vec![problem],
    })?;
    models(value, taken).map_err(|problems| Invalid {
        problems: problems
            .into_iter()
            .map(|problem| locate(problem, &places))
            .collect(),
    })
}

fn models(
    mut value: Value,
    taken: impl Fn(&str) -> Option<Vec<String>>,
) -> Result<Vec<Model>, Vec<Problem>> {
    let Value::Object(document) = &mut value else {
        let message = "an extension is a list of `models`, each with its `fields`";
        return Err(vec![Problem::new("", message)]);
    };
    let foreign = document.keys().find(|key| *key != "models");
    if let Some(foreign) = foreign {
        let message = "an extension has nothing but `models`; leave this out";
        return Err(vec![Problem::new(
            format!("/{}", shape::escape(foreign)),
            message,
        )]);
    }
    if document
        .get("models")
        .is_some_and(|models| !models.is_array() && !models.is_null())
    {
        return Err(vec![Problem::new("/models", "`models` is a list")]);
    }
    document.insert("name".to_owned(), json!("extension"));
    if document.get("models").is_some_and(Value::is_null) {
        document.remove("models");
    }
    let mut application = shape::read_application(value)?;
    fill_ids(&mut application);
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    for (index, model) in application.models.iter().enumerate() {
        let path = format!("/models/{index}");
        let Some(names) = taken(&model.name) else {
            let message = "there is no model of this name that takes further fields";
            problems.push(Problem::new(format!("{path}/name"), message));
            continue;
        };
        if !seen.insert(&model.name) {
            let message = "this model stands here twice; put its fields together";
            problems.push(Problem::new(format!("{path}/name"), message));
        }
        if model.fields.len() > MAX_FIELDS {
            let message = format!("at most {MAX_FIELDS} further fields; leave some out");
            problems.push(Problem::new(format!("{path}/fields"), message));
        }
        resolve_model(&path, model, &mut problems);
        for (place, field) in model.fields.iter().enumerate() {
            check_field(
                &format!("{path}/fields/{place}"),
                field,
                &names,
                &mut problems,
            );
        }
    }
    match problems.is_empty() {
        true => Ok(application.models),
        false => Err(problems),
    }
}

fn check_field(path: &str, field: &Field, taken: &[String], problems: &mut Vec<Problem>) {
    if taken.contains(&field.name) {
        let message = format!(
            "the model has a field `{}` already; choose another name",
            field.name
        );
        problems.push(Problem::new(format!("{path}/name"), message));
    }
    if field.unique {
        let message = "a further field can't be unique; leave `unique` out";
        problems.push(Problem::new(format!("{path}/unique"), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(model: &str) -> Option<Vec<String>> {
        (model == "applications").then(|| vec!["name".to_owned()])
    }

    fn told(text: &str) -> Vec<String> {
        let told = parse_extension(text, taken).unwrap_err().problems;
        told.into_iter().map(|problem| problem.path).collect()
    }

    #[test]
    fn fields_are_added_and_faults_are_placed() {
        let text = "models:\n  - name: applications\n    fields:\n      - {name: cost_center, type: text}\n";
        let models = parse_extension(text, taken).unwrap();
        assert_eq!(
            (models.len(), &*models[0].fields[0].name),
            (1, "cost_center")
        );
        assert!(parse_extension("", taken).unwrap().is_empty());
        assert!(parse_extension("models: []", taken).unwrap().is_empty());
        assert_eq!(told("fields: []"), ["/fields"]);
        assert_eq!(told("- models"), [""]);
        assert_eq!(
            told(&text.replace("applications", "audit")),
            ["/models/0/name"]
        );
        assert_eq!(
            told(&text.replace("cost_center", "name")),
            ["/models/0/fields/0/name"]
        );
        assert_eq!(
            told(&text.replace("cost_center", "id")),
            ["/models/0/fields/0/name"]
        );
        assert_eq!(
            told(&text.replace("text}", "text, unique: true}")),
            ["/models/0/fields/0/unique"]
        );
        let misspelt =
            parse_extension(&text.replace("type: text", "typ: text"), taken).unwrap_err();
        assert_eq!(misspelt.problems[0].line, Some(4), "{misspelt}");
    }
}
