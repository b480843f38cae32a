//! Everything that makes a document fit to be generated; what passes comes out resolved, with no question left.

mod names;
mod relationships;
mod reserved;
mod rules;

pub(crate) use rules::{Rules, canonical, format_scaled};

use std::collections::HashMap;

use serde_json::Value;

use crate::document::{fill_model_ids, label_of, short};
use crate::{Application, Field, Invalid, Model, Problem, Relationship};
use names::{check_label, check_name};

/// An application with every default filled in and every option understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Resolved {
    pub name: String,
    pub label: String,
    pub description: String,
    pub models: Vec<ResolvedModel>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ResolvedModel {
    pub id: String,
    pub name: String,
    pub label: String,
    pub fields: Vec<ResolvedField>,
    /// The relationships that start here.
    pub relations: Vec<Relationship>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ResolvedField {
    pub id: String,
    pub name: String,
    pub label: String,
    pub rules: Rules,
    pub required: bool,
    pub unique: bool,
    pub default: Option<Value>,
}

impl ResolvedField {
    pub(crate) fn key(&self) -> String {
        short(&self.id)
    }
}

const MAX_MODELS: usize = 200;
const MAX_FIELDS: usize = 200;

pub(crate) fn validate(application: &Application) -> Vec<Problem> {
    resolve(application).err().unwrap_or_default()
}

/// Checks one model by itself, as the API does before the model belongs to an application.
pub fn validate_model(model: &Model) -> Result<(), Invalid> {
    let mut model = model.clone();
    fill_model_ids("", &mut model);
    let mut problems = Vec::new();
    resolve_model("", &model, &mut problems);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Invalid { problems })
    }
}

pub(crate) fn resolve(application: &Application) -> Result<Resolved, Vec<Problem>> {
    let mut problems = Vec::new();
    check_name("", "application", &application.name, &mut problems);
    check_label("/label", &application.label, &mut problems);
    names::check_description("/description", &application.description, &mut problems);
    if application.models.is_empty() {
        let message = "an application needs at least one model; add one under `models`";
        problems.push(Problem::new("/models", message));
    }
    if application.models.len() > MAX_MODELS {
        let message = format!("at most {MAX_MODELS} models; split the application");
        problems.push(Problem::new("/models", message));
    }
    let mut models: Vec<ResolvedModel> = application
        .models
        .iter()
        .enumerate()
        .map(|(index, model)| resolve_model(&format!("/models/{index}"), model, &mut problems))
        .collect();
    check_duplicates(application, &mut problems);
    relationships::check(application, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    for model in &mut models {
        let of_model = application
            .relationships
            .iter()
            .filter(|known| known.source == model.name);
        model.relations = of_model.cloned().collect();
    }
    Ok(Resolved {
        name: application.name.clone(),
        label: label_of(&application.label, &application.name),
        description: application.description.clone(),
        models,
    })
}

pub(crate) fn resolve_model(
    path: &str,
    model: &Model,
    problems: &mut Vec<Problem>,
) -> ResolvedModel {
    check_name(path, "model", &model.name, problems);
    check_label(&format!("{path}/label"), &model.label, problems);
    if model.fields.is_empty() {
        let message = format!("the model `{}` has no fields; add at least one", model.name);
        problems.push(Problem::new(format!("{path}/fields"), message));
    }
    if model.fields.len() > MAX_FIELDS {
        let message = format!("at most {MAX_FIELDS} fields; split the model");
        problems.push(Problem::new(format!("{path}/fields"), message));
    }
    let mut seen = HashMap::new();
    let mut fields = Vec::new();
    for (index, field) in model.fields.iter().enumerate() {
        let path = format!("{path}/fields/{index}");
        check_name(&path, "field", &field.name, problems);
        if seen.insert(field.name.to_lowercase(), index).is_some() {
            let message = format!(
                "`{}` has a field `{}` already; rename one of them",
                model.name, field.name
            );
            problems.push(Problem::new(format!("{path}/name"), message));
        }
        fields.extend(resolve_field(&path, field, problems));
    }
    ResolvedModel {
        id: model.id.clone(),
        name: model.name.clone(),
        label: label_of(&model.label, &model.name),
        fields,
        relations: Vec::new(),
    }
}

fn resolve_field(path: &str, field: &Field, problems: &mut Vec<Problem>) -> Option<ResolvedField> {
    check_label(&format!("{path}/label"), &field.label, problems);
    let before = problems.len();
    let mut report = |option: &str, message: String| {
        problems.push(Problem::new(
            format!("{path}/{option}"),
            format!("`{}`: {message}", field.name),
        ));
    };
    let rules = Rules::of(field, &mut report)?;
    let default = match &field.default {
        None | Some(Value::Null) => None,
        Some(default) => match canonical(&rules, default, field.required) {
            Ok(default) => Some(default),
            Err(message) => {
                report(
                    "default",
                    format!("the default {message}; correct it or leave it out"),
                );
                None
            }
        },
    };
    if field.unique
        && let Err(message) = rules.can_be_unique(default.as_ref())
    {
        report("unique", message);
    }
    (problems.len() == before).then(|| ResolvedField {
        id: field.id.clone(),
        name: field.name.clone(),
        label: label_of(&field.label, &field.name),
        rules,
        required: field.required,
        unique: field.unique,
        default,
    })
}

/// Names must differ after folding, and ids may not be used twice: they are what a rename is known by.
fn check_duplicates(application: &Application, problems: &mut Vec<Problem>) {
    let mut names = HashMap::new();
    for (index, model) in application.models.iter().enumerate() {
        if names.insert(model.name.to_lowercase(), index).is_some() {
            let message = format!(
                "there is a model `{}` already; rename one of them",
                model.name
            );
            problems.push(Problem::new(format!("/models/{index}/name"), message));
        }
    }
    let mut ids = HashMap::new();
    let mut check = |path: String, id: &str| {
        if uuid::Uuid::try_parse(id).is_err() {
            let message = format!(
                "the id `{id}` is not a UUID; leave it out, and one is derived from the name"
            );
            problems.push(Problem::new(format!("{path}/id"), message));
        } else if let Some(first) = ids.insert(id.to_lowercase(), path.clone()) {
            let message =
                format!("the id `{id}` is used at {first} already; every id must be its own");
            problems.push(Problem::new(format!("{path}/id"), message));
        }
    };
    check(String::new(), &application.id);
    for (index, model) in application.models.iter().enumerate() {
        check(format!("/models/{index}"), &model.id);
        for (place, field) in model.fields.iter().enumerate() {
            check(format!("/models/{index}/fields/{place}"), &field.id);
        }
    }
    for (index, relationship) in application.relationships.iter().enumerate() {
        check(format!("/relationships/{index}"), &relationship.id);
    }
}
