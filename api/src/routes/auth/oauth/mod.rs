//! Logging in by way of another service.

pub(crate) mod begin;
pub(crate) mod callback;
pub(crate) mod second_factor;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::error::ApiError;
use crate::oauth::refusal::Refusal;
use crate::replies::private;
use crate::state::App;

pub(crate) const LOGIN: &str = "/login";
pub(crate) const SETTINGS: &str = "/settings";

/// What a service is called in addresses.
pub(crate) struct ProviderId(pub(crate) String);

impl IntoParams for ProviderId {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = ParameterBuilder::new()
            .name("provider")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()));
        vec![parameter.build()]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ProviderId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(path.map(|Path(id)| id).unwrap_or_default()))
    }
}

/// Sends a browser elsewhere.
fn go_to(status: StatusCode, address: &str) -> Response {
    match HeaderValue::try_from(address) {
        Ok(address) => private((status, [(header::LOCATION, address)]).into_response()),
        Err(error) => ApiError::internal(error).into_response(),
    }
}

/// Sends a browser to a page of this server's own.
fn page(app: &App, path: &str) -> Response {
    go_to(StatusCode::SEE_OTHER, &format!("{}{path}", app.config.url))
}

/// Tells on a page why it did not work.
fn refused(app: &App, provider: &str, path: &str, refusal: Refusal) -> Response {
    let word = refusal.word();
    let mut response = page(app, &format!("{path}?error={word}&provider={provider}"));
    match refusal {
        Refusal::Provider(fault) => {
            tracing::warn!(provider, %fault, "a login by way of another service failed at that service");
        }
        // Logged at the boundary, where it is known which request it was.
        Refusal::Unavailable(error) => {
            let failed = error.into_response();
            if let Some(cause) = failed.extensions().get::<crate::error::Cause>() {
                response.extensions_mut().insert(cause.clone());
            }
        }
        _ => {}
    }
    response
}
