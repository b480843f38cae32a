//! Labels of prompts in an archive: each with the text that it points at, or with none where that is the prompt's newest one.
//!
//! Numbers of versions mean nothing elsewhere, so that texts stand in their place. Only those that a label points at go along;
//! without `labels`, a document leaves those that there are as they are.

use std::collections::{HashMap, HashSet};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::inside::Inside;
use super::kinds::{Kind, is_nothing};
use super::plan::failure;
use super::read::Known;
use crate::error::ApiResult;

const FIELDS: [&str; 3] = ["label", "content", "variables"];

/// Each takes a request, and a text another one.
const MOST: usize = 1_000;
/// As routes take them.
const LONGEST_NAME: usize = 48;

/// Versions of a prompt by their texts.
type Versions = HashMap<Value, Value>;

/// The labels of a prompt as its route shows it.
pub(super) async fn read(inside: &Inside, path: &str, prompt: &Value) -> ApiResult<Value> {
    let newest = &prompt["shown"];
    let mut found = Vec::new();
    for (label, version) in prompt["labels"].as_object().into_iter().flatten() {
        let mut entry = json!({ "label": label });
        if *version != newest["version"] {
            let text = inside.get(&format!("{path}/versions/{version}")).await?;
            if text_of(&text) != text_of(newest) {
                entry["content"] = text["content"].clone();
                if !is_nothing(&text["variables"]) {
                    entry["variables"] = text["variables"].clone();
                }
            }
        }
        found.push(entry);
    }
    Ok(Value::Array(found))
}

/// What is wrong with the labels of a document, and where.
pub(super) fn fault(document: &Value) -> Option<(String, String)> {
    let at = |index: usize| format!("/labels/{index}");
    let labels = match &document["labels"] {
        Value::Null => return None,
        Value::Array(labels) => labels,
        _ => {
            let message = "`labels` is a list, each of `label` and perhaps `content`";
            return Some(("/labels".to_owned(), message.to_owned()));
        }
    };
    if labels.len() > MOST {
        let message = format!(
            "there are {} labels, and a prompt has {MOST} at most in an archive: leave some out",
            labels.len()
        );
        return Some(("/labels".to_owned(), message));
    }
    let mut seen = HashSet::new();
    for (index, entry) in labels.iter().enumerate() {
        if let Some(message) = entry_fault(entry) {
            return Some((at(index), message));
        }
        let name = entry["label"].as_str().unwrap_or_default();
        if !seen.insert(name) {
            return Some((at(index), format!("the label `{name}` stands twice")));
        }
    }
    None
}

fn entry_fault(entry: &Value) -> Option<String> {
    let name = entry["label"].as_str().unwrap_or_default();
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    let is_word = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(sound);
    if !is_word || name.len() > LONGEST_NAME {
        let message = format!(
            "each of `labels` has a `label` such as production: lower case letters, digits, _ and -, {LONGEST_NAME} at most"
        );
        return Some(message);
    }
    let fields = entry.as_object().into_iter().flatten();
    let unknown = fields
        .map(|(field, _)| field)
        .find(|field| !FIELDS.contains(&field.as_str()));
    if let Some(field) = unknown {
        let fields = FIELDS.join(", ");
        return Some(format!(
            "there is no field `{field}` in a label: there are {fields}"
        ));
    }
    let is_half = entry.get("content").is_none() && entry.get("variables").is_some();
    is_half.then(|| format!("the label `{name}` has variables and no content"))
}

/// In the order in which they are shown.
pub(super) fn sort(document: &mut Value) {
    if let Some(Value::Array(labels)) = document.get_mut("labels") {
        let name = |entry: &Value| entry["label"].as_str().unwrap_or_default().to_owned();
        labels.sort_by_key(name);
    }
}

/// The texts that labels point at besides the newest one, each once.
pub(super) fn texts(document: &Value) -> Vec<Value> {
    let mut seen = HashSet::new();
    let texts = entries(document).filter_map(text_of);
    texts.filter(|text| seen.insert(text.clone())).collect()
}

/// Makes or changes a prompt together with its labels. Gives why it could not be done.
pub(super) async fn put(
    inside: &Inside,
    document: &Value,
    known: Option<&Known>,
) -> ApiResult<Option<Value>> {
    let texts = texts(document);
    let list = format!("/api/{}", Kind::Prompt.folder());
    let (path, mut versions) = match known {
        Some(known) => {
            let path = format!("{list}/{}", known.id);
            let versions = versions(inside, &path, &known.document).await?;
            (path, versions)
        }
        None => {
            // The newest text comes last.
            let mut body = Kind::Prompt.creation(document, None, None);
            let mut versions = Versions::new();
            if let Some(first) = texts.first() {
                body["content"] = first["content"].clone();
                body["variables"] = first["variables"].clone();
                versions.insert(first.clone(), json!(1));
            }
            let made = inside.ask(Method::POST, &list, Some(&body)).await?;
            if let Some(error) = failure(&made) {
                return Ok(Some(error));
            }
            let id = made.body["id"].as_str().unwrap_or_default();
            (format!("{list}/{id}"), versions)
        }
    };
    for text in &texts {
        if versions.contains_key(text) {
            continue;
        }
        let add = format!("{path}/versions");
        let mut added = inside.ask(Method::POST, &add, Some(text)).await?;
        if let Some(error) = failure(&added) {
            return Ok(Some(error));
        }
        versions.insert(text.clone(), added.body["version"].take());
    }
    let mut body = Kind::Prompt.change(document, None);
    if body["variables"].is_null() {
        // Not those of the text before.
        body["variables"] = json!([]);
    }
    let changed = inside.ask(Method::PUT, &path, Some(&body)).await?;
    match failure(&changed) {
        Some(error) => Ok(Some(error)),
        None => point(inside, &path, document, &versions, &changed.body).await,
    }
}

/// Points the labels of a prompt as a document says, and takes others away. All texts are there by now, and a label moves to one
/// wherever it pointed before, so that none of these waits for another.
async fn point(
    inside: &Inside,
    path: &str,
    document: &Value,
    versions: &Versions,
    prompt: &Value,
) -> ApiResult<Option<Value>> {
    for entry in entries(document) {
        let label = entry["label"].as_str().unwrap_or_default();
        let version = match text_of(entry) {
            Some(text) => versions.get(&text),
            None => Some(&prompt["version"]),
        };
        let Some(version) = version else { continue };
        if prompt["labels"][label] == *version {
            continue;
        }
        let body = json!({ "version": version });
        let at = format!("{path}/labels/{label}");
        let put = inside.ask(Method::PUT, &at, Some(&body)).await?;
        if let Some(error) = failure(&put) {
            return Ok(Some(error));
        }
    }
    let wanted: HashSet<&str> = entries(document)
        .filter_map(|entry| entry["label"].as_str())
        .collect();
    for (label, _) in prompt["labels"].as_object().into_iter().flatten() {
        if wanted.contains(label.as_str()) {
            continue;
        }
        let at = format!("{path}/labels/{label}");
        let gone = inside.ask(Method::DELETE, &at, None).await?;
        // Somebody else may have taken it away meanwhile.
        if let Some(error) = failure(&gone).filter(|_| gone.status != StatusCode::NOT_FOUND) {
            return Ok(Some(error));
        }
    }
    Ok(None)
}

/// The versions that labels of a prompt point at already, by their texts.
async fn versions(inside: &Inside, path: &str, document: &Value) -> ApiResult<Versions> {
    let prompt = inside.get(path).await?;
    let known = entries(document).filter_map(|entry| {
        let label = entry["label"].as_str()?;
        Some((text_of(entry)?, prompt["labels"][label].clone()))
    });
    Ok(known.collect())
}

fn entries(document: &Value) -> impl Iterator<Item = &Value> {
    document["labels"].as_array().into_iter().flatten()
}

/// The text of a version or of a label that has one.
fn text_of(entry: &Value) -> Option<Value> {
    let content = entry.get("content")?;
    let variables = match &entry["variables"] {
        Value::Null => json!([]),
        variables => variables.clone(),
    };
    Some(json!({ "content": content, "variables": variables }))
}
