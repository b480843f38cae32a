//! The OpenAPI document: what the web app's types, and everybody else's clients, are generated from.

use axum::Router;
use utoipa::OpenApi;
use utoipa::openapi::schema::{ArrayItems, Schema};
use utoipa::openapi::{Ref, RefOr};

use crate::routes;
use crate::schemas::event::ExecutionNews;
use crate::state::App;

const DESCRIPTION: &str = "Workflows, their executions, and the applications that they build.\n\n\
**There are no accounts yet.** Whoever reaches this server may do everything; therefore it listens on loopback \
(127.0.0.1 and [::1]) only, unless its operator insists otherwise, and refuses requests from pages of other sites.\n\n\
Every reply that is not a success holds an `ErrorEnvelope`. Ids are UUIDs whose order is that of time. Times are \
RFC 3339 in UTC, with milliseconds. Lists are read page by page: pass `next_cursor` as `cursor` until it is null. \
Unknown fields and parameters are refused.";

#[derive(OpenApi)]
#[openapi(
    info(title = "Lathe", description = DESCRIPTION, license(name = "Apache-2.0", identifier = "Apache-2.0")),
    components(schemas(ExecutionNews)),
    tags(
        (name = "workflows", description = "Documents that say what happens in which order, and starting them."),
        (name = "executions", description = "Runs of workflows: where they stand, what they wrote, stopping them."),
        (name = "waits", description = "Steps that wait for an answer from outside, and answering them."),
        (name = "models", description = "Kinds of records that applications keep."),
        (name = "applications", description = "Models that belong together, and what is live of them."),
        (name = "nodes", description = "The catalogue of what a workflow's nodes can do."),
        (name = "server", description = "The server itself."),
    ),
)]
struct Document;

/// The document without a server: for `lathe openapi` and the snapshot in the repository.
pub fn openapi() -> utoipa::openapi::OpenApi {
    parts().1
}

/// utoipa writes the items of a page out in full; a reference says that they are what they are elsewhere.
fn name_items(document: &mut utoipa::openapi::OpenApi) {
    let Some(components) = &mut document.components else {
        return;
    };
    let known: Vec<String> = components.schemas.keys().cloned().collect();
    for (name, schema) in &mut components.schemas {
        let item = name
            .strip_prefix("Page_")
            .filter(|item| known.iter().any(|known| known == item));
        if let (Some(item), RefOr::T(Schema::Object(page))) = (item, schema)
            && let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items")
        {
            items.items =
                ArrayItems::RefOrSchema(Box::new(RefOr::Ref(Ref::from_schema_name(item))));
        }
    }
}

/// The document as text, as it stands in `api/openapi.json`.
pub fn openapi_json() -> Result<String, serde_json::Error> {
    openapi().to_pretty_json().map(|text| text + "\n")
}

/// The routes, and the document that describes them.
pub(crate) fn parts() -> (Router<App>, utoipa::openapi::OpenApi) {
    let (router, mut document) = routes::all().split_for_parts();
    name_items(&mut document);
    (router, document)
}

/// The document before any route is added.
pub(crate) fn base() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
