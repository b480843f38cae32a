//! From what a client sent to a checked workflow document.

use std::sync::Arc;

use engine::catalog::Catalog;
use engine::document::{Document, parse};
use engine::plan;
use engine::problem::Problems;
use serde_json::{Map, Value};
use store::NewWorkflow;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult};
use crate::schemas::workflow::WorkflowBody;
use crate::state::App;

/// Whoever asks is its author.
pub(crate) async fn new_workflow(app: &Scoped, body: WorkflowBody) -> ApiResult<NewWorkflow> {
    let document = read_workflow(app, body.document, body.source).await?;
    let layout = body
        .layout
        .map(serde_json::to_value)
        .transpose()
        .map_err(ApiError::internal)?;
    Ok(NewWorkflow {
        name: document.name.clone(),
        label: document.label.clone(),
        description: document.description.clone(),
        node_count: u32::try_from(document.nodes.len()).unwrap_or(u32::MAX),
        document: serde_json::to_value(&document).map_err(ApiError::internal)?,
        layout,
        author: app.caller.person_id(),
    })
}

/// Checks a document as far as saving it does: against the catalogue, with every expression compiled.
pub(crate) async fn read_workflow(
    app: &App,
    document: Option<Map<String, Value>>,
    source: Option<String>,
) -> ApiResult<Document> {
    let catalog = Arc::clone(&app.catalog);
    // A long document with many scripts takes its time, and must not hold up other requests.
    let read = tokio::task::spawn_blocking(move || match (document, source) {
        (Some(document), None) => Ok(check(document, &catalog)),
        (None, Some(source)) => Ok(plan::read(&source, &catalog).map(|(document, _)| document)),
        _ => Err(ApiError::invalid(
            "",
            "give either `document` or `source`, and not both",
        )),
    });
    let checked = read.await.map_err(ApiError::internal)??;
    checked.map_err(|problems| ApiError::from_problems("the workflow is not valid", problems))
}

/// Whether a workflow may be called so.
pub(crate) fn check_name(name: &str) -> ApiResult<()> {
    match plan::is_workflow_name(name) {
        true => Ok(()),
        false => {
            let message = "a name begins with a small letter, and goes on with small letters, digits, _ and -: 63 at most";
            Err(ApiError::invalid("/name", message))
        }
    }
}

/// Checks a document that was saved earlier: the catalogue may have changed since.
pub(crate) async fn check_stored(app: &App, document: Value) -> ApiResult<()> {
    let body = WorkflowBody::of(document);
    read_workflow(app, body.document, None).await.map(|_| ())
}

/// Reads a document that was saved earlier.
pub(crate) fn stored(document: &Value) -> ApiResult<Document> {
    parse::from_value(document.clone())
        .map_err(|problems| ApiError::from_problems("the version can't be read here", problems))
}

fn check(document: Map<String, Value>, catalog: &Catalog) -> Result<Document, Problems> {
    let document = parse::from_value(Value::Object(document))?;
    plan::compile(document, catalog).map(|plan| plan.document)
}
