//! What kinds that call a service share: a request's parts out of parameters, and failures out of what came back.

use std::collections::BTreeMap;

use engine::Time;
use engine::duration::Millis;
use engine::node::{Context, Failure};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{StatusCode, Url};

use egress::{Answer, Error};

/// The header by which a service can tell a repetition.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Says which parameter of a kind is wrong.
pub(crate) fn wrong(kind: &str, field: &str, problem: &str) -> Failure {
    Failure::permanent(
        "invalid_parameters",
        format!("{kind}: with.{field}: {problem}"),
    )
}

/// The address that `with.url` gives.
pub(crate) fn url(kind: &str, text: &str) -> Result<Url, Failure> {
    text.parse()
        .map_err(|problem| wrong(kind, "url", &format!("`{text}`: {problem}")))
}

/// Adds what `with.headers` gives.
pub(crate) fn add_headers(
    kind: &str,
    headers: &mut HeaderMap,
    given: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    for (name, value) in given {
        let parsed = name
            .parse::<HeaderName>()
            .map_err(|problem| problem.to_string());
        let value = value
            .parse::<HeaderValue>()
            .map_err(|problem| problem.to_string());
        match (parsed, value) {
            (Ok(name), Ok(value)) => drop(headers.insert(name, value)),
            (Err(problem), _) | (_, Err(problem)) => {
                return Err(wrong(kind, "headers", &format!("`{name}`: {problem}")));
            }
        }
    }
    Ok(())
}

/// The step's key, as a header's value.
pub(crate) fn key(context: &Context) -> Result<HeaderValue, Failure> {
    HeaderValue::from_str(&context.idempotency_key).map_err(|problem| {
        Failure::permanent("internal", format!("the idempotency key: {problem}"))
    })
}

/// The code of a failure that is a status: `http_404`, so that classes of retries can name one or many.
pub(crate) fn code(status: StatusCode) -> String {
    format!("http_{}", status.as_u16())
}

/// How long a service asks to be left alone: seconds, or a date.
pub(crate) fn retry_after(answer: &Answer, now: Time) -> Option<Millis> {
    let text = answer.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Millis(seconds.saturating_mul(1_000)));
    }
    let date = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    let millis = (date.to_utc() - now).num_milliseconds();
    Some(Millis(u64::try_from(millis).unwrap_or(0)))
}

/// Whether a service that answers so may answer better later.
pub(crate) fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429)
}

pub(crate) fn failure(problem: Error) -> Failure {
    Failure {
        retryable: problem.is_transient(),
        ..Failure::permanent(problem.code(), problem.to_string())
    }
}
