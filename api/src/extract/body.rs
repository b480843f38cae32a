//! Request bodies: JSON, held against the document, then read into the handler's type.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::idempotency::{IdempotencyKey, Keyed};
use crate::error::{ApiError, ApiResult, Code};
use crate::state::App;
use crate::validation::{self, Shape};

/// A JSON body that has to be there.
pub(crate) struct Body<T>(pub(crate) T);

/// A JSON body that has to be there, and the key with which it is asked for once, if there is one.
pub(crate) struct KeyedBody<T>(pub(crate) Option<Keyed>, pub(crate) T);

/// A JSON body that may be left out.
pub(crate) struct OptionalBody<T>(pub(crate) T);

/// Bytes as they were sent, for bodies that are no JSON.
pub(crate) struct Raw(pub(crate) axum::body::Bytes);

impl FromRequest<App> for Raw {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> ApiResult<Self> {
        read(request, app).await.map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> ApiResult<Self> {
        let (bytes, shape) = json(request, app).await?;
        parse(&bytes, shape.as_deref()).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<App> for KeyedBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> ApiResult<Self> {
        let (mut parts, body) = request.into_parts();
        let IdempotencyKey(key) = IdempotencyKey::from_request_parts(&mut parts, app).await?;
        let (bytes, shape) = json(Request::from_parts(parts, body), app).await?;
        let body = parse(&bytes, shape.as_deref())?;
        Ok(Self(key.map(|key| Keyed::of(key, &bytes)), body))
    }
}

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> ApiResult<Self> {
        let (typed, shape) = (is_json(&request), shape(&request));
        let bytes = read(request, app).await?;
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
        parse(&bytes, shape.as_deref()).map(Self)
    }
}

/// A body that is said to be JSON, with what the operation takes.
async fn json(request: Request, app: &App) -> ApiResult<(axum::body::Bytes, Option<Arc<Shape>>)> {
    let (typed, shape) = (is_json(&request), shape(&request));
    let bytes = read(request, app).await?;
    if !typed {
        let message = "send the body as JSON, with the header `content-type: application/json`";
        return Err(ApiError::new(Code::UnsupportedMediaType, message));
    }
    Ok((bytes, shape))
}

/// What the operation takes, as the layer before it has found.
fn shape(request: &Request) -> Option<Arc<Shape>> {
    request.extensions().get::<Arc<Shape>>().cloned()
}

/// All of a body, within the bounds of its length and of the time that it may take.
pub(crate) async fn read(request: Request, app: &App) -> ApiResult<axum::body::Bytes> {
    let whole = axum::body::Bytes::from_request(request, app);
    let Ok(whole) = tokio::time::timeout(app.config.body_patience, whole).await else {
        let message = "the body did not come to its end in time: send it again";
        return Err(ApiError::new(Code::RequestTimeout, message));
    };
    whole.map_err(|rejection| {
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

/// The schema tells all faults; serde, which reads what the schema has let through, tells the first of any others.
fn parse<T: DeserializeOwned>(bytes: &[u8], shape: Option<&Shape>) -> ApiResult<T> {
    let (value, mut faults) = validation::read(bytes)?;
    if !value.is_object() {
        return Err(ApiError::invalid("", "the body has to be a JSON object"));
    }
    faults.extend(shape.map(|shape| shape.faults(&value)).unwrap_or_default());
    if !faults.is_empty() {
        return Err(ApiError::faulty(faults));
    }
    typed(value, bytes)
}

/// In JSON `3.0` is a whole number, and its schema takes it for one; serde does not, where it reads a number as a float first.
/// Only such a number in the place that it stumbles over is made whole: what is free in form stays as it was sent.
fn typed<T: DeserializeOwned>(value: Value, bytes: &[u8]) -> ApiResult<T> {
    let mut result = serde_path_to_error::deserialize(value);
    let mut mended: Vec<String> = Vec::new();
    loop {
        let error = match result {
            Ok(typed) => return Ok(typed),
            Err(error) => error,
        };
        let path = pointer(error.path());
        let refused = ApiError::invalid(&*path, without_values(&error.inner().to_string()));
        let is_new = !mended.contains(&path) && mended.len() < MOST_MENDED;
        mended.push(path);
        let (mut value, _) = validation::read(bytes)?;
        if !is_new || !mended.iter().all(|path| make_whole(&mut value, path)) {
            return Err(refused);
        }
        result = serde_path_to_error::deserialize(value);
    }
}

const MOST_MENDED: usize = 32;

fn make_whole(value: &mut Value, path: &str) -> bool {
    // Whole numbers beyond this can't be told apart as floats.
    const GREATEST: f64 = 9_007_199_254_740_991.0;
    let Some(place) = value.pointer_mut(path) else {
        return false;
    };
    let number = place.as_f64().filter(|_| place.is_f64());
    match number.filter(|number| number.fract() == 0.0 && number.abs() <= GREATEST) {
        Some(number) => {
            #[allow(clippy::cast_possible_truncation, reason = "it is whole and in range")]
            let whole = number as i64;
            *place = whole.into();
            true
        }
        None => false,
    }
}

/// Serde repeats what it was given, which may be a secret: `invalid type: string "…", expected a boolean`.
fn without_values(message: &str) -> String {
    let repeats = ["invalid type: ", "invalid value: ", "invalid length "];
    match message.rsplit_once(", expected ") {
        Some((_, wanted)) if repeats.iter().any(|start| message.starts_with(start)) => {
            format!("this has to be {wanted}")
        }
        _ => message.to_owned(),
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
        format!("{:?}", parse::<T>(text.as_bytes(), None).unwrap_err())
    }

    #[test]
    fn whole_numbers_may_be_written_as_floats() {
        let read = |text: &str| parse::<HashMap<String, Vec<Point>>>(text.as_bytes(), None).ok();
        let points = read(r#"{"a": [{"x": 1.0}, {"x": 2e2}], "b": [{"x": -3.0}]}"#).unwrap();
        assert_eq!((points["a"][1]._x, points["b"][0]._x), (200, -3));
        assert!(read(r#"{"a": [{"x": 1.5}]}"#).is_none());
        assert!(read(r#"{"a": [{"x": 1e300}]}"#).is_none());
    }

    #[test]
    fn what_no_schema_has_told_is_told_by_serde() {
        let points = r#"{"a": [{"x": 1}, {"x": "secret"}]}"#;
        let message = told::<HashMap<String, Vec<Point>>>(points);
        assert!(message.contains(r#"path: Some("/a/1/x")"#), "{message}");
        assert!(
            message.contains("this has to be i32") && !message.contains("secret"),
            "{message}"
        );
        assert!(told::<Point>("[1]").contains("JSON object"));
        assert!(told::<Point>(r#"{"x": 1, "y": 2}"#).contains("unknown field `y`"));
        assert!(told::<Point>(r#"{"x": 1"#).contains("BadRequest"));
        assert!(told::<Point>(r#"{"x": 1} {}"#).contains("BadRequest"));
        assert!(told::<Point>(r#"{"x": 1, "x": 2}"#).contains("stands here twice"));
        assert!(told::<Value>(&"[".repeat(10_000)).contains("BadRequest"));
    }
}
