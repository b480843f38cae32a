//! `GET /api/live`

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;

use crate::access::{Known, PROTOCOL};
use crate::error::{ApiError, ApiResult, Code, ErrorEnvelope};
use crate::realtime;

/// A client's messages are small.
const LARGEST: usize = 16 * 1_024;

/// One WebSocket for all that a page wants to hear of.
///
/// The client sends `LiveRequest` and the server `LiveMessage`, each as JSON text. Topics are the executions of the workspace
/// (`executions`), one execution (`execution`) or its log (`logs`), one's own notifications (`notifications`), and who is at a
/// thing (`presence`). Each takes its own permission, which is looked at again every two seconds: a topic that is not permitted
/// any more ends with a message, and the socket closes with 1008 when its owner is not let in any more. It closes with 1001
/// when the server stops, and with 1013 when the database could not be asked for ten seconds: connect again, with the last
/// numbers seen. A page shows a ticket (`POST /api/auth/tickets`) among
/// the protocols that it asks for: `lathe`, `ticket.…`.
#[utoipa::path(get, path = "/api/live", tag = "live", security(("bearer" = [])), responses(
    (status = 101, description = "The socket is open; `LiveRequest` and `LiveMessage` describe its messages."),
    (status = 400, description = "This was no request for a WebSocket.", body = ErrorEnvelope),
    (status = 429, description = "The account has too many sockets open.", body = ErrorEnvelope),
))]
pub(crate) async fn open_live(
    Known { app, caller }: Known,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> ApiResult<Response> {
    let upgrade = upgrade.map_err(|rejection| {
        ApiError::bad_request(format!(
            "this address speaks WebSocket: {}",
            rejection.body_text()
        ))
    })?;
    // Whoever operates the machine is not counted.
    let place = match &caller.person {
        Some(person) => Some(app.places.take(person.id).ok_or_else(too_many)?),
        None => None,
    };
    // A page that came with a ticket hears that its protocol is spoken; the ticket itself is not repeated.
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .max_message_size(LARGEST)
        .max_frame_size(LARGEST)
        .write_buffer_size(0);
    Ok(upgrade.on_upgrade(move |socket| realtime::attend(app, caller, socket, place)))
}

fn too_many() -> ApiError {
    let message =
        "this account has as many sockets open as it may: close pages that nobody looks at";
    ApiError::new(Code::RateLimited, message).retry_after(5)
}
