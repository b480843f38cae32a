//! The one error of all handlers, and the envelope that it travels in.

mod code;
mod convert;
mod faults;

use std::error::Error;
use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

pub use code::Code;
pub(crate) use faults::Faults;

pub(crate) type ApiResult<T> = Result<T, ApiError>;

#[derive(Debug)]
pub(crate) struct ApiError {
    code: Code,
    message: String,
    details: Vec<ErrorDetail>,
    /// What the server's log is told, and the client is not.
    cause: Option<Cause>,
    /// After how many seconds trying again makes sense.
    retry_after: Option<u64>,
}

/// Travels beside an error's reply to the boundary, where it is logged once, with the request's id.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) Arc<dyn Error + Send + Sync>);

/// Every reply that is not a success has this form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"error": {
    "code": "validation_failed",
    "message": "the workflow has 1 problem",
    "details": [{"path": "/nodes/2/with/url", "node": "fetch", "field": "with.url", "line": 12, "column": 9,
        "message": "`url` is required"}],
}}))]
pub(crate) struct ErrorEnvelope {
    error: ErrorBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiError)]
pub(crate) struct ErrorBody {
    code: Code,
    /// A sentence for people: what is wrong, and how to mend it.
    message: String,
    /// Every problem of what was sent, where there can be several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    details: Vec<ErrorDetail>,
}

/// One problem of what was sent, placed as precisely as possible.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ErrorDetail {
    /// Where it was sent, unless it was in the body: `path`, `query` or `header`.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub(crate) place: Option<&'static str>,
    /// JSON pointer into what was sent; for a document, into the document. A field that is missing is named as if it were there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) path: Option<String>,
    /// The id of the node concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) node: Option<String>,
    /// The field of that node.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) field: Option<String>,
    /// Line in the text that was sent, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) line: Option<usize>,
    /// Column in that line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) column: Option<usize>,
    pub(crate) message: String,
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl ApiError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: Vec::new(),
            cause: None,
            retry_after: None,
        }
    }

    /// What a route within replied instead of what was asked for.
    pub(crate) fn passed_on(status: StatusCode, body: &serde_json::Value) -> Self {
        let error = &body["error"];
        let code = Code::ALL
            .into_iter()
            .find(|code| error["code"] == code.as_str());
        match (code, error["message"].as_str()) {
            (Some(code), Some(message)) => Self::new(code, message),
            _ => Self::internal(format!("a route within replied {status}")),
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(Code::BadRequest, message)
    }

    /// Nobody is known by what was shown, or nothing was.
    pub(crate) fn unauthorized() -> Self {
        let message = "log in, or send a token that is good: `Authorization: Bearer …`";
        Self::new(Code::Unauthorized, message)
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// `what` names the kind of thing: `workflow`.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            Code::NotFound,
            format!("there is no such {what}; it may have been deleted"),
        )
    }

    pub(crate) fn code(&self) -> Code {
        self.code
    }

    pub(crate) fn is(&self, code: Code) -> bool {
        self.code == code
    }

    pub(crate) fn is_rate_limited(&self) -> bool {
        self.code == Code::RateLimited
    }

    /// Whether another request might fare better, rather than another moment.
    pub(crate) fn is_clients(&self) -> bool {
        self.code.status().is_client_error()
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(Code::Conflict, message)
    }

    /// One problem of one value in the body.
    pub(crate) fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        let detail = ErrorDetail {
            path: Some(path.into()),
            message: message.clone(),
            ..ErrorDetail::default()
        };
        Self::new(Code::ValidationFailed, message).with_details(vec![detail])
    }

    pub(crate) fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let message = "the server failed in a way it did not foresee; its log has the cause";
        Self::new(Code::Internal, message).because(cause)
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(Code::Unavailable, message)
    }

    /// For a message of a socket. There is no reply beside which the cause could travel: it is logged here.
    pub(crate) fn told(self) -> ErrorBody {
        if let Some(Cause(cause)) = &self.cause {
            tracing::warn!(error.code = self.code.as_str(), %cause, "a message of a socket could not be carried out");
        }
        ErrorBody {
            code: self.code,
            message: self.message,
            details: self.details,
        }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(Cause(Arc::from(cause.into())));
        self
    }

    /// Takes away the part of all paths that the client did not send.
    pub(crate) fn without_prefix(self, prefix: &str) -> Self {
        self.with_prefix(prefix, "")
    }

    /// Tells the places of what the client has sent elsewhere.
    pub(crate) fn with_prefix(mut self, prefix: &str, other: &str) -> Self {
        for detail in &mut self.details {
            let path = detail.path.as_deref();
            let rest = path.and_then(|path| path.strip_prefix(prefix));
            let moved = rest.map(|rest| format!("{other}{rest}"));
            detail.path = moved.or_else(|| detail.path.take());
        }
        self
    }

    pub(crate) fn with_details(mut self, details: Vec<ErrorDetail>) -> Self {
        self.details = details;
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            code: self.code,
            message: self.message,
            details: self.details,
        };
        let mut response =
            (self.code.status(), Json(ErrorEnvelope { error: body })).into_response();
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(cause);
        }
        let headers = response.headers_mut();
        let retry_after = self
            .retry_after
            .or((self.code == Code::Unavailable).then_some(1));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.code.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
