//! Whether a request comes from who knows the secret, and which delivery it is. Signatures are compared in constant time.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::{ApiError, ApiResult, Code};
use crate::schemas::webhook::Verification;

/// How far the sender's clock may be off, in seconds; what is older may be a recording.
const TOLERANCE: i64 = 300;

/// The longest id of a delivery.
const LONGEST_ID: usize = 255;

/// What is known of a request, before it is believed.
pub(super) struct Sent<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    /// Seconds since 1970.
    pub(super) now: i64,
}

/// The sender's id for a delivery that was proved to be theirs; none where they gave none.
pub(super) fn verify(
    verification: Verification,
    secrets: &[impl AsRef<[u8]>],
    sent: &Sent<'_>,
) -> ApiResult<Option<String>> {
    let keys: Vec<&[u8]> = secrets.iter().map(AsRef::as_ref).collect();
    match verification {
        Verification::None => idempotency_key(sent),
        Verification::Bearer => bearer(&keys, sent),
        Verification::Hmac => standard(&keys, sent).map(Some),
        Verification::Github => github(&keys, sent).map(Some),
        Verification::Stripe => stripe(&keys, sent).map(Some),
    }
}

/// The bytes that a secret of Standard Webhooks stands for.
pub(crate) fn standard_key(secret: &[u8]) -> Option<Vec<u8>> {
    let text = secret.strip_prefix(b"whsec_").unwrap_or(secret);
    let key = BASE64_STANDARD.decode(text).ok()?;
    (key.len() >= 16).then_some(key)
}

fn standard(keys: &[&[u8]], sent: &Sent<'_>) -> ApiResult<String> {
    let id = id(sent, "webhook-id")?;
    let timestamp = text(sent, "webhook-timestamp")?;
    let signatures = text(sent, "webhook-signature")?;
    in_time(timestamp, sent.now)?;
    let given: Vec<Vec<u8>> = signatures
        .split(' ')
        .filter_map(|signature| BASE64_STANDARD.decode(signature.strip_prefix("v1,")?).ok())
        .collect();
    let keys: Vec<Vec<u8>> = keys.iter().filter_map(|key| standard_key(key)).collect();
    let parts: [&[u8]; 5] = [id.as_bytes(), b".", timestamp.as_bytes(), b".", sent.body];
    signed(&keys, &parts, &given)?;
    Ok(id.to_owned())
}

fn github(keys: &[&[u8]], sent: &Sent<'_>) -> ApiResult<String> {
    let delivery = id(sent, "x-github-delivery")?;
    let signature = text(sent, "x-hub-signature-256")?;
    let given = signature.strip_prefix("sha256=").and_then(from_hex);
    signed(keys, &[sent.body], given.as_slice())?;
    Ok(delivery.to_owned())
}

fn stripe(keys: &[&[u8]], sent: &Sent<'_>) -> ApiResult<String> {
    let header = text(sent, "stripe-signature")?;
    let fields = || {
        header
            .split(',')
            .filter_map(|field| field.trim().split_once('='))
    };
    let timestamp = fields().find(|(name, _)| *name == "t");
    let (_, timestamp) = timestamp.ok_or_else(|| refused("`stripe-signature` has no `t=…`"))?;
    in_time(timestamp, sent.now)?;
    let given: Vec<Vec<u8>> = fields()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, signature)| from_hex(signature))
        .collect();
    signed(keys, &[timestamp.as_bytes(), b".", sent.body], &given)?;
    // It is signed with the rest.
    let event: Option<Value> = serde_json::from_slice(sent.body).ok();
    let id = event.as_ref().and_then(|event| event["id"].as_str());
    let id = id.filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
    Ok(id.map_or_else(
        || {
            let digest = Sha256::digest(sent.body);
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{timestamp}.{digest}")
        },
        str::to_owned,
    ))
}

fn bearer(keys: &[&[u8]], sent: &Sent<'_>) -> ApiResult<Option<String>> {
    let given = text(sent, header::AUTHORIZATION.as_str())?;
    let token = given
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or_else(|| refused("send `Authorization: Bearer …`"))?;
    // Hashes are compared, so that the time it takes tells nothing of the token.
    let given = Sha256::digest(token.trim().as_bytes());
    match keys.iter().any(|key| Sha256::digest(key) == given) {
        true => idempotency_key(sent),
        false => Err(refused("this token is not good here")),
    }
}

fn idempotency_key(sent: &Sent<'_>) -> ApiResult<Option<String>> {
    match sent.headers.contains_key("idempotency-key") {
        true => id(sent, "idempotency-key").map(|key| Some(key.to_owned())),
        false => Ok(None),
    }
}

/// Whether one of the signatures is one of these keys' over the parts.
fn signed(keys: &[impl AsRef<[u8]>], parts: &[&[u8]], given: &[Vec<u8>]) -> ApiResult<()> {
    for key in keys {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).map_err(ApiError::internal)?;
        parts.iter().for_each(|part| mac.update(part));
        let fits = |signature: &Vec<u8>| mac.clone().verify_slice(signature).is_ok();
        if given.iter().any(fits) {
            return Ok(());
        }
    }
    Err(refused(
        "no signature fits: the secret is another one, or what was sent was changed on the way",
    ))
}

fn in_time(timestamp: &str, now: i64) -> ApiResult<()> {
    let sent_at: Option<i64> = timestamp.parse().ok();
    let off = sent_at.and_then(|at| now.checked_sub(at)?.checked_abs());
    match off.is_some_and(|off| off <= TOLERANCE) {
        true => Ok(()),
        false => Err(refused(
            "the time of the signature is more than five minutes away from now",
        )),
    }
}

/// The only header of this name.
fn text<'a>(sent: &Sent<'a>, name: &str) -> ApiResult<&'a str> {
    let mut values = sent.headers.get_all(name).iter();
    let value = values.next().and_then(|value| value.to_str().ok());
    match (value, values.next()) {
        (Some(value), None) => Ok(value),
        _ => Err(refused(&format!("send the header `{name}`, once"))),
    }
}

fn id<'a>(sent: &Sent<'a>, name: &str) -> ApiResult<&'a str> {
    let id = text(sent, name)?;
    match (1..=LONGEST_ID).contains(&id.len()) {
        true => Ok(id),
        false => Err(refused(&format!(
            "`{name}` takes 1 to {LONGEST_ID} characters"
        ))),
    }
}

fn refused(message: &str) -> ApiError {
    ApiError::new(Code::Unauthorized, message)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(given: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = given.iter().map(|(name, value)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, value.parse().unwrap())
        });
        pairs.collect()
    }

    /// S18: the example that Standard Webhooks gives for its libraries.
    #[test]
    fn the_example_of_standard_webhooks_is_good_at_its_time() {
        let headers = headers(&[
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            (
                "webhook-signature",
                "v2,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ),
        ]);
        let body = br#"{"test": 2432232314}"#;
        let at = |now| {
            let sent = Sent {
                headers: &headers,
                body,
                now,
            };
            let secrets = [b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"];
            verify(Verification::Hmac, &secrets, &sent).ok().flatten()
        };
        assert_eq!(
            at(1_614_265_330).as_deref(),
            Some("msg_p5jXN8AQM9LWM0D4loKWxJek")
        );
        assert!(at(1_614_265_330 + 300).is_some() && at(1_614_265_330 - 300).is_some());
        assert!(at(1_614_265_330 + 301).is_none() && at(1_614_265_330 - 301).is_none());
    }

    /// The example of GitHub's documentation.
    #[test]
    fn the_example_of_github_is_good() {
        let headers = headers(&[
            ("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
            (
                "x-hub-signature-256",
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
            ),
        ]);
        let good = |body: &[u8], secret: &str| {
            let sent = Sent {
                headers: &headers,
                body,
                now: 0,
            };
            verify(Verification::Github, &[secret], &sent).is_ok()
        };
        assert!(good(b"Hello, World!", "It's a Secret to Everybody"));
        assert!(!good(b"Hello, World?", "It's a Secret to Everybody"));
        assert!(!good(b"Hello, World!", "It's a Secret to Nobody"));
    }
}
