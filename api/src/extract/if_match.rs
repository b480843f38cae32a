//! The `If-Match` header: a change is made to the state that its maker has read, or not at all.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::error::{ApiError, ApiResult};

/// The revision that is meant; none, where the header is left out or `*`.
pub(crate) struct IfMatch(pub(crate) Option<u32>);

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The `ETag` that it was read with: it is changed only if nobody else has changed it since.";
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r#"^(\*|"[0-9]{1,10}")$"#));
        let parameter = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(about))
            .schema(Some(schema.build()));
        vec![parameter.build()]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> ApiResult<Self> {
        let mut values = parts.headers.get_all(header::IF_MATCH).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return match parts.headers.contains_key(header::IF_MATCH) {
                true => Err(refused()),
                false => Ok(Self(None)),
            };
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let number = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .and_then(|text| text.parse::<u32>().ok());
        number.map(|number| Self(Some(number))).ok_or_else(refused)
    }
}

fn refused() -> ApiError {
    ApiError::bad_request("`If-Match` takes the one `ETag` that it was read with, quotes included")
}
