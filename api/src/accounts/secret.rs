//! Random texts that prove something by being known, and the hashes that are kept of them.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::error::{ApiError, ApiResult};

/// Before every token of a program, so that it is recognised where it should not be: in sources and logs.
const API_TOKEN: &str = "lathe_";

/// 256 bits that nobody can guess, as text for addresses and headers.
pub(crate) fn random() -> ApiResult<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(ApiError::internal)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

pub(crate) fn api_token() -> ApiResult<String> {
    Ok(format!("{API_TOKEN}{}", random()?))
}

pub(crate) fn is_api_token(credential: &str) -> bool {
    credential.starts_with(API_TOKEN)
}

/// What is kept of a secret. It is random enough that a fast hash can't be undone.
pub(crate) fn hash(secret: &str) -> String {
    let digest = Sha256::digest(secret.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The token of whoever operates the machine; only its hash is here.
#[derive(Clone, PartialEq, Eq)]
pub struct MachineToken([u8; 32]);

impl MachineToken {
    /// A new one, and its text for who may read the data folder.
    pub fn random() -> Result<(Self, String), getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        let text = format!("machine_{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
        Ok((Self::of(&text), text))
    }

    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Hashes are compared, so that the time it takes tells nothing of the token.
    pub(crate) fn matches(&self, credential: &str) -> bool {
        Self::of(credential).0 == self.0
    }
}

impl fmt::Debug for MachineToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MachineToken")
    }
}
