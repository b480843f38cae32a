//! Reads a document against its model and reports every fault of it together.

use serde_json::{Map, Value as Json};

use crate::error::{ApiError, Fault};
use crate::model::{Field, Model, Relation, RelationKind};
use crate::sql::Transport;
use crate::value::{Value, parse_uuid};

/// What a valid document asks to be written.
#[derive(Default)]
pub struct Changes {
    pub columns: Vec<(&'static str, Value, Transport)>,
    pub links: Vec<(&'static Relation, Vec<String>)>,
    /// Ids that must exist: where they stand in the document, the model, the id.
    pub references: Vec<(String, &'static str, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The whole record: what is absent gets its default, or null.
    Whole,
    /// Only the keys that are present.
    Partial,
}

/// Columns that the database fills in; a document may carry them along, and they change nothing.
const KEPT: [&str; 3] = ["id", "created_at", "updated_at"];

pub fn validate(model: &'static Model, document: &Json, mode: Mode) -> Result<Changes, ApiError> {
    let Json::Object(document) = document else {
        return Err(ApiError::invalid(vec![Fault::new(
            "",
            "must be a JSON object",
        )]));
    };
    let mut faults = Vec::new();
    let mut changes = Changes::default();
    for field in model.fields {
        match read_field(field, document, mode) {
            Ok(Some(value)) => changes
                .columns
                .push((field.name, value, field.kind.transport())),
            Ok(None) => {}
            Err(message) => faults.push(Fault::new(format!("/{}", field.name), message)),
        }
    }
    for relation in model.relations {
        read_relation(relation, document, mode, &mut changes, &mut faults);
    }
    faults.extend(
        document
            .keys()
            .filter(|key| !is_known(model, key))
            .map(|key| {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                Fault::new(format!("/{escaped}"), "is not a field of this model")
            }),
    );
    if faults.is_empty() {
        Ok(changes)
    } else {
        Err(ApiError::invalid(faults))
    }
}

fn read_field(
    field: &Field,
    document: &Map<String, Json>,
    mode: Mode,
) -> Result<Option<Value>, String> {
    let value = match (document.get(field.name), mode) {
        (Some(json), _) => field.kind.convert(json)?,
        (None, Mode::Partial) => return Ok(None),
        (None, Mode::Whole) => default_of(field),
    };
    field.kind.check(&value, field.required)?;
    Ok(Some(value))
}

fn default_of(field: &Field) -> Value {
    let json = field
        .default
        .and_then(|text| serde_json::from_str(text).ok());
    json.and_then(|json| field.kind.convert(&json).ok())
        .unwrap_or(Value::Null)
}

fn read_relation(
    relation: &'static Relation,
    document: &Map<String, Json>,
    mode: Mode,
    changes: &mut Changes,
    faults: &mut Vec<Fault>,
) {
    match relation.kind {
        RelationKind::ManyToOne { column } => {
            let path = format!("/{column}");
            match (document.get(column), mode) {
                (None, Mode::Partial) => {}
                (None | Some(Json::Null), _) if relation.required => {
                    faults.push(Fault::new(path, "is required"))
                }
                (None | Some(Json::Null), _) => {
                    changes.columns.push((column, Value::Null, Transport::Uuid))
                }
                (Some(json), _) => match read_id(json) {
                    Ok(id) => {
                        changes
                            .columns
                            .push((column, Value::Text(id.clone()), Transport::Uuid));
                        changes.references.push((path, relation.target, id));
                    }
                    Err(message) => faults.push(Fault::new(path, message)),
                },
            }
        }
        RelationKind::ManyToMany { .. } => {
            let items = match (document.get(relation.name), mode) {
                (None, Mode::Partial) => return,
                (None, Mode::Whole) => &Vec::new(),
                (Some(Json::Array(items)), _) => items,
                (Some(_), _) => {
                    faults.push(Fault::new(
                        format!("/{}", relation.name),
                        "must be an array of ids",
                    ));
                    return;
                }
            };
            let mut ids: Vec<String> = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                let path = format!("/{}/{index}", relation.name);
                match read_id(item) {
                    Ok(id) if ids.contains(&id) => faults.push(Fault::new(path, "is listed twice")),
                    Ok(id) => {
                        changes.references.push((path, relation.target, id.clone()));
                        ids.push(id);
                    }
                    Err(message) => faults.push(Fault::new(path, message)),
                }
            }
            changes.links.push((relation, ids));
        }
    }
}

fn read_id(json: &Json) -> Result<String, String> {
    match json.as_str().map(parse_uuid) {
        Some(Ok(Value::Text(id))) => Ok(id),
        _ => Err("must be the id of a record".to_owned()),
    }
}

fn is_known(model: &Model, key: &str) -> bool {
    KEPT.contains(&key)
        || model.field(key).is_some()
        || model
            .relations
            .iter()
            .any(|relation| relation.column().unwrap_or(relation.name) == key)
}
