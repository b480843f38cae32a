//! Workflows of an archive: which version is the newest one then, and which one is published.
//!
//! Nothing is published unless that is asked for. Where nothing is published, the newest version is what runs; so a draft goes
//! in only where another version is published, or is by this.

use axum::http::Method;
use serde_json::{Value, json};

use super::compare::differences;
use super::inside::Inside;
use super::kinds::Kind;
use super::plan::{Wanted, failure};
use super::read::Known;
use crate::error::ApiResult;

/// Whether a version is published by an import: where that is asked for, and it is not what is published already.
pub(super) fn publishes(wanted: &Wanted, known: Option<&Known>, publish: bool) -> bool {
    let published = known.and_then(Known::published);
    let is_so =
        published.is_some_and(|published| differences_of(&wanted.document, published).is_empty());
    publish && !is_so
}

/// The version that is put first: the only one, or the one that is to be published.
pub(super) fn first<'w>(
    wanted: &'w Wanted,
    known: Option<&Known>,
    publish: bool,
) -> Option<&'w Value> {
    let is_put = publishes(wanted, known, publish) || draft(wanted, known, publish).is_none();
    is_put.then_some(&wanted.document)
}

/// The newest version, where it is to be another one than the one that is published.
pub(super) fn draft<'w>(
    wanted: &'w Wanted,
    known: Option<&Known>,
    publish: bool,
) -> Option<&'w Value> {
    let is_published = publish || known.is_some_and(|known| known.is_published);
    wanted.draft.as_ref().filter(|_| is_published)
}

/// Where a workflow differs from what it is to be.
pub(super) fn changes(wanted: &Wanted, known: &Known, publish: bool) -> Vec<String> {
    let draft = draft(wanted, Some(known), publish);
    let mut changes = match known.published() {
        _ if !publishes(wanted, Some(known), publish) => Vec::new(),
        Some(published) if draft.is_some() => differences_of(&wanted.document, published),
        _ => vec!["/published".to_owned()],
    };
    match draft {
        Some(draft) => {
            let drafted = differences_of(draft, &known.document);
            changes.extend(drafted.into_iter().map(|place| format!("/draft{place}")));
        }
        None => changes.extend(differences_of(&wanted.document, &known.document)),
    }
    changes
}

/// Makes or changes a workflow: first the version that is to be published, then a newer one. Gives why it could not be done.
pub(super) async fn put(
    inside: &Inside,
    wanted: &Wanted,
    known: Option<&Known>,
    publish: bool,
) -> ApiResult<Option<Value>> {
    let (kind, layout) = (Kind::Workflow, wanted.layout.as_ref());
    let list = format!("/api/{}", kind.folder());
    let draft = draft(wanted, known, publish);
    let mut id = known.map(|known| known.id.clone());
    if let Some(document) = first(wanted, known, publish) {
        let body = kind.change(document, layout);
        let replied = match &id {
            Some(id) => {
                let path = format!("{list}/{id}");
                inside.ask(Method::PUT, &path, Some(&body)).await?
            }
            None => inside.ask(Method::POST, &list, Some(&body)).await?,
        };
        if let Some(error) = failure(&replied) {
            return Ok(Some(error));
        }
        let made = replied.body["id"].as_str().unwrap_or_default();
        if publishes(wanted, known, publish) {
            // This one, whatever somebody else makes of it in this moment.
            let body = json!({ "version": replied.body["version"] });
            let path = format!("{list}/{made}/publish");
            let published = inside.ask(Method::POST, &path, Some(&body)).await?;
            if let Some(error) = failure(&published) {
                return Ok(Some(error));
            }
        }
        id = Some(made.to_owned());
    }
    let (Some(draft), Some(id)) = (draft, id) else {
        return Ok(None);
    };
    let path = format!("{list}/{id}");
    let body = kind.change(draft, layout);
    let replied = inside.ask(Method::PUT, &path, Some(&body)).await?;
    Ok(failure(&replied))
}

/// Where a document differs from what there is. People write edges in more than one way, and they are kept in one; what can't
/// be read is told elsewhere.
fn differences_of(wanted: &Value, there: &Value) -> Vec<String> {
    let read = engine::document::parse::from_value(wanted.clone()).ok();
    let kept = read.and_then(|read| serde_json::to_value(read).ok());
    differences(kept.as_ref().unwrap_or(wanted), there)
}
