//! The sealed ends of the audit log: how far it reaches, in two places. What cuts or clears the log in one of them does not fit the
//! other one any more.

use super::AuditHead;
use crate::secrets;
use crate::vault::{Vault, VaultError};

/// What the first end is bound to.
pub(crate) const PLACE: &str = "audit_head";

/// The second one stands among the secrets of the installation, by this name.
pub(super) const SECOND: &str = "audit";

pub(super) fn place_of_second() -> String {
    secrets::place_of_row(SECOND)
}

/// What a sealed end states; nothing where there is none, or it does not open. That this process lacks its key is an error, and
/// says nothing about the log.
pub(super) fn opened(
    vault: &Vault,
    place: &str,
    sealed: Option<&str>,
) -> Result<Option<AuditHead>, VaultError> {
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    match vault.unseal(place, sealed) {
        Ok(text) => Ok(stated(&text)),
        Err(error @ VaultError::UnknownKey) => Err(error),
        Err(VaultError::DoesNotOpen | VaultError::NoRandomness) => Ok(None),
    }
}

/// What is sealed: `seq hash`.
fn stated(text: &[u8]) -> Option<AuditHead> {
    let (seq, hash) = std::str::from_utf8(text).ok()?.split_once(' ')?;
    Some(AuditHead {
        seq: seq.parse().ok()?,
        hash: hash.to_owned(),
    })
}
