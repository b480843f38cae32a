//! The layer before all routes: finds out who asks, and holds what the route takes against that.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::caller::{Caller, Via, refused};
use super::rules::Rule;
use crate::archive::FromWithin;
use crate::error::{ApiError, ApiResult, Code};
use crate::layers::audit::ForTheRecord;
use crate::layers::throttle;
use crate::state::App;

pub(crate) async fn authorise(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map(MatchedPath::as_str).unwrap_or_default();
    let Some(rule) = app.rules.get(path, request.method()) else {
        return method_not_allowed(&app, path);
    };
    if *rule == Rule::Public {
        return match path {
            // Asked for again and again by machines that have one address for all of them.
            "/healthz" | "/readyz" => next.run(request).await,
            _ => throttle::passers_by(State(app), request, next).await,
        };
    }
    // The workspace that an address is about is the one whose permissions count. Nobody belongs to one that is to be brought back.
    let is_about_one =
        path.starts_with("/api/workspaces/{id}") && path != "/api/workspaces/{id}/restore";
    let named = is_about_one.then(|| {
        request
            .uri()
            .path()
            .split('/')
            .nth(3)
            .unwrap_or_default()
            .to_owned()
    });
    // Nothing but these is opened with a ticket.
    let opens_socket = *request.method() == Method::GET
        && matches!(path, "/api/live" | "/api/executions/{id}/events");
    let identified =
        app.identities
            .identify(&app, request.headers(), named.as_deref(), opens_socket);
    let caller = match identified.await {
        Ok(caller) => caller,
        Err(error) => return throttle::unknown(&app, request.extensions(), error),
    };
    let left = match request.extensions().get::<FromWithin>() {
        Some(FromWithin) => throttle::Left::default(),
        None => match app.throttle.caller(&caller) {
            Ok(left) => left,
            Err(refused) => return *refused,
        },
    };
    let for_the_record =
        *request.method() == Method::GET && request.extensions().get::<ForTheRecord>().is_some();
    let allowed = match for_the_record {
        // Whoever makes the change that is recorded was judged by what it takes.
        true => Ok(()),
        false => allow(rule, &caller),
    };
    let mut response = match allowed {
        Ok(()) => {
            request.extensions_mut().insert(Arc::clone(&caller));
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    left.tell(response.headers_mut());
    // For whoever records what was done, or tried in vain.
    response.extensions_mut().insert(caller);
    response
}

fn allow(rule: &Rule, caller: &Caller) -> ApiResult<()> {
    match rule {
        Rule::Public | Rule::Known => {}
        Rule::Session => {
            if !matches!(caller.via, Via::Session(_)) {
                let message =
                    "this takes somebody who has logged in: tokens of programs can't do it";
                return Err(ApiError::new(Code::Forbidden, message));
            }
        }
        Rule::Machine => {
            if caller.via != Via::Machine {
                let message = "this takes the operator of the server's own machine: `lathe token create` there";
                return Err(ApiError::new(Code::Forbidden, message));
            }
        }
        Rule::Permission(name, permission) => {
            if !caller.permissions().contains(*permission) {
                return Err(refused(name));
            }
        }
    }
    Ok(())
}

fn method_not_allowed(app: &App, path: &str) -> Response {
    let message = "this address does not know that method; the header `Allow` lists what it knows";
    let mut response = ApiError::new(Code::MethodNotAllowed, message).into_response();
    if let Ok(allowed) = HeaderValue::try_from(app.rules.allowed(path)) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}
