//! What of a reply goes into the audit log: all of it but secrets, and nothing of what is too long.

use axum::body::{Body, to_bytes};
use axum::http::header;
use axum::response::Response;
use serde_json::Value;

/// What is told of a thing is kept up to this length.
const LONGEST: usize = 64 * 1024;

/// Never kept, whatever holds them.
const NEVER: [&str; 6] = [
    "link",
    "token",
    "access_token",
    "refresh_token",
    "ticket",
    "recovery_codes",
];

/// Besides those, never kept of replies that no cache may keep.
const SECRET: [&str; 2] = ["secret", "url"];

/// Operations whose replies no cache may keep for the sake of these fields only. Of others of that sort nothing is told.
const OTHERWISE_OPEN: [&str; 13] = [
    "create_outgoing_webhook",
    "create_token",
    "create_user",
    "create_user_token",
    "create_webhook",
    "get_outgoing_webhook",
    "get_webhook",
    "invite",
    "reset_user",
    "rotate_outgoing_webhook",
    "rotate_webhook",
    "update_outgoing_webhook",
    "update_webhook",
];

/// The body of an operation's reply that may be kept, and the reply with it.
pub(super) async fn tell(operation: &str, response: Response) -> (Response, Option<Value>) {
    let is_private = response.headers().contains_key(header::CACHE_CONTROL);
    let is_secret = is_private && !OTHERWISE_OPEN.contains(&operation);
    let length = response.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let length = length.or_else(|| {
        usize::try_from(axum::body::HttpBody::size_hint(response.body()).exact()?).ok()
    });
    if is_secret || length.is_none_or(|length| length == 0 || length > LONGEST) {
        return (response, None);
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, LONGEST).await {
        Ok(bytes) => {
            let mut told = serde_json::from_slice::<Value>(&bytes).ok();
            if let Some(Value::Object(fields)) = &mut told {
                let is_secret =
                    |name: &str| NEVER.contains(&name) || (is_private && SECRET.contains(&name));
                fields.retain(|name, _| !is_secret(name));
            }
            (Response::from_parts(parts, Body::from(bytes)), told)
        }
        Err(_) => (Response::from_parts(parts, Body::empty()), None),
    }
}
