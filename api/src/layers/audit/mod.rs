//! Records what was changed, or tried in vain for lack of rights: who, what, from where, what there was and what there is
//! now.
//!
//! Runs are not recorded here: they are records themselves, and thousands begin in a second.

mod before;
mod doer;
mod told;

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use store::NewAuditEntry;

pub(crate) use before::{ForTheRecord, look_before};
pub(crate) use doer::{had_letter, logged_in, tried};

use self::before::Before;
use self::doer::Doer;
use self::told::tell;
use crate::access::{Caller, Rule};
use crate::error::ApiError;
use crate::layers::address::ClientAddress;
use crate::layers::throttle::Throttled;
use crate::state::App;

pub(crate) async fn record(State(app): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    if matches!(method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map_or_else(String::new, |path| path.as_str().to_owned());
    // What programs send is a run, or nothing, and answers are part of one; and these addresses are secrets.
    if path == "/api/hooks/{token}" || path.starts_with("/api/resume/") {
        return next.run(request).await;
    }
    // What somebody reads of what they were told is nobody else's concern, and may be of another workspace.
    if path.starts_with("/api/notifications") {
        return next.run(request).await;
    }
    let action = match app.rules.operation(&path, &method) {
        Some((Rule::Permission("workflows:run", _), _)) | None => {
            return next.run(request).await;
        }
        Some((Rule::Permission("waits:answer", _), _)) if method == Method::POST => {
            return next.run(request).await;
        }
        // A page that is open does these by itself, again and again, and they change nothing of anybody's.
        Some((
            _,
            "create_ticket"
            | "refresh"
            | "evaluate_expression"
            | "validate_application"
            | "validate_workflow",
        )) => {
            return next.run(request).await;
        }
        Some((_, action)) => action.to_owned(),
    };
    let resource = request.uri().path().to_owned();
    let address = request.extensions().get::<ClientAddress>();
    let address = address.map(ClientAddress::whole).unwrap_or_default();
    // Who asked may hang up at any point: what has come in whole is done all the same, recorded, and told to whom it concerns.
    let changes = app.changes.clone();
    let changed = changes.spawn(async move {
        let response = next.run(request).await;
        note(&app, &path, action, resource, address, response).await
    });
    match changed.await {
        Ok(response) => response,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => ApiError::unavailable("the server is stopping").into_response(),
        },
    }
}

/// Writes down what came of a change.
async fn note(
    app: &App,
    path: &str,
    action: String,
    resource: String,
    address: String,
    response: Response,
) -> Response {
    // Whoever knocks too often does not fill the log with it.
    if response.extensions().get::<Throttled>().is_some() {
        return response;
    }
    let status = response.status();
    let is_refusal = matches!(status.as_u16(), 401 | 403 | 429);
    if !status.is_success() && !is_refusal {
        return response;
    }
    let caller = response.extensions().get::<Arc<Caller>>().cloned();
    let (response, after) = if is_refusal {
        (response, None)
    } else {
        tell(&action, response).await
    };
    let before = response.extensions().get::<Before>().cloned();
    let doer = response.extensions().get::<Doer>().cloned();
    let actor = match (doer, &caller) {
        (Some(Doer(actor)), _) => actor,
        (None, Some(caller)) => caller.actor(),
        (None, None) => json!({"via": "stranger"}),
    };
    // An account is nobody's but its owner's, whichever workspace they are in as they change it.
    let is_own = path.starts_with("/api/auth/") || path == "/api/settings";
    let entry = NewAuditEntry {
        workspace_id: caller
            .as_ref()
            .filter(|_| !is_own)
            .and_then(|caller| caller.seat.as_ref())
            .map(|seat| seat.workspace),
        actor,
        action,
        resource,
        address,
        status: status.as_u16(),
        before: before.filter(|_| !is_refusal).map(|Before(value)| value),
        after,
    };
    // What was done is done; that it could not be recorded is for the operator to know.
    if let Err(error) = app.store.append_audit(entry).await {
        tracing::error!(%error, "a change was not recorded in the audit log");
    }
    response
}
