//! Secrets of an owner, for the step that is about to use them.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::PortResult;

/// A text that never shows itself, and is wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// One field of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretField {
    pub text: SecretText,
    /// Whether it has to be kept out of what is recorded. A user's name beside a password need not be.
    pub confidential: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Another one whenever the secret was changed. It tells nothing of what the secret holds.
    pub version: String,
    /// A secret that is just a text has the field [`crate::secret::VALUE`].
    pub fields: BTreeMap<String, SecretField>,
}

#[async_trait]
pub trait Secrets: Send + Sync {
    /// Those of these names that the owner has.
    async fn reveal(&self, owner: Uuid, names: &[&str]) -> PortResult<BTreeMap<String, Secret>>;
}
