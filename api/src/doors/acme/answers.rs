//! What an authority finds here when it looks whether a name leads to this server.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use instant_acme::KeyAuthorization;
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;

use super::failure::Failure;

#[derive(Default)]
pub(in crate::doors) struct Answers {
    /// By name, for TLS-ALPN-01.
    certificates: RwLock<HashMap<String, Arc<CertifiedKey>>>,
    /// By token, for HTTP-01.
    texts: RwLock<HashMap<String, String>>,
}

impl Answers {
    pub(super) fn certificate(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        let all = self
            .certificates
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        all.get(&name.to_ascii_lowercase()).cloned()
    }

    pub(in crate::doors) fn text(&self, token: &str) -> Option<String> {
        let all = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        all.get(token).cloned()
    }

    /// A certificate that proves the key of the account to whoever asks for it by TLS-ALPN-01 (RFC 8737).
    pub(super) fn show_certificate(
        &self,
        name: &str,
        proof: &KeyAuthorization,
    ) -> Result<(), Failure> {
        let mut parameters = CertificateParams::new([name.to_owned()])?;
        let digest = proof.digest();
        parameters.custom_extensions = vec![CustomExtension::new_acme_identifier(digest.as_ref())];
        let key = KeyPair::generate()?;
        let certificate = parameters.self_signed(&key)?;
        let private = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let chain = vec![certificate.der().clone()];
        // Not held against each other: that refuses certificates with extensions that only authorities know.
        let key = aws_lc_rs::sign::any_supported_type(&private).map_err(Failure::within)?;
        let certified = Arc::new(CertifiedKey::new(chain, key));
        let mut all = self
            .certificates
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        all.insert(name.to_owned(), certified);
        Ok(())
    }

    pub(super) fn show_text(&self, token: &str, proof: &KeyAuthorization) {
        let mut all = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(token.to_owned(), proof.as_str().to_owned());
    }

    pub(super) fn clear(&self) {
        let certificates = self.certificates.write();
        certificates.unwrap_or_else(PoisonError::into_inner).clear();
        let texts = self.texts.write();
        texts.unwrap_or_else(PoisonError::into_inner).clear();
    }
}
