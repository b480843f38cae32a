//! From what a client sent to a checked prompt, and the version that is meant.

use std::collections::BTreeSet;

use store::{NewPromptVersion, PromptSummary, PromptVersion};
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorDetail};
use crate::prompt_text::{self, PromptError};
use crate::schemas::prompt::{Prompt, PromptVariable};

/// All faults together; the values that a text takes and nobody describes are added.
pub(crate) fn check_version(
    app: &Scoped,
    content: String,
    mut variables: Vec<PromptVariable>,
    note: Option<String>,
) -> ApiResult<NewPromptVersion> {
    let mut faults = Vec::new();
    let mut fault = |path: String, message: String, line: Option<usize>| {
        faults.push(ErrorDetail {
            path: Some(path),
            message,
            line,
            ..ErrorDetail::default()
        });
    };
    let taken = match prompt_text::checked(&content) {
        Ok(taken) => taken,
        Err(error) => {
            let line = match &error {
                PromptError::Syntax { line, .. }
                | PromptError::Failed { line, .. }
                | PromptError::Foreign { line, .. } => Some(*line),
                _ => None,
            };
            fault("/content".to_owned(), error.to_string(), line);
            BTreeSet::new()
        }
    };
    let mut named = BTreeSet::new();
    for (at, variable) in variables.iter().enumerate() {
        let path = || format!("/variables/{at}/name");
        if !is_variable(&variable.name) {
            let message =
                "a value's name has letters, digits and underscores, and begins with no digit";
            fault(path(), message.to_owned(), None);
        } else if !named.insert(variable.name.clone()) {
            fault(
                path(),
                format!("`{}` is described twice", variable.name),
                None,
            );
        }
    }
    if !faults.is_empty() {
        return Err(ApiError::listed("the prompt is not valid", faults));
    }
    for name in taken.difference(&named) {
        variables.push(PromptVariable {
            name: name.clone(),
            description: String::new(),
            default: None,
        });
    }
    Ok(NewPromptVersion {
        content,
        variables: serde_json::to_value(variables).map_err(ApiError::internal)?,
        note: note.filter(|note| !note.trim().is_empty()),
        author: app.caller.person_id(),
    })
}

pub(crate) fn check_name(name: &str) -> ApiResult<()> {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    let fits = (1..=100).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(inside);
    match fits {
        true => Ok(()),
        false => Err(ApiError::invalid(
            "/name",
            "a prompt's name has lower case letters, digits, hyphens and underscores, and begins with a letter",
        )),
    }
}

fn is_variable(name: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=64).contains(&name.len())
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(inside)
}

pub(crate) async fn read(app: &Scoped, id: Uuid) -> ApiResult<PromptSummary> {
    let prompt = app.store.prompt(app.scope(), id).await?;
    prompt.ok_or_else(|| ApiError::not_found("prompt"))
}

/// The version with this number, or that this label points at; the newest one without either.
pub(crate) async fn version(
    app: &Scoped,
    prompt: &PromptSummary,
    version: Option<u32>,
    label: Option<&str>,
) -> ApiResult<PromptVersion> {
    let number = match (version, label) {
        (Some(_), Some(_)) => {
            return Err(ApiError::bad_request(
                "give `version` or `label`, and not both",
            ));
        }
        (Some(version), None) => version,
        (None, Some(label)) => {
            let labels = app.store.prompt_labels(app.scope(), prompt.id).await?;
            let found = labels.into_iter().find(|known| known.label == label);
            found
                .ok_or_else(|| ApiError::not_found("label of this prompt"))?
                .version
        }
        (None, None) => prompt.version,
    };
    let found = app
        .store
        .prompt_version(app.scope(), prompt.id, number)
        .await?;
    found.ok_or_else(|| ApiError::not_found("version of this prompt"))
}

/// A prompt with its text and its labels.
pub(crate) async fn view(
    app: &Scoped,
    prompt: PromptSummary,
    label: Option<&str>,
) -> ApiResult<Prompt> {
    let shown = version(app, &prompt, None, label).await?;
    let labels = app.store.prompt_labels(app.scope(), prompt.id).await?;
    let labels = labels.into_iter().map(|label| (label.label, label.version));
    Ok(Prompt {
        shown: shown.into(),
        labels: labels.collect(),
        summary: prompt.into(),
    })
}
