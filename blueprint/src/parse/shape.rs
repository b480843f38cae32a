//! JSON to types, piece by piece, so that one misspelt key does not hide the next.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{Application, Problem};

pub(crate) fn read_application(mut value: Value) -> Result<Application, Vec<Problem>> {
    let mut problems = Vec::new();
    let models = take_list(&mut value, "models");
    let relationships = take_list(&mut value, "relationships");
    let application: Option<Application> = read(value, "", &mut problems);
    let mut read_models = Vec::new();
    for (index, mut model) in models.into_iter().enumerate() {
        let path = format!("/models/{index}");
        let fields = take_list(&mut model, "fields");
        let model: Option<crate::Model> = read(model, &path, &mut problems);
        let fields: Vec<_> = fields
            .into_iter()
            .enumerate()
            .filter_map(|(place, field)| {
                read(field, &format!("{path}/fields/{place}"), &mut problems)
            })
            .collect();
        read_models.extend(model.map(|model| crate::Model { fields, ..model }));
    }
    let relationships = relationships
        .into_iter()
        .enumerate()
        .filter_map(|(index, value)| read(value, &format!("/relationships/{index}"), &mut problems))
        .collect();
    match application {
        Some(application) if problems.is_empty() => Ok(Application {
            models: read_models,
            relationships,
            ..application
        }),
        _ => Err(problems),
    }
}

/// Takes a list out of an object and leaves an empty one; anything else stays, and is refused later.
fn take_list(value: &mut Value, key: &str) -> Vec<Value> {
    match value.get_mut(key) {
        Some(Value::Array(list)) => std::mem::take(list),
        _ => Vec::new(),
    }
}

fn read<T: DeserializeOwned>(value: Value, base: &str, problems: &mut Vec<Problem>) -> Option<T> {
    let value = if value.is_null() { json!({}) } else { value };
    match serde_path_to_error::deserialize(value) {
        Ok(read) => Some(read),
        Err(error) => {
            let path = format!("{base}{}", pointer(error.path()));
            problems.push(Problem::new(path, error.inner().to_string()));
            None
        }
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escape(key)),
            Segment::Enum { variant } => format!("/{}", escape(variant)),
            Segment::Unknown => String::new(),
        })
        .collect()
}

pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
