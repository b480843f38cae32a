//! From what a client sent to a checked webhook, and what comes of a request to it.

pub(crate) mod inputs;
pub(crate) mod receive;
mod refusals;
pub(crate) mod verify;

use std::collections::BTreeSet;

use axum::http::HeaderName;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use engine::duration::Millis;
use store::WebhookRecord;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::access::Scoped;
use crate::accounts::secret;
use crate::error::{ApiError, ApiResult, Faults};
use crate::schemas::webhook::{Verification, Webhook, WebhookSettings};

/// How long an output is waited for at most.
const LONGEST_WAIT: Millis = Millis(60_000);

/// Headers that prove somebody's identity: no run is given them.
const NEVER: [&str; 5] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "x-api-key",
    "x-hub-signature",
];

pub(crate) async fn find(app: &Scoped, id: Uuid) -> ApiResult<WebhookRecord> {
    let found = app.store.webhook(app.scope(), id).await?;
    found.ok_or_else(|| ApiError::not_found("webhook"))
}

/// Settings as they were kept.
pub(crate) fn settings(record: &WebhookRecord) -> ApiResult<WebhookSettings> {
    serde_json::from_value(record.settings.clone()).map_err(ApiError::internal)
}

pub(crate) fn view(app: &Scoped, record: WebhookRecord) -> ApiResult<Webhook> {
    let settings = settings(&record)?;
    let now = chrono::Utc::now();
    let until = record.previous_until.filter(|until| *until > now);
    Ok(Webhook {
        url: format!("{}/api/hooks/{}", app.config.url, *record.token),
        id: record.id,
        name: record.name,
        workflow_id: record.workflow_id,
        workflow_name: record.workflow_name,
        settings,
        enabled: record.enabled,
        previous_secret_until: until.map(Into::into),
        created_at: record.created_at.into(),
        updated_at: record.updated_at.into(),
    })
}

/// All that can be wrong with settings.
pub(crate) fn check(mut settings: WebhookSettings) -> ApiResult<WebhookSettings> {
    let mut faults = Faults::default();
    if settings.methods.is_empty() || settings.methods.len() > 3 {
        let message = "name the methods that it takes: GET, POST, PUT";
        faults.add("/methods", message);
    }
    if settings.wait.0 == 0 || settings.wait.0 > LONGEST_WAIT.0 {
        let message = format!("an output is waited for {LONGEST_WAIT} at most");
        faults.add("/wait", message);
    }
    if settings.headers.len() > 50 {
        faults.add("/headers", "name at most 50 headers");
    }
    for (at, name) in settings.headers.iter_mut().take(50).enumerate() {
        let path = format!("/headers/{at}");
        match name.parse::<HeaderName>() {
            Err(_) => faults.add(path, "this is no name of a header"),
            Ok(header)
                if NEVER.contains(&header.as_str())
                    || header.as_str().starts_with("x-hub-signature") =>
            {
                let message = "no run is given this header: it proves who the sender is";
                faults.add(path, message);
            }
            Ok(header) => header.as_str().clone_into(name),
        }
    }
    faults.end("the webhook is not valid")?;
    let names: BTreeSet<String> = settings.headers.into_iter().collect();
    settings.headers = names.into_iter().collect();
    Ok(settings)
}

/// The secret that a webhook is to have: the one that was given, or a new one; none where nothing is proved.
pub(crate) fn secret_for(
    verification: Verification,
    given: Option<String>,
) -> ApiResult<Option<Zeroizing<String>>> {
    let given = given.map(Zeroizing::new);
    if verification == Verification::None {
        return match given {
            None => Ok(None),
            Some(_) => {
                let message = "with the verification `none` there is no secret";
                Err(ApiError::invalid("/secret", message))
            }
        };
    }
    let Some(given) = given else {
        return make(verification).map(Some);
    };
    let printable = given.chars().all(|letter| letter.is_ascii_graphic());
    if !(16..=256).contains(&given.len()) || !printable {
        let message = "a secret has 16 to 256 letters, digits and signs, without spaces";
        return Err(ApiError::invalid("/secret", message));
    }
    if verification == Verification::Hmac && verify::standard_key(given.as_bytes()).is_none() {
        let message =
            "for `hmac` a secret is Base64 of at least 16 bytes, perhaps with `whsec_` before it";
        return Err(ApiError::invalid("/secret", message));
    }
    Ok(Some(given))
}

fn make(verification: Verification) -> ApiResult<Zeroizing<String>> {
    if verification != Verification::Hmac {
        return secret::random().map(Zeroizing::new);
    }
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut bytes[..]).map_err(ApiError::internal)?;
    let text = BASE64_STANDARD.encode(&bytes[..]);
    Ok(Zeroizing::new(format!("whsec_{text}")))
}
