//! Which kind of record an address is about, and which one. What there is no kind of is not found, and neither is an odd id.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::path::in_path;
use crate::error::{ApiError, ApiResult};

pub(crate) struct RecordModel(pub(crate) String);

pub(crate) struct RecordId {
    pub(crate) model: String,
    pub(crate) id: String,
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(64))
}

impl IntoParams for RecordModel {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![in_path("model", text())]
    }
}

impl IntoParams for RecordId {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![in_path("model", text()), in_path("id", text())]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RecordModel {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(path.map(|Path(model)| model).unwrap_or_default()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RecordId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let (model, id) = path.map(|Path(both)| both).unwrap_or_default();
        Ok(Self { model, id })
    }
}
