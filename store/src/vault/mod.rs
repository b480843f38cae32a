//! What is kept so that a copy of the database does not tell it: each text is sealed with a key of its own, and that key
//! with the master key, which is not in the database.
//!
//! A sealed text names its master key, so that several may be in use while everything is sealed anew with a new one.
//! It is bound to what it is for: moved to another place, it does not open.

pub(crate) mod claim;
mod keys;
mod renewal;

use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use keys::MasterKey;
pub use keys::{KeySource, KeysError};

const FORM: &str = "v1";
const NONCE: usize = 24;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("the text was sealed with a master key that this process does not have")]
    UnknownKey,
    /// Changed, moved from elsewhere, or no sealed text at all.
    #[error("the sealed text does not open here: it was changed, or belongs elsewhere")]
    DoesNotOpen,
    #[error("this machine gives no random numbers")]
    NoRandomness,
}

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    source: Arc<KeySource>,
    /// The first one seals.
    keys: Arc<RwLock<Vec<MasterKey>>>,
}

impl Vault {
    pub fn open(source: KeySource) -> Result<Self, KeysError> {
        let keys = source.read()?;
        Ok(Self {
            source: Arc::new(source),
            keys: Arc::new(RwLock::new(keys)),
        })
    }

    /// Reads the master keys again; those that were there before stay in use if that fails.
    pub fn reload(&self) -> Result<(), KeysError> {
        let keys = self.source.read_again()?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// `place` says what the text is for, and whose.
    pub fn seal(&self, place: &str, text: &[u8]) -> Result<String, VaultError> {
        let own = random_key()?;
        let sealed = encrypt(&own, place.as_bytes(), text)?;
        let wrapped = self.wrap(place, &own)?;
        Ok(format!("{FORM}.{wrapped}.{sealed}"))
    }

    pub fn unseal(&self, place: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.look_for(Parts::of(sealed)?.key_id)?;
        self.unseal_with_those_at_hand(place, sealed)
    }

    /// The same for what anybody may have made up: no master key is looked for because of it.
    pub fn unseal_with_those_at_hand(
        &self,
        place: &str,
        sealed: &str,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let parts = Parts::of(sealed)?;
        let own = self.unwrap_key(place, &parts)?;
        decrypt(&own, place.as_bytes(), parts.text)
    }

    /// The same text under the newest master key; `None` when it is already.
    pub fn renew(&self, place: &str, sealed: &str) -> Result<Option<String>, VaultError> {
        let parts = Parts::of(sealed)?;
        if self.newest(|key| key.id() == parts.key_id) {
            return Ok(None);
        }
        self.look_for(parts.key_id)?;
        let own = self.unwrap_key(place, &parts)?;
        let wrapped = self.wrap(place, &own)?;
        Ok(Some(format!("{FORM}.{wrapped}.{}", parts.text)))
    }

    fn wrap(&self, place: &str, own: &[u8; 32]) -> Result<String, VaultError> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let master = keys.first().ok_or(VaultError::UnknownKey)?;
        let bound = format!("{}\n{place}", master.id());
        let wrapped = encrypt(master.key(), bound.as_bytes(), own)?;
        Ok(format!("{}.{wrapped}", master.id()))
    }

    fn unwrap_key(
        &self,
        place: &str,
        parts: &Parts<'_>,
    ) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let master = keys.iter().find(|key| key.id() == parts.key_id);
        let master = master.ok_or(VaultError::UnknownKey)?;
        let bound = format!("{}\n{place}", master.id());
        let own = decrypt(master.key(), bound.as_bytes(), parts.wrapped)?;
        let own: [u8; 32] = own
            .as_slice()
            .try_into()
            .map_err(|_| VaultError::DoesNotOpen)?;
        Ok(Zeroizing::new(own))
    }

    /// Another process may have a newer master key by now: it is in the file, then.
    fn look_for(&self, key_id: &str) -> Result<(), VaultError> {
        match self.has(key_id) || self.reload().is_ok() {
            true => Ok(()),
            false => Err(VaultError::UnknownKey),
        }
    }

    fn has(&self, id: &str) -> bool {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().any(|key| key.id() == id)
    }

    fn newest(&self, is: impl Fn(&MasterKey) -> bool) -> bool {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.first().is_some_and(is)
    }
}

struct Parts<'t> {
    key_id: &'t str,
    wrapped: &'t str,
    text: &'t str,
}

impl<'t> Parts<'t> {
    fn of(sealed: &'t str) -> Result<Self, VaultError> {
        match sealed.split('.').collect::<Vec<_>>()[..] {
            [FORM, key_id, wrapped, text] => Ok(Self {
                key_id,
                wrapped,
                text,
            }),
            _ => Err(VaultError::DoesNotOpen),
        }
    }
}

fn encrypt(key: &[u8; 32], bound: &[u8], text: &[u8]) -> Result<String, VaultError> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| VaultError::NoRandomness)?;
    let payload = Payload {
        msg: text,
        aad: bound,
    };
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| VaultError::DoesNotOpen)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
}

fn decrypt(key: &[u8; 32], bound: &[u8], text: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| VaultError::DoesNotOpen)?;
    let (nonce, sealed) = bytes
        .split_first_chunk::<NONCE>()
        .ok_or(VaultError::DoesNotOpen)?;
    let payload = Payload {
        msg: sealed,
        aad: bound,
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| VaultError::DoesNotOpen)
}

fn random_key() -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut bytes[..]).map_err(|_| VaultError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(keys: &str) -> Vault {
        Vault::open(KeySource::Given(keys.to_owned().into())).unwrap()
    }

    fn key(byte: &str) -> String {
        byte.repeat(32)
    }

    #[test]
    fn opens_only_where_it_belongs() {
        let vault = vault(&key("a1"));
        let sealed = vault.seal("secret:1", b"hunter2").unwrap();
        assert_eq!(*vault.unseal("secret:1", &sealed).unwrap(), *b"hunter2");
        assert!(!sealed.contains("hunter2"));
        assert_eq!(
            vault.unseal("secret:2", &sealed),
            Err(VaultError::DoesNotOpen)
        );
        let other = vault.seal("secret:1", b"hunter2").unwrap();
        assert_ne!(sealed, other, "the same text is never sealed the same");
        // The text of one with the key of another.
        let (head, _) = sealed.rsplit_once('.').unwrap();
        let (_, tail) = other.rsplit_once('.').unwrap();
        let mixed = format!("{head}.{tail}");
        assert_eq!(
            vault.unseal("secret:1", &mixed),
            Err(VaultError::DoesNotOpen)
        );
        for wrong in ["", "v1.a.b.c", "v2.a.b.c", &sealed[1..]] {
            assert!(vault.unseal("secret:1", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_new_master_key_takes_over_while_the_old_one_still_opens() {
        let old = vault(&key("a1"));
        let sealed = old.seal("x", b"text").unwrap();
        assert_eq!(old.renew("x", &sealed), Ok(None));
        let both = vault(&format!("{}\n{}", key("b2"), key("a1")));
        assert_eq!(*both.unseal("x", &sealed).unwrap(), *b"text");
        let renewed = both.renew("x", &sealed).unwrap().unwrap();
        let new = vault(&key("b2"));
        assert_eq!(*new.unseal("x", &renewed).unwrap(), *b"text");
        assert_eq!(new.unseal("x", &sealed), Err(VaultError::UnknownKey));
        assert_eq!(both.renew("x", &renewed), Ok(None));
    }
}
