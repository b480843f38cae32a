//! `GET` and `PUT /api/applications/{id}/environment`

use std::collections::HashSet;

use axum::Json;
use axum::response::{IntoResponse, Response};
use store::{EnvironmentEntry, EnvironmentRecord, Held, secret_and_field};

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope, Faults};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::{Tagged, private};
use crate::schemas::environment::{ApplicationEnvironment, EnvironmentVariable};

/// All values together, in bytes: what a program is started with has its room, too.
const MOST: usize = 64 * 1024;

/// What Lathe sets, whatever is said here.
const OWN: [&str; 3] = ["BIND", "PORT", "DATA_DIR"];

/// What an application is given in its environment when it is shipped.
///
/// A value may well be confidential, and so is for who ships the application, and not for all who may look at it.
#[utoipa::path(get, path = "/api/applications/{id}/environment", tag = "applications", security(("bearer" = ["applications:deploy"])), params(Id), responses(
    (status = 200, description = "The environment.", body = ApplicationEnvironment),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_application_environment(app: Scoped, Id(id): Id) -> ApiResult<Response> {
    let kept = app.store.application_environment(app.scope(), id).await?;
    let kept = kept.ok_or_else(|| ApiError::not_found("application"))?;
    Ok(tagged(kept))
}

/// Replaces the environment of an application. It takes effect with the next release.
///
/// A secret is named and not copied: a release is given what the secret holds when it is shipped. The audit log tells who changed
/// the environment when, and not what is in it.
#[utoipa::path(put, path = "/api/applications/{id}/environment", tag = "applications", security(("bearer" = ["applications:write"])),
    request_body = ApplicationEnvironment, params(Id, IfMatch), responses(
    (status = 200, description = "The environment as it is now.", body = ApplicationEnvironment),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "A variable can't be given, or a secret is not there.", body = ErrorEnvelope),
))]
pub(crate) async fn update_application_environment(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<ApplicationEnvironment>,
) -> ApiResult<Response> {
    let mut faults = Faults::default();
    let entries = read(body.variables, &mut faults);
    find_secrets(&app, &entries, &mut faults).await?;
    faults.end("the environment is not valid")?;
    let entries: Vec<EnvironmentEntry> = entries.into_iter().flatten().collect();
    let kept = app
        .store
        .set_application_environment(app.scope(), id, &entries, revision)
        .await?;
    Ok(tagged(kept))
}

/// Marked as private: a value may well be a password, and of the audit log nothing can be taken out again.
fn tagged(kept: EnvironmentRecord) -> Response {
    let body: ApplicationEnvironment = kept.entries.into();
    private(Tagged(kept.revision, Json(body)).into_response())
}

/// The variables in their order, without those that have faults.
fn read(variables: Vec<EnvironmentVariable>, faults: &mut Faults) -> Vec<Option<EnvironmentEntry>> {
    let (mut seen, mut bytes) = (HashSet::new(), 0);
    let mut entries = Vec::with_capacity(variables.len());
    for (index, variable) in variables.into_iter().enumerate() {
        let EnvironmentVariable {
            name,
            value,
            secret,
        } = variable;
        let place = |field: &str| format!("/variables/{index}/{field}");
        if OWN.contains(&name.as_str()) {
            faults.add(
                place("name"),
                "Lathe sets BIND, PORT and DATA_DIR itself: leave it out",
            );
        }
        if !seen.insert(name.clone()) {
            faults.add(place("name"), "another variable has this name already");
        }
        entries.push(match (value, secret) {
            (Some(value), None) => {
                bytes += value.len();
                if value.contains('\0') {
                    faults.add(
                        place("value"),
                        "no program can be given a value with a NUL in it",
                    );
                }
                Some(EnvironmentEntry {
                    name,
                    held: Held::Value(value),
                })
            }
            (None, Some(secret)) => Some(EnvironmentEntry {
                name,
                held: Held::Secret(secret),
            }),
            _ => {
                faults.add(
                    format!("/variables/{index}"),
                    "give either `value` or `secret`, the name of a secret that holds it",
                );
                None
            }
        });
    }
    if bytes > MOST {
        faults.add(
            "/variables",
            "all values together may have 64 KiB: put what is longer into a file or a database",
        );
    }
    entries
}

/// Notes the secrets that are not there, or have no such field.
async fn find_secrets(
    app: &Scoped,
    entries: &[Option<EnvironmentEntry>],
    faults: &mut Faults,
) -> ApiResult<()> {
    let named = entries.iter().enumerate().filter_map(|(index, entry)| {
        match entry.as_ref().map(|entry| &entry.held) {
            Some(Held::Secret(secret)) => Some((index, secret_and_field(secret))),
            _ => None,
        }
    });
    let named: Vec<_> = named.collect();
    let names: Vec<&str> = named.iter().map(|(_, (name, _))| *name).collect();
    let known = app.store.fields_of_secrets(app.scope(), &names).await?;
    for (index, (name, field)) in named {
        let place = format!("/variables/{index}/secret");
        match known.get(name) {
            None => faults.add(
                place,
                "there is no secret of this name in this workspace: add it first, or check the name",
            ),
            Some(fields) if !fields.iter().any(|known| known == field) => {
                let fields = fields.join("`, `");
                faults.add(
                    place,
                    format!("this secret has the fields `{fields}`: say which one, after a dot"),
                );
            }
            Some(_) => {}
        }
    }
    Ok(())
}
