//! The id in a path, and the hash that may follow it.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};

pub(crate) struct Id(pub(crate) Uuid);

impl IntoParams for Id {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format))
            .build();
        let parameter = ParameterBuilder::new()
            .name("id")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(schema));
        vec![parameter.build()]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let text = Path::<String>::from_request_parts(parts, state)
            .await
            .map(|Path(text)| text)
            .unwrap_or_default();
        Self::read(&text).map(Self)
    }
}

impl Id {
    fn read(text: &str) -> ApiResult<Uuid> {
        // Other spellings of a UUID are refused: one thing has one address.
        let id = Uuid::try_parse(text)
            .ok()
            .filter(|id| id.hyphenated().to_string().eq_ignore_ascii_case(text));
        id.ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            ApiError::bad_request(format!(
                "`{shown}` is not an id: ids look like 0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11"
            ))
        })
    }
}

/// A blob of an execution.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct BlobId {
    pub(crate) id: Uuid,
    /// The hash of its bytes, in hexadecimal.
    pub(crate) sha256: String,
}

impl<S: Send + Sync> FromRequestParts<S> for BlobId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let (id, sha256) = path.map(|Path(both)| both).unwrap_or_default();
        let id = Id::read(&id)?;
        Ok(Self { id, sha256 })
    }
}
