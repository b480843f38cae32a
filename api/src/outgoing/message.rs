//! What a delivery says, and how it is signed: [Standard Webhooks](https://www.standardwebhooks.com).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::SecondsFormat;
use engine::ports::happenings::HappeningKind;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use store::{OutgoingDelivery, OutgoingTarget};

use crate::schemas::outgoing_webhook::OutgoingEvent;
use crate::webhooks::verify::standard_key;

/// What is sent to see whether anything arrives.
pub(crate) const PING: &str = "ping";

/// What other systems know a kept event as.
pub(super) fn type_of(event: &str) -> &str {
    let mut kinds = HappeningKind::ALL.into_iter();
    let kind = kinds.find(|kind| kind.as_str() == event);
    kind.map_or(event, |kind| OutgoingEvent::of(kind).as_str())
}

/// The body: the same however often it is sent. `url` is where the web app is.
pub(super) fn body(url: &str, delivery: &OutgoingDelivery) -> String {
    let kept = &delivery.data;
    let mut data = json!({"workspace_id": delivery.workspace_id});
    let (id, name) = match &*delivery.event {
        PING => ("webhook_id", "webhook_name"),
        "schedule_failed" => ("schedule_id", "schedule_name"),
        _ => ("workflow_id", "workflow_name"),
    };
    data[id] = kept["subject"].clone();
    data[name] = kept["name"].clone();
    if delivery.event != PING {
        data["message"] = kept["message"].clone();
        data["count"] = kept["count"].clone();
    }
    if let Some(execution) = kept["execution"].as_str() {
        data["execution_id"] = execution.into();
        data["trigger"] = kept["trigger"].clone();
        data["link"] = format!("{url}/runs/{execution}").into();
    }
    let at = delivery
        .happened_at
        .to_rfc3339_opts(SecondsFormat::Millis, true);
    json!({"type": type_of(&delivery.event), "timestamp": at, "data": data}).to_string()
}

/// Nothing that could be sent can be made of what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsendable {
    #[error("its secret can't be used: give it another one")]
    Secret,
    #[error("its headers can't be used: give it others")]
    Headers,
}

/// All headers of a delivery that is sent at this second.
pub(super) fn headers(
    target: &OutgoingTarget,
    id: &str,
    now: i64,
    body: &str,
) -> Result<HeaderMap, Unsendable> {
    let mut headers = HeaderMap::new();
    if let Some(kept) = &target.headers {
        let kept: Value = serde_json::from_slice(kept).map_err(|_| Unsendable::Headers)?;
        for (name, value) in kept.as_object().into_iter().flatten() {
            let name: HeaderName = name.parse().map_err(|_| Unsendable::Headers)?;
            let value = value.as_str().unwrap_or_default();
            let mut value = HeaderValue::from_str(value).map_err(|_| Unsendable::Headers)?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
    let signature = signature(&target.secrets, id, now, body).ok_or(Unsendable::Secret)?;
    let text = |text: &str| HeaderValue::from_str(text).map_err(|_| Unsendable::Secret);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert("webhook-id", text(id)?);
    headers.insert("webhook-timestamp", now.into());
    headers.insert("webhook-signature", text(&signature)?);
    Ok(headers)
}

/// One signature for each secret that is good.
fn signature(secrets: &[impl AsRef<[u8]>], id: &str, now: i64, body: &str) -> Option<String> {
    let mut signatures = Vec::new();
    for secret in secrets {
        let key = standard_key(secret.as_ref())?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{now}.").as_bytes());
        mac.update(body.as_bytes());
        let mac = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        signatures.push(format!("v1,{mac}"));
    }
    (!signatures.is_empty()).then(|| signatures.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that Standard Webhooks gives for its libraries.
    #[test]
    fn the_example_of_standard_webhooks_is_signed_as_it_is_there() {
        let secret = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let signed = |secrets: &[&[u8]]| {
            signature(
                secrets,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                r#"{"test": 2432232314}"#,
            )
        };
        let right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed(&[secret]).as_deref(), Some(right));
        let both = signed(&[secret, secret]);
        assert_eq!(both, Some(format!("{right} {right}")));
        assert_eq!(signed(&[]), None);
        assert_eq!(signed(&[b"too short"]), None);
    }

    #[test]
    fn every_kind_has_a_name_outside() {
        for kind in HappeningKind::ALL {
            assert!(type_of(kind.as_str()).contains('.'), "{kind:?}");
            assert_eq!(OutgoingEvent::of(kind).kind(), kind);
        }
        assert_eq!(type_of(PING), PING);
    }
}
