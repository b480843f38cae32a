//! Relationships: both ends exist, every name they bring along is free, and records can be created at all.

use std::collections::{HashMap, HashSet};

use super::names::{check_key, check_label};
use crate::{Application, OnDelete, Problem, Relationship, RelationshipKind};

/// Postgres cuts longer names off without a word.
const MAX_IDENTIFIER: usize = 63;

pub(super) fn check(application: &Application, problems: &mut Vec<Problem>) {
    for (index, relationship) in application.relationships.iter().enumerate() {
        check_one(
            application,
            &format!("/relationships/{index}"),
            relationship,
            problems,
        );
    }
    check_collisions(application, problems);
    check_required_circles(application, problems);
}

fn check_one(
    application: &Application,
    path: &str,
    relationship: &Relationship,
    problems: &mut Vec<Problem>,
) {
    check_key(
        &format!("{path}/name"),
        "relationship",
        &relationship.name,
        problems,
    );
    check_key(
        &format!("{path}/inverse"),
        "relationship",
        &relationship.inverse,
        problems,
    );
    check_label(&format!("{path}/label"), &relationship.label, problems);
    for (end, model) in [
        ("source", &relationship.source),
        ("target", &relationship.target),
    ] {
        if !application.models.iter().any(|known| known.name == *model) {
            let known: Vec<&str> = application
                .models
                .iter()
                .map(|model| model.name.as_str())
                .collect();
            let shown = model.escape_debug();
            let message = format!(
                "there is no model `{shown}`; the models are: {}",
                known.join(", ")
            );
            problems.push(Problem::new(format!("{path}/{end}"), message));
        }
    }
    let mut refuse = |option: &str, message: &str| {
        problems.push(Problem::new(format!("{path}/{option}"), message));
    };
    match (relationship.kind, relationship.on_delete()) {
        (RelationshipKind::ManyToMany, OnDelete::SetNull) => {
            refuse(
                "on_delete",
                "an n-n link has nothing to set to null; use cascade (drops the link) or restrict",
            );
        }
        (RelationshipKind::ManyToOne, OnDelete::SetNull) if relationship.required => {
            refuse(
                "on_delete",
                "a required relationship cannot be set to null; use restrict or cascade",
            );
        }
        _ => {}
    }
    if relationship.kind == RelationshipKind::ManyToMany && relationship.required {
        refuse(
            "required",
            "the database cannot hold an n-n relationship to be required; leave `required` out",
        );
    }
    if relationship.kind == RelationshipKind::ManyToMany
        && relationship.link_table().len() > MAX_IDENTIFIER
    {
        refuse(
            "name",
            "together with the source's name it is too long for a table; shorten one of them",
        );
    }
}

/// Every key of a document, column and address that the models and relationships give rise to.
fn check_collisions(application: &Application, problems: &mut Vec<Problem>) {
    let mut taken: HashMap<(String, String), String> = HashMap::new();
    for model in &application.models {
        for field in &model.fields {
            let owner = format!("the field `{}` of `{}`", field.name, model.name);
            taken.insert((model.name.clone(), field.name.clone()), owner);
        }
    }
    let mut tables: HashSet<String> = application
        .models
        .iter()
        .map(|model| model.name.clone())
        .collect();
    for (index, relationship) in application.relationships.iter().enumerate() {
        let path = format!("/relationships/{index}");
        let mut names = vec![("name", &relationship.source, relationship.name.clone())];
        if relationship.key() != relationship.name {
            names.push(("name", &relationship.source, relationship.key()));
        }
        names.push((
            "inverse",
            &relationship.target,
            relationship.inverse.clone(),
        ));
        for (option, model, name) in names {
            let owner = format!(
                "the relationship `{}` of `{}`",
                relationship.name, relationship.source
            );
            if let Some(first) = taken.insert((model.clone(), name.clone()), owner) {
                let message = format!(
                    "it makes `{name}` in `{model}`, which {first} uses already; rename one of them"
                );
                problems.push(Problem::new(format!("{path}/{option}"), message));
            }
        }
        if relationship.kind == RelationshipKind::ManyToMany
            && !tables.insert(relationship.link_table())
        {
            let message = format!(
                "its links need a table `{}`, which exists already; rename it",
                relationship.link_table()
            );
            problems.push(Problem::new(format!("{path}/name"), message));
        }
    }
}

/// When each record needs another one first, all the way round, no first record can ever be created.
fn check_required_circles(application: &Application, problems: &mut Vec<Problem>) {
    let needs = |model: &str| -> Vec<&str> {
        let required = application
            .relationships
            .iter()
            .filter(|known| known.required && known.source == model);
        required.map(|known| known.target.as_str()).collect()
    };
    for (index, relationship) in application
        .relationships
        .iter()
        .enumerate()
        .filter(|(_, known)| known.required)
    {
        let mut open = vec![relationship.target.as_str()];
        let mut seen = HashSet::new();
        while let Some(model) = open.pop() {
            if seen.insert(model) {
                open.extend(needs(model));
            }
        }
        if seen.contains(relationship.source.as_str()) {
            let message = format!(
                "`{}` needs `{}` and the other way round, so that no record could ever be created; \
                 leave `required` out of one of them",
                relationship.source, relationship.target
            );
            problems.push(Problem::new(
                format!("/relationships/{index}/required"),
                message,
            ));
        }
    }
}
