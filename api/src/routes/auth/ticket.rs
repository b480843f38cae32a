//! `POST /api/auth/tickets`

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use store::{Link, Purpose};

use crate::access::{Account, Via};
use crate::accounts::secret;
use crate::error::{ApiError, ApiResult, Code};
use crate::replies::private;
use crate::schemas::account::Ticket;

const GOOD_FOR: TimeDelta = TimeDelta::seconds(30);

/// Makes a ticket that opens one socket in your name and this workspace, if you have one, since a page can't send headers with a socket.
///
/// The page asks for the protocols `lathe` and `ticket.` followed by the ticket. It never stands in an address.
#[utoipa::path(post, path = "/api/auth/tickets", tag = "auth", security(("session" = [])), responses(
    (status = 201, description = "The ticket.", body = Ticket),
))]
pub(crate) async fn create_ticket(account: Account) -> ApiResult<Response> {
    let Via::Session(session) = account.caller.via else {
        return Err(ApiError::new(
            Code::Forbidden,
            "programs send their token with the socket",
        ));
    };
    // Who has no workspace has notifications.
    let workspace = account.caller.seat.as_ref().map(|seat| seat.workspace);
    let ticket = secret::random()?;
    let link = Link {
        user_id: Some(account.person.id),
        data: json!({"session": session, "workspace": workspace}),
    };
    let until = Utc::now() + GOOD_FOR;
    let hash = secret::hash(&ticket);
    let made = account
        .store
        .create_link(Purpose::Socket, &hash, link, until);
    made.await?;
    let body = Ticket {
        ticket,
        expires_in: GOOD_FOR.num_seconds().cast_unsigned(),
    };
    Ok(private((StatusCode::CREATED, Json(body)).into_response()))
}
