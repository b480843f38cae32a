//! The OpenAPI document: what the web app's types, and everybody else's clients, are generated from.

use utoipa::OpenApi;

use crate::routes;
use crate::schemas::event::ExecutionNews;

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
        (name = "models", description = "Kinds of records that applications keep."),
        (name = "applications", description = "Models that belong together, and what is live of them."),
        (name = "nodes", description = "The catalogue of what a workflow's nodes can do."),
        (name = "server", description = "The server itself."),
    ),
)]
struct Document;

/// The document without a server: for `lathe openapi` and the snapshot in the repository.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes::all().split_for_parts().1
}

/// The document as text, as it stands in `api/openapi.json`.
pub fn openapi_json() -> Result<String, serde_json::Error> {
    openapi().to_pretty_json().map(|text| text + "\n")
}

/// The document before any route is added.
pub(crate) fn base() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
