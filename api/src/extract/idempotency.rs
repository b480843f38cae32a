//! The `Idempotency-Key` header: the same key again is answered with what it began the first time.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::TimeDelta;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::Once;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use zeroize::Zeroizing;

use crate::error::{ApiError, ApiResult};

pub(crate) struct IdempotencyKey(pub(crate) Option<String>);

/// A key, with a digest of the body that it came with.
pub(crate) struct Keyed {
    key: String,
    asked: [u8; 32],
}

impl Keyed {
    /// In a body of JSON, spaces and the order of fields mean nothing.
    pub(crate) fn of(key: String, body: &[u8]) -> Self {
        let canonical = serde_json::from_slice::<Value>(body).map(|mut value| {
            value.sort_all_objects();
            Zeroizing::new(value.to_string())
        });
        let asked = match canonical {
            Ok(text) => Sha256::digest(text.as_bytes()),
            Err(_) => Sha256::digest(body),
        };
        let asked = asked.into();
        Self { key, asked }
    }

    pub(crate) fn once(&self) -> Once<'_> {
        Once {
            key: &self.key,
            asked: Some(&self.asked),
        }
    }
}

/// How long a key is remembered at least. Those of executions are remembered with them.
pub(crate) const KEPT: TimeDelta = TimeDelta::hours(24);

const LONGEST: usize = 255;

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(LONGEST))
            .build();
        let about = format!(
            "The same key again is answered with what it began the first time, and the header \
            `Idempotency-Replayed: true`; with another body it is refused (409), but for files. A key is remembered for {} \
            hours at least; that of an execution, as long as the execution is kept.",
            KEPT.num_hours()
        );
        let parameter = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(about))
            .schema(Some(schema));
        vec![parameter.build()]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> ApiResult<Self> {
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let Some(value) = values.next() else {
            return Ok(Self(None));
        };
        let key = value.to_str().unwrap_or_default().trim();
        if key.is_empty() || key.len() > LONGEST || values.next().is_some() {
            let message = format!(
                "`Idempotency-Key` takes one text of 1 to {LONGEST} printable ASCII characters"
            );
            return Err(ApiError::bad_request(message));
        }
        Ok(Self(Some(key.to_owned())))
    }
}
