//! Which workflows use a secret or a variable by its name: those that run so, and those that are written so at last. And which
//! applications are given a secret in their environment.
//!
//! They are looked for when a name goes, or when somebody asks, which is seldom, and so no index of them is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::catalog::Catalog;
use engine::document::parse;
use engine::plan;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult};
use crate::schemas::uses::{Use, UserKind, Uses};

/// What is called by a name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Named {
    Secret,
    Variable,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Force {
    /// Gives it another name although workflows use it, or applications are given it, by this one.
    #[serde(default)]
    pub(crate) force: bool,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Removal {
    /// Past the trash, or out of it: it can't be brought back, and nothing is left of what it held.
    #[serde(default)]
    pub(crate) for_good: bool,
    /// For good although workflows use it, or applications are given it.
    #[serde(default)]
    pub(crate) force: bool,
}

/// So many documents that hold the name at all are looked at together.
const LOOKED_AT: u32 = 200;

/// So many workflows are named.
const NAMED: usize = 10;

/// Workflows or applications by their names, in order.
pub(crate) type Users = BTreeMap<String, Uuid>;

/// The workflows that use it.
pub(crate) async fn by(app: &Scoped, what: Named, name: &str) -> ApiResult<Users> {
    let mut users = Users::new();
    let mut after = None;
    loop {
        let texts = [what.prefix(), name];
        let found = app
            .store
            .documents_with(app.scope(), texts, after, LOOKED_AT);
        let found = found.await?;
        let Some(last) = found.last() else {
            return Ok(users);
        };
        after = Some((last.workflow_id, last.version));
        let (catalog, name) = (Arc::clone(&app.catalog), name.to_owned());
        // Many long documents take their time, and must not hold up other requests.
        let looked = tokio::task::spawn_blocking(move || {
            let mut users = Users::new();
            for mention in found {
                let is_known = users.contains_key(&mention.name);
                if !is_known && uses(mention.document, &catalog, what, &name) {
                    users.insert(mention.name, mention.workflow_id);
                }
            }
            users
        });
        users.extend(looked.await.map_err(ApiError::internal)?);
    }
}

/// The applications whose environment names it: they are without it from their next release on.
async fn given(app: &Scoped, what: Named, name: &str) -> ApiResult<Users> {
    match what {
        Named::Secret => Ok(app.store.applications_given(app.scope(), name).await?),
        Named::Variable => Ok(Users::new()),
    }
}

/// Refuses what would leave workflows or applications without it.
pub(crate) async fn refuse(app: &Scoped, what: Named, name: &str) -> ApiResult<()> {
    let users = by(app, what, name).await?;
    let given = given(app, what, name).await?;
    match users.is_empty() {
        true if given.is_empty() => Ok(()),
        true => {
            let message = format!(
                "applications are given it in their environment: {}. Change that first, or say `force=true`",
                listed(&given)
            );
            Err(ApiError::conflict(message))
        }
        false => {
            let message = format!(
                "workflows use it as `{}.{name}`: {}. Change them first, or say `force=true`",
                what.prefix(),
                listed(&users)
            );
            Err(ApiError::conflict(message))
        }
    }
}

/// The workflows and applications that a removal leaves without it; one for good is refused where there are any. What is in the
/// trash already is in nobody's use, and has no name here.
pub(crate) async fn left_without(
    app: &Scoped,
    what: Named,
    name: Option<&str>,
    removal: &Removal,
) -> ApiResult<Users> {
    match name {
        Some(name) if removal.for_good && !removal.force => {
            refuse(app, what, name).await?;
            Ok(Users::new())
        }
        Some(name) => {
            let mut users = by(app, what, name).await?;
            users.extend(given(app, what, name).await?);
            Ok(users)
        }
        None => Ok(Users::new()),
    }
}

/// 204, with the workflows and applications that are without it now.
pub(crate) fn gone(users: &Users) -> Response {
    let mut reply = StatusCode::NO_CONTENT.into_response();
    if let (false, Ok(listed)) = (users.is_empty(), HeaderValue::try_from(listed(users))) {
        let name = HeaderName::from_static("lathe-used-by");
        reply.headers_mut().insert(name, listed);
    }
    reply
}

/// What uses a secret or a variable that is there, for who may read workflows.
pub(crate) async fn told(app: &Scoped, what: Named, name: &str) -> ApiResult<Uses> {
    app.besides("workflows:read")?;
    let users = by(app, what, name).await?;
    let given = match app.besides("applications:read") {
        Ok(()) => given(app, what, name).await?,
        Err(_) => Users::new(),
    };
    let of = |kind: UserKind, users: Users| {
        let items = users
            .into_iter()
            .map(move |(name, id)| Use { kind, id, name });
        items.collect::<Vec<_>>()
    };
    let mut items = of(UserKind::Workflow, users);
    items.extend(of(UserKind::Application, given));
    Ok(Uses { items })
}

fn listed(users: &Users) -> String {
    let named: Vec<&str> = users.keys().take(NAMED).map(String::as_str).collect();
    let more = match users.len() > NAMED {
        true => format!(" and {} more", users.len() - NAMED),
        false => String::new(),
    };
    format!("{}{more}", named.join(", "))
}

fn uses(document: Value, catalog: &Catalog, what: Named, name: &str) -> bool {
    let written = format!("{}.{name}", what.prefix());
    let is_written = document.to_string().contains(&written);
    let document = parse::from_value(document);
    match document.and_then(|document| plan::compile(document, catalog)) {
        Ok(plan) => match what {
            Named::Secret => plan.secrets.iter().any(|secret| *secret.name == *name),
            Named::Variable => plan.vars.contains(name),
        },
        // What this server can't read is taken at its word.
        Err(_) => is_written,
    }
}

impl Named {
    fn prefix(self) -> &'static str {
        match self {
            Self::Secret => "secrets",
            Self::Variable => "vars",
        }
    }
}
