//! The OpenAPI document: what the web app's types, and everybody else's clients, are generated from.
//!
//! Each route describes what only it can know. What follows from that is added here for all of them: how they may refuse,
//! whom they take in words, examples. Tests then read the document and demand that nothing is missing.

mod examples;
mod refusals;
mod words;

use axum::Router;
use utoipa::openapi::OpenApi as OpenApiDocument;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayItems, KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat,
    Type,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Ref, RefOr, Required};
use utoipa::{Modify, OpenApi};

use crate::access::rules;
use crate::routes;
use crate::schemas::event::ExecutionNews;
use crate::schemas::live::{LiveMessage, LiveRequest};
use crate::state::App;

const DESCRIPTION: &str = "Workflows, their executions, and the applications that they build.\n\n\
Requests carry `Authorization: Bearer …`: the access token of a session (`POST /api/auth/login`), or a token that was made \
for a program (`POST /api/tokens`). They are about one workspace: the caller's own, or the one that the header \
`Lathe-Workspace` names by id or slug. What belongs to another workspace is not found. Each operation names the \
permission that it takes; those with `session` take somebody who has logged in, and those with `{}` anybody.\n\n\
Every reply that is not a success holds an `ErrorEnvelope`. Ids are UUIDs whose order is that of time. Times are \
RFC 3339 in UTC, with milliseconds. Lists are read page by page: pass `next_cursor` as `cursor` until it is null. \
Unknown fields and parameters are refused. An update may carry `If-Match` with the `ETag` that a thing was read \
with, and is refused with 412 if somebody else has changed it since. Requests are counted by account and token, or by address: \
`RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` say what there is left, and 429 comes with `Retry-After`.";

#[derive(OpenApi)]
#[openapi(
    info(title = "Lathe", description = DESCRIPTION, license(name = "Apache-2.0", identifier = "Apache-2.0")),
    components(schemas(ExecutionNews, LiveMessage, LiveRequest)),
    modifiers(&WaysIn),
    tags(
        (name = "auth", description = "Coming in, going out, and one's own account."),
        (name = "workspaces", description = "What people share, who belongs to it, and what they may do."),
        (name = "tokens", description = "Tokens for programs."),
        (name = "audit", description = "What was changed, by whom, and the proof that the log of it is whole."),
        (name = "users", description = "All accounts, for who operates the installation."),
        (name = "workflows", description = "Documents that say what happens in which order, and starting them."),
        (name = "executions", description = "Runs of workflows: where they stand, what they wrote, stopping them."),
        (name = "schedules", description = "When workflows run by themselves, and what became of each moment."),
        (name = "webhooks", description = "Addresses at which other programs begin workflows, and what was sent there."),
        (name = "outgoing webhooks", description = "Where other systems are told of what happens, and what became of each delivery."),
        (name = "waits", description = "Steps that wait for an answer from outside, and answering them."),
        (name = "models", description = "Kinds of records that applications keep."),
        (name = "applications", description = "Models that belong together, and what is live of them."),
        (name = "releases", description = "What was put live of applications, and what became of it."),
        (name = "meta", description = "What kinds of records there are, all of them in one form, and what a workspace adds to them."),
        (name = "archive", description = "A workspace as one archive of text files."),
        (name = "trash", description = "What was deleted and can be brought back."),
        (name = "secrets", description = "Texts and credentials that workflows use by name, and that nobody reads again."),
        (name = "variables", description = "Values that workflows read by name."),
        (name = "files", description = "Files of a workspace: uploaded by people, left by runs, used by both."),
        (name = "prompts", description = "Texts with places for values, in versions, with labels that point at them."),
        (name = "live", description = "One socket for all that a page wants to hear of."),
        (name = "notifications", description = "What one is told."),
        (name = "settings", description = "How a person and a workspace want things to be."),
        (name = "nodes", description = "The catalogue of what a workflow's nodes can do."),
        (name = "server", description = "The server itself."),
    ),
)]
struct Document;

/// How a request proves whose it is.
struct WaysIn;

impl Modify for WaysIn {
    fn modify(&self, document: &mut OpenApiDocument) {
        let components = document.components.get_or_insert_default();
        let bearer = |about: &str| {
            let http = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(about));
            SecurityScheme::Http(http.build())
        };
        components.add_security_scheme(
            rules::BEARER,
            bearer("The access token of a session, or a token of a program. The scope is the permission that is taken."),
        );
        components.add_security_scheme(
            rules::MACHINE,
            bearer("The token of whoever operates the server's machine, which lies in its data folder."),
        );
        components.add_security_scheme(
            rules::SESSION,
            bearer("The access token of a session: somebody who has logged in, and no program of theirs."),
        );
    }
}

/// The document without a server: for `lathe openapi` and the snapshot in the repository.
pub fn openapi() -> OpenApiDocument {
    parts().1
}

/// utoipa writes the items of a page out in full; a reference says that they are what they are elsewhere.
fn name_items(document: &mut OpenApiDocument) {
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

/// Every operation that is about what a workspace holds may name it.
fn tell_of_workspaces(document: &mut OpenApiDocument) {
    let parameter = ParameterBuilder::new()
        .name("Lathe-Workspace")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The workspace that is meant, by id or slug; without it, the caller's own or the token's.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(100))))
        .build();
    each_operation(document, |_, path, operation| {
        let named_by_address = path.starts_with("/api/workspaces") || path.starts_with("/api/auth");
        let is_public = operation.security.as_deref() == Some(&[SecurityRequirement::default()]);
        if !is_public && !named_by_address {
            operation
                .parameters
                .get_or_insert_default()
                .push(RefOr::T(parameter.clone()));
        }
    });
}

/// A variant of an enum that is named by its only field has no others, and neither has what it holds: serde sees to that,
/// and utoipa does not say it.
fn close_variants(document: &mut OpenApiDocument) {
    let schemas = document
        .components
        .iter_mut()
        .flat_map(|all| all.schemas.values_mut());
    for schema in schemas {
        let RefOr::T(Schema::OneOf(variants)) = schema else {
            continue;
        };
        for variant in &mut variants.items {
            if let RefOr::T(Schema::Object(variant)) = variant
                && variant.properties.len() == 1
                && variant.required.len() == 1
            {
                close(variant);
                for inner in variant.properties.values_mut() {
                    if let RefOr::T(Schema::Object(inner)) = inner
                        && !inner.properties.is_empty()
                    {
                        close(inner);
                    }
                }
            }
        }
    }
}

fn close(object: &mut Object) {
    let closed = AdditionalProperties::FreeForm(false);
    object.additional_properties = Some(Box::new(closed));
}

/// Whole numbers end where their type does.
fn bound_numbers(document: &mut OpenApiDocument) {
    let schemas = document
        .components
        .iter_mut()
        .flat_map(|all| all.schemas.values_mut());
    schemas.for_each(bound);
    each_operation(document, |_, _, operation| {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter {
                parameter.schema.iter_mut().for_each(bound);
            }
        }
    });
}

fn bound(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            let greatest = match &object.format {
                Some(SchemaFormat::KnownFormat(KnownFormat::Int32)) => Some(i64::from(i32::MAX)),
                Some(SchemaFormat::KnownFormat(KnownFormat::Int64)) => Some(i64::MAX),
                _ => None,
            };
            if let (None, Some(greatest)) = (&object.maximum, greatest) {
                object.maximum = Some(greatest.into());
            }
            object.properties.values_mut().for_each(bound);
        }
        Schema::OneOf(one) => one.items.iter_mut().for_each(bound),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(bound),
        Schema::AllOf(all) => all.items.iter_mut().for_each(bound),
        _ => {}
    }
}

/// Method, in lower case, and path of every operation, with the operation.
fn each_operation(
    document: &mut OpenApiDocument,
    mut work: impl FnMut(&'static str, &str, &mut Operation),
) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("delete", &mut item.delete),
            ("patch", &mut item.patch),
        ] {
            if let Some(operation) = operation {
                work(method, path, operation);
            }
        }
    }
}

/// The document as text, as it stands in `api/openapi.json`.
pub fn openapi_json() -> Result<String, serde_json::Error> {
    openapi().to_pretty_json().map(|text| text + "\n")
}

/// The routes, and the document that describes them.
pub(crate) fn parts() -> (Router<App>, OpenApiDocument) {
    let (router, mut document) = routes::all().split_for_parts();
    name_items(&mut document);
    tell_of_workspaces(&mut document);
    close_variants(&mut document);
    bound_numbers(&mut document);
    refusals::add(&mut document);
    words::add(&mut document);
    examples::add(&mut document);
    (router, document)
}

/// The document before any route is added.
pub(crate) fn base() -> OpenApiDocument {
    Document::openapi()
}
