//! What a run is given of a request. What a sender calls its content decides between a value and a text, and nothing else:
//! no file is made of anything that comes in here.

use axum::http::{HeaderMap, Method, Uri, header};
use engine::ports::definitions::Definition;
use serde_json::{Map, Value};

use crate::error::{ApiError, ApiResult, Code};
use crate::schemas::webhook::{InputsFrom, WebhookSettings};

pub(super) fn of(
    settings: &WebhookSettings,
    definition: &Definition,
    (method, uri, headers): (&Method, &Uri, &HeaderMap),
    body: &[u8],
) -> ApiResult<Map<String, Value>> {
    let body = value_of(headers, body)?;
    if settings.inputs == InputsFrom::Body {
        return match body {
            Value::Object(fields) => Ok(fields),
            _ => Err(ApiError::bad_request(
                "the body has to be a JSON object, with the header `content-type: application/json`",
            )),
        };
    }
    let given = [
        ("body", body),
        ("headers", Value::Object(chosen(settings, headers))),
        ("query", Value::Object(query_of(uri)?)),
        ("method", method.as_str().into()),
    ];
    // A workflow takes what it has inputs for, and would refuse the rest.
    let takes = |name: &str| {
        let inputs = definition.document.get("inputs");
        inputs.is_some_and(|inputs| inputs.get(name).is_some())
    };
    let taken = given.into_iter().filter(|(name, _)| takes(name));
    Ok(taken
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}

fn value_of(headers: &HeaderMap, body: &[u8]) -> ApiResult<Value> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    if essence == "application/json" || essence.ends_with("+json") {
        // Deeper than 128 levels it is not read.
        return serde_json::from_slice(body).map_err(|error| {
            ApiError::bad_request(format!("the body is not valid JSON: {error}"))
        });
    }
    match std::str::from_utf8(body) {
        Ok(text) => Ok(text.into()),
        Err(_) => Err(ApiError::new(
            Code::UnsupportedMediaType,
            "the body has to be JSON or text in UTF-8",
        )),
    }
}

/// Several of a name stand in one text, as a proxy would join them.
fn chosen(settings: &WebhookSettings, headers: &HeaderMap) -> Map<String, Value> {
    let of = |name: &String| {
        let values = headers.get_all(name.as_str()).iter();
        let values: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
        (!values.is_empty()).then(|| (name.clone(), Value::from(values.join(", "))))
    };
    settings.headers.iter().filter_map(of).collect()
}

/// Of a name that comes more than once, the last.
fn query_of(uri: &Uri) -> ApiResult<Map<String, Value>> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
    let pairs = pairs.map_err(|_| ApiError::bad_request("the query can't be read"))?;
    let pairs = pairs.0.into_iter();
    Ok(pairs.map(|(name, value)| (name, value.into())).collect())
}
