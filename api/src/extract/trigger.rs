//! Who began an execution: a person in a browser, or a program.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

pub(crate) struct Trigger(pub(crate) &'static str);

impl<S: Send + Sync> FromRequestParts<S> for Trigger {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Browsers say so with every request that a page makes, and pages can't forge it.
        let browser = parts.headers.contains_key("sec-fetch-site");
        Ok(Self(if browser { "manual" } else { "api" }))
    }
}
