//! One error for the whole API, and the envelope in which it travels.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::model::Model;

#[derive(Debug)]
pub struct ApiError {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    pub details: Vec<Fault>,
}

/// One fault of a document: a JSON pointer to the place, and what is wrong there.
#[derive(Debug, PartialEq)]
pub struct Fault {
    pub path: String,
    pub message: String,
}

impl Fault {
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }
}

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: Vec::new(),
        }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub fn invalid(details: Vec<Fault>) -> Self {
        let message = match details.as_slice() {
            [only] => format!("{} {}", only.path.trim_start_matches('/'), only.message)
                .trim()
                .to_owned(),
            many => format!("{} fields are not valid", many.len()),
        };
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: "validation_failed",
            message,
            details,
        }
    }

    pub fn conflict(message: impl Into<String>, details: Vec<Fault>) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            code: "conflict",
            message: message.into(),
            details,
        }
    }

    /// Says what a refused write means to the caller. Anything unforeseen is logged and hidden.
    pub fn from_database(error: sqlx::Error, model: &Model) -> Self {
        use sqlx::error::ErrorKind;
        let kind = error.as_database_error().map(|fault| fault.kind());
        match kind {
            Some(ErrorKind::UniqueViolation) => match violated_field(&error, model) {
                Some(name) => {
                    let fault = Fault::new(format!("/{name}"), "is already taken");
                    Self::conflict(format!("{name} is already taken"), vec![fault])
                }
                None => Self::conflict("a record with these values exists already", Vec::new()),
            },
            Some(ErrorKind::ForeignKeyViolation) => Self::invalid(vec![Fault::new(
                "",
                "a record that it refers to does not exist",
            )]),
            Some(ErrorKind::CheckViolation | ErrorKind::NotNullViolation) => {
                Self::invalid(vec![Fault::new("", "the database refused a value")])
            }
            _ => Self::from(error),
        }
    }
}

/// Unique indexes are named after the field's permanent key (Postgres) or report the column (SQLite).
fn violated_field(error: &sqlx::Error, model: &Model) -> Option<&'static str> {
    let fault = error.as_database_error()?;
    let constraint = fault.constraint().unwrap_or_default();
    let column = fault
        .message()
        .rsplit_once('.')
        .map(|(_, column)| column)
        .unwrap_or_default();
    let matches =
        |key: &str, name: &str| constraint.strip_prefix("uq_") == Some(key) || column == name;
    model
        .fields
        .iter()
        .find(|field| matches(field.key, field.name))
        .map(|field| field.name)
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        crate::log("error", &[("error", &error.to_string())]);
        let busy = matches!(
            error,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_)
        ) || error
            .as_database_error()
            .and_then(|fault| fault.code())
            .is_some_and(|code| code == "5");
        if busy {
            let message = "the database does not answer at the moment; try again";
            return Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message);
        }
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong; the log has the details",
        )
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let details: Vec<_> = self
            .details
            .iter()
            .map(|fault| json!({ "path": fault.path, "message": fault.message }))
            .collect();
        let mut body = json!({ "code": self.code, "message": self.message });
        if !details.is_empty() {
            body["details"] = json!(details);
        }
        (self.status, Json(json!({ "error": body }))).into_response()
    }
}
