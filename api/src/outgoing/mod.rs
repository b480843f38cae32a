//! Webhooks out: what is sent to other systems, how it is signed, when it is tried again, and what a client may ask for.
//!
//! Deliveries follow Standard Webhooks. Where they go somebody of a workspace says, and so they go through the guarded client.

mod attempt;
mod message;
mod post;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{HeaderName, HeaderValue};
use engine::ports::happenings::HappeningKind;
use reqwest::Url;
use store::{OutgoingHeaders, OutgoingStatus, OutgoingWebhookRecord};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult};
use crate::schemas::outgoing_webhook::{
    OutgoingDelivery, OutgoingDeliveryStatus, OutgoingEvent, OutgoingWebhook,
};
use crate::schemas::webhook::Verification;
use crate::state::App;
use crate::webhooks;

pub(crate) use message::PING;
pub(crate) use post::{LEASE, deliver, post};

/// Headers that go with a delivery at most, and how long what they hold may be.
const MOST_HEADERS: usize = 20;
const LONGEST_HEADER: usize = 4_096;

/// What the client or the signature says itself.
const OURS: [&str; 8] = [
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "te",
    "transfer-encoding",
    "upgrade",
];

pub(crate) async fn find(app: &Scoped, id: Uuid) -> ApiResult<OutgoingWebhookRecord> {
    let found = app.store.outgoing_webhook(app.scope(), id).await?;
    found.ok_or_else(|| ApiError::not_found("outgoing webhook"))
}

/// One that may be sent to: a disabled one is sent nothing, whoever asks for it.
pub(crate) async fn find_enabled(app: &Scoped, id: Uuid) -> ApiResult<OutgoingWebhookRecord> {
    let record = find(app, id).await?;
    match record.enabled {
        true => Ok(record),
        false => Err(ApiError::conflict(
            "this webhook is disabled, and is sent nothing: enable it first",
        )),
    }
}

pub(crate) fn view(record: OutgoingWebhookRecord) -> OutgoingWebhook {
    let now = chrono::Utc::now();
    let until = record.previous_until.filter(|until| *until > now);
    OutgoingWebhook {
        id: record.id,
        name: record.name,
        url: record.url,
        events: record.events.into_iter().map(OutgoingEvent::of).collect(),
        header_names: record.header_names,
        enabled: record.enabled,
        disabled_because: record.disabled_because,
        failing_since: record.failing_since.map(Into::into),
        previous_secret_until: until.map(Into::into),
        created_at: record.created_at.into(),
        updated_at: record.updated_at.into(),
    }
}

impl From<store::OutgoingDelivery> for OutgoingDelivery {
    fn from(delivery: store::OutgoingDelivery) -> Self {
        Self {
            id: delivery.id,
            event: message::type_of(&delivery.event).to_owned(),
            status: match delivery.status {
                OutgoingStatus::Pending => OutgoingDeliveryStatus::Pending,
                OutgoingStatus::Delivered => OutgoingDeliveryStatus::Delivered,
                OutgoingStatus::Failed => OutgoingDeliveryStatus::Failed,
            },
            attempts: delivery.attempts,
            response_status: delivery.response_status,
            error: delivery.error,
            next_attempt_at: delivery.next_at.map(Into::into),
            happened_at: delivery.happened_at.into(),
            attempted_at: delivery.attempted_at.map(Into::into),
            ended_at: delivery.ended_at.map(Into::into),
        }
    }
}

/// Each event once.
pub(crate) fn kinds(events: Vec<OutgoingEvent>) -> Vec<HappeningKind> {
    let events: BTreeSet<OutgoingEvent> = events.into_iter().collect();
    events.into_iter().map(OutgoingEvent::kind).collect()
}

/// Refuses an address that nothing could be sent to, as far as its form tells.
pub(crate) fn check_url(app: &App, url: &str) -> ApiResult<()> {
    let refused = |message: &str| Err(ApiError::invalid("/url", message));
    let Ok(parsed) = Url::parse(url) else {
        return refused("this is no address: it begins with `https://` and a host");
    };
    match app.courier.check_form(&parsed) {
        Ok(()) => {}
        Err(egress::Error::Refused { reason, .. }) => {
            return refused(&format!("nothing is sent to this address: {reason}"));
        }
        Err(_) => return refused("only http and https addresses with a host can be sent to"),
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return refused(
            "leave out user and password: everybody who may read the webhook would see them; send a header instead",
        );
    }
    if parsed.scheme() != "https" && !app.config.outgoing.is_open_to(&parsed) {
        return refused(
            "use https: what is sent by http can be read on the way; the operator of this Lathe can allow it with --allow-addresses",
        );
    }
    Ok(())
}

/// Headers as they are kept, with their names in lower case.
pub(crate) fn check_headers(headers: BTreeMap<String, String>) -> ApiResult<OutgoingHeaders> {
    if headers.len() > MOST_HEADERS {
        let message = format!("send at most {MOST_HEADERS} headers");
        return Err(ApiError::invalid("/headers", message));
    }
    let mut kept: BTreeMap<String, Zeroizing<String>> = BTreeMap::new();
    for (name, value) in headers {
        let value = Zeroizing::new(value);
        let refused = |message: &str| Err(ApiError::invalid("/headers", message));
        let Ok(header) = name.parse::<HeaderName>() else {
            return refused("one of them has a name that no header can have");
        };
        if OURS.contains(&header.as_str()) || header.as_str().starts_with("webhook-") {
            return refused("one of them is a header that Lathe writes itself");
        }
        if value.len() > LONGEST_HEADER || HeaderValue::from_str(&value).is_err() {
            return refused("one of them holds what no header can, or is too long");
        }
        if kept.insert(header.as_str().to_owned(), value).is_some() {
            return refused("one of them is there twice");
        }
    }
    let names = kept.keys().cloned().collect();
    if kept.is_empty() {
        return Ok(OutgoingHeaders { names, json: None });
    }
    let plain: BTreeMap<&str, &str> = kept
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let json = serde_json::to_string(&plain).map_err(ApiError::internal)?;
    Ok(OutgoingHeaders {
        names,
        json: Some(Zeroizing::new(json)),
    })
}

/// The secret that was given, or a new one.
pub(crate) fn secret_for(given: Option<String>) -> ApiResult<Zeroizing<String>> {
    let secret = webhooks::secret_for(Verification::Hmac, given)?;
    secret.ok_or_else(|| ApiError::internal("a secret was not made"))
}
