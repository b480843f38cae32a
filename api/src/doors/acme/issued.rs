//! A certificate with its key, as it came from an authority, and how long it lasts.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

#[derive(Debug)]
pub(super) struct Issued {
    pub(super) certified: Arc<CertifiedKey>,
    pub(super) expires_at: DateTime<Utc>,
    /// When it is time for the next one: a third of its life is left for what may go wrong.
    pub(super) renew_at: DateTime<Utc>,
}

impl Issued {
    /// Reads the key and then the chain, all of it PEM.
    pub(super) fn read(pem: &str) -> Result<Self, String> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let chain = chain.map_err(|error| format!("it is not PEM: {error}"))?;
        let first = chain.first().ok_or("it holds no certificate")?;
        let (_, parsed) = x509_parser::parse_x509_certificate(first)
            .map_err(|error| format!("its certificate can't be read: {error}"))?;
        let validity = parsed.validity();
        let moment = |time: x509_parser::time::ASN1Time| {
            let moment = DateTime::from_timestamp(time.timestamp(), 0);
            moment.ok_or("its certificate has no moment of expiry that can be reckoned with")
        };
        let (from, expires_at) = (moment(validity.not_before)?, moment(validity.not_after)?);
        let life = expires_at
            .signed_duration_since(from)
            .max(TimeDelta::zero());
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| "it holds no private key".to_owned())?;
        let certified = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider());
        let certified = certified.map_err(|error| format!("key and certificate: {error}"))?;
        Ok(Self {
            certified: Arc::new(certified),
            expires_at,
            renew_at: expires_at - life / 3,
        })
    }

    pub(super) fn is_good(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at
    }
}
