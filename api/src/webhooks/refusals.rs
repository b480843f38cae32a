//! Notes what a webhook refuses, so that its owner sees why nothing begins. Nothing of what was sent is noted, and no more than
//! so much in a while: whoever sends a flood fills no table.

use axum::http::StatusCode;
use axum::response::Response;
use store::{NewRefusal, Scope, WebhookRecord};

use crate::error::{ApiError, ApiResult, Code};
use crate::limits::Limit;
use crate::state::App;

/// The longest sentence that is noted.
const LONGEST: usize = 500;

/// What is noted of an answer, if it is a refusal for what the sender did.
pub(super) fn of(answer: &ApiResult<Response>, address: &str) -> Option<NewRefusal> {
    let (code, message) = match answer {
        Ok(response) if response.status() == StatusCode::METHOD_NOT_ALLOWED => (
            Code::MethodNotAllowed,
            "the webhook does not take that method",
        ),
        // What is said of a value may be the value.
        Err(error) if error.is(Code::ValidationFailed) => (
            Code::ValidationFailed,
            "the workflow does not take what was sent",
        ),
        Err(error) if error.is_clients() => (error.code(), error.message()),
        _ => return None,
    };
    Some(refusal(code, code.as_str(), message, address))
}

/// What is noted of something that was sent to a webhook that is switched off, and whose sender was told that nothing is there.
pub(super) fn of_resting(told: &ApiError, address: &str) -> Option<NewRefusal> {
    let message = "the webhook is switched off";
    told.is(Code::NotFound)
        .then(|| refusal(told.code(), "disabled", message, address))
}

/// That it could not be noted changes nothing for the sender.
pub(super) async fn note(app: &App, webhook: &WebhookRecord, told: Option<NewRefusal>) {
    let Some(told) = told else { return };
    let by = webhook.id.to_string();
    if app.limits.take(Limit::HookRefusal, &by).await.is_err() {
        return;
    }
    let scope = Scope::Workspace(webhook.workspace_id);
    if let Err(error) = app.store.note_refusal(scope, webhook.id, told).await {
        tracing::warn!(%error, "what a webhook refused could not be noted");
    }
}

fn refusal(code: Code, reason: &str, message: &str, address: &str) -> NewRefusal {
    NewRefusal {
        status: code.status().as_u16(),
        reason: reason.to_owned(),
        message: message.chars().take(LONGEST).collect(),
        address: address.to_owned(),
    }
}
