//! What there was before a change: read by the route that shows the thing, or found in the list that it is in.

use axum::extract::{FromRequestParts as _, MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;
use uuid::Uuid;

use super::told::tell;
use crate::access::{Rule, Rules};
use crate::archive::Inside;
use crate::schemas::workspace::User;
use crate::state::App;

/// What there was before a change, on the reply to it.
#[derive(Clone)]
pub(super) struct Before(pub(super) Value);

/// Marks a reading for the record: whoever may change a thing need not have the right to read it, and is not shown it.
#[derive(Clone, Copy)]
pub(crate) struct ForTheRecord;

/// Where it can be read what a request is about to change.
#[derive(Debug, PartialEq, Eq)]
enum Shown {
    /// At this address, by this operation.
    At(String, String),
    /// In the list at this address, whose path is this: the item in which this field has this value.
    Among {
        list: String,
        path: String,
        field: &'static str,
        value: String,
    },
}

/// Reads what is about to be changed. This layer is within the ones that judge a request: what is refused costs no reading.
pub(crate) async fn look_before(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(shown) = shown(&app.rules, &request) else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let before = match Inside::from_request_parts(&mut parts, &()).await {
        Ok(inside) => look(&app, inside.for_the_record(), shown).await,
        Err(_) => None,
    };
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(before) = before {
        response.extensions_mut().insert(Before(before));
    }
    response
}

async fn look(app: &App, inside: Inside, shown: Shown) -> Option<Value> {
    match shown {
        Shown::At(address, operation) => {
            let reply = inside.reply(Method::GET, &address, None).await.ok()?;
            match reply.status().is_success() {
                true => tell(&operation, reply).await.1,
                false => None,
            }
        }
        Shown::Among {
            list,
            path,
            field,
            value,
        } => match &*path {
            // There may be very many of these.
            "/api/users" => {
                let user = app.store.user(Uuid::try_parse(&value).ok()?).await.ok()?;
                serde_json::to_value(User::from(user?)).ok()
            }
            _ => inside.find(&list, field, &value).await.ok()?,
        },
    }
}

fn shown(rules: &Rules, request: &Request) -> Option<Shown> {
    let matched = request.extensions().get::<MatchedPath>()?.as_str();
    shown_at(rules, request.method(), matched, request.uri().path())
}

/// A thing's own address shows it, or that of the thing that it is a part of, or a list does.
fn shown_at(rules: &Rules, method: &Method, path: &str, address: &str) -> Option<Shown> {
    let is_post = *method == Method::POST;
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    match rules.get(path, method)? {
        // Runs, and what is done with them, are records themselves.
        Rule::Permission("workflows:run" | "executions:control", _) => return None,
        Rule::Permission("waits:answer", _) if is_post => return None,
        Rule::Public => return None,
        Rule::Permission(..) | Rule::Machine | Rule::Known | Rule::Session => {}
    }
    let operation = |path: &str| Some(rules.operation(path, &Method::GET)?.1.to_owned());
    // Of these the account shows whether they are there, and nothing shows what they are.
    if path == "/api/auth/password" || path.starts_with("/api/auth/second-factor") {
        let profile = "/api/auth/profile";
        return Some(Shown::At(profile.to_owned(), operation(profile)?));
    }
    let (mut at, mut there) = (path, address);
    if is_post {
        // What is added to a list was not there before.
        if operation(path).is_some() {
            return None;
        }
        (at, there) = (at.rsplit_once('/')?.0, there.rsplit_once('/')?.0);
        // A version is what is gone back to, and not what is changed.
        if let Some(whole) = at.strip_suffix("/versions/{version}") {
            (at, there) = (whole, there.rsplit_once("/versions/")?.0);
        }
    }
    loop {
        let is_thing = at.ends_with('}');
        if (is_thing || at == path)
            && let Some(operation) = operation(at)
        {
            return Some(Shown::At(there.to_owned(), operation));
        }
        let ((list, last), (list_there, value)) = (at.rsplit_once('/')?, there.rsplit_once('/')?);
        if is_thing && operation(list).is_some() {
            return Some(Shown::Among {
                list: list_there.to_owned(),
                path: list.to_owned(),
                field: if last == "{name}" { "name" } else { "id" },
                value: value.to_owned(),
            });
        }
        (at, there) = (list, list_there);
    }
}
