//! Request bodies: JSON, read with the place of the first fault.

use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::{ApiError, ApiResult, Code};

/// A JSON body that has to be there.
pub(crate) struct Body<T>(pub(crate) T);

/// A JSON body that may be left out.
pub(crate) struct OptionalBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> ApiResult<Self> {
        let typed = is_json(&request);
        let bytes = read(request, state).await?;
        if !typed {
            let message = "send the body as JSON, with the header `content-type: application/json`";
            return Err(ApiError::new(Code::UnsupportedMediaType, message));
        }
        parse(&bytes).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> ApiResult<Self> {
        let typed = is_json(&request);
        let bytes = read(request, state).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        if !typed {
            let message = "send the body as JSON, with the header `content-type: application/json`, or none at all";
            return Err(ApiError::new(Code::UnsupportedMediaType, message));
        }
        // A client that has nothing to say may say `null`.
        if bytes.trim_ascii() == b"null" {
            return Ok(Self(T::default()));
        }
        parse(&bytes).map(Self)
    }
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> ApiResult<axum::body::Bytes> {
    axum::body::Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::new(
                    Code::PayloadTooLarge,
                    "the body is larger than this server accepts",
                )
            } else {
                ApiError::bad_request("the body could not be read to its end")
            }
        })
}

fn is_json(request: &Request) -> bool {
    let value = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        || essence.len() > 5
            && essence.is_char_boundary(essence.len() - 5)
            && essence[essence.len() - 5..].eq_ignore_ascii_case("+json")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> ApiResult<T> {
    // Serde would take a list for a struct, field by field.
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_some_and(|first| *first != b'{')
        && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
    {
        return Err(ApiError::invalid("", "the body has to be a JSON object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = pointer(error.path());
        refuse(&path, error.inner())
    })?;
    reader.end().map_err(|error| refuse("", &error))?;
    Ok(value)
}

/// Text that is no JSON is a bad request; JSON of the wrong shape is invalid at a place.
fn refuse(path: &str, error: &serde_json::Error) -> ApiError {
    if error.is_data() {
        let message = error.to_string();
        let sentence = message
            .rsplit_once(" at line ")
            .map_or(&*message, |(sentence, _)| sentence);
        ApiError::invalid(path, sentence)
    } else {
        ApiError::bad_request(format!("the body is not valid JSON: {error}"))
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Point {
        #[serde(rename = "x")]
        _x: i32,
    }

    fn told<T: std::fmt::Debug + DeserializeOwned>(text: &str) -> String {
        format!("{:?}", parse::<T>(text.as_bytes()).unwrap_err())
    }

    #[test]
    fn faults_are_placed() {
        let points = r#"{"a": [{"x": 1}, {"x": "a"}]}"#;
        assert!(told::<HashMap<String, Vec<Point>>>(points).contains(r#"path: Some("/a/1/x")"#));
        assert!(told::<Point>("[1]").contains("JSON object"));
        assert!(told::<Point>(r#"{"x": 1, "y": 2}"#).contains("unknown field `y`"));
        assert!(told::<Point>(r#"{"x": 1"#).contains("BadRequest"));
        assert!(told::<Point>(r#"{"x": 1} {}"#).contains("BadRequest"));
        assert!(told::<serde_json::Value>(&"[".repeat(10_000)).contains("BadRequest"));
    }
}
