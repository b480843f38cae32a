//! `GET /api/executions/{id}/events`

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::{PROTOCOL, Scoped};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::events::{self, Since};
use crate::extract::{Id, Query};
use crate::wait;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// The number of the last event that the client knows; 0 tells everything.
    #[serde(default)]
    #[param(value_type = Option<u64>, default = 0)]
    after: u64,
    /// The id of the last log line that the client knows; 0 tells everything.
    #[serde(default)]
    #[param(value_type = Option<i64>, default = 0)]
    log_after: i64,
}

/// Tells what happens in an execution, live, over a WebSocket.
///
/// Each message is one `ExecutionNews` as JSON text: first what happened after `after` and `log_after`, then the news
/// as they come, without a gap and none twice. The socket closes with 1000 after the event that ends the execution,
/// and with 1001 when the server stops: connect again, with the last numbers seen. It closes with 1008 when you may not
/// watch any more. A page shows a ticket (`POST /api/auth/tickets`) among the protocols that it asks for: `lathe`,
/// `ticket.…`.
#[utoipa::path(get, path = "/api/executions/{id}/events", tag = "executions", security(("bearer" = ["executions:read"])), params(Id, After), responses(
    (status = 101, description = "The socket is open; `ExecutionNews` describes its messages."),
    (status = 400, description = "This was no request for a WebSocket.", body = ErrorEnvelope),
    (status = 404, description = "There is no execution with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn watch_execution(
    app: Scoped,
    Id(id): Id,
    Query(after): Query<After>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> ApiResult<Response> {
    let execution = wait::read(&app, id).await?.summary;
    let upgrade = upgrade.map_err(|rejection| {
        ApiError::bad_request(format!(
            "this address speaks WebSocket: {}",
            rejection.body_text()
        ))
    })?;
    // A client can't know more than has happened; one that says so would wait for ever.
    let seq = after.after.min(execution.seq);
    let ended = execution.status.is_terminal() && seq == execution.seq;
    let since = Since {
        seq,
        log: after.log_after,
        ended,
    };
    // A page that came with a ticket hears that its protocol is spoken; the ticket itself is not repeated.
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .max_message_size(4_096)
        .write_buffer_size(0);
    Ok(upgrade.on_upgrade(move |socket| events::tell(app, id, since, socket)))
}
