//! Signed messages of RFC 8555: ES256, by a key that is in the message or of an account.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

pub(super) struct Signed {
    pub(super) header: Value,
    pub(super) payload: Value,
    pub(super) key: Value,
    /// By an account, and not by a key in the message itself.
    pub(super) is_known: bool,
}

impl Signed {
    pub(super) fn read(body: &[u8], accounts: &HashMap<String, Value>) -> Result<Self, String> {
        let message: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let part = |name: &str| message[name].as_str().unwrap_or_default();
        let header = decoded(part("protected"))?;
        let header: Value = serde_json::from_slice(&header).map_err(|error| error.to_string())?;
        if header["alg"] != "ES256" {
            return Err(format!("signed by {}", header["alg"]));
        }
        let known = header["kid"].as_str();
        let key = match known {
            Some(account) => accounts.get(account).ok_or("no such account")?.clone(),
            None => header["jwk"].clone(),
        };
        let point = |name: &str| decoded(key[name].as_str().unwrap_or_default());
        let point = [vec![4], point("x")?, point("y")?].concat();
        let text = format!("{}.{}", part("protected"), part("payload"));
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .verify(text.as_bytes(), &decoded(part("signature"))?)
            .map_err(|_| "the signature is not of that key".to_owned())?;
        // An empty payload reads.
        let payload = decoded(part("payload"))?;
        Ok(Self {
            payload: serde_json::from_slice(&payload).unwrap_or_default(),
            is_known: known.is_some(),
            header,
            key,
        })
    }
}

/// RFC 7638.
pub(super) fn thumbprint(key: &Value) -> String {
    let part = |name: &str| key[name].as_str().unwrap();
    let text = format!(
        r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#,
        part("x"),
        part("y")
    );
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

fn decoded(text: &str) -> Result<Vec<u8>, String> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text);
    bytes.map_err(|error| error.to_string())
}
