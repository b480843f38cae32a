//! The certificate that this server shows, and its key: files that somebody renews while it runs.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_util::sync::CancellationToken;

/// How often it is looked whether the files are others.
const LOOKED: Duration = Duration::from_secs(10);

/// Shown to whoever connects. Others take its place as soon as the files hold them, and connections go on.
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<Shown>>,
}

#[derive(Debug)]
struct Shown {
    certified: Arc<CertifiedKey>,
    /// The texts of the files.
    of: [Vec<u8>; 2],
}

#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("{} can't be read: {problem}", file.display())]
    File {
        file: PathBuf,
        problem: std::io::Error,
    },
    #[error("{} holds no certificate: PEM is expected, the server's own first", .0.display())]
    NoCertificate(PathBuf),
    #[error("{} holds no private key: PEM is expected, without a password", .0.display())]
    NoKey(PathBuf),
    #[error("the key in {} is not of the certificate in {}, or can't be used: {problem}", key.display(), chain.display())]
    Unfit {
        chain: PathBuf,
        key: PathBuf,
        problem: rustls::Error,
    },
}

impl Certificate {
    /// Reads both files: the certificate with those that lead to a known authority, and its key.
    pub fn read(chain: &Path, key: &Path) -> Result<Self, CertificateError> {
        let shown = shown(chain, key, texts(chain, key)?)?;
        Ok(Self {
            chain: chain.to_owned(),
            key: key.to_owned(),
            current: RwLock::new(Arc::new(shown)),
        })
    }

    /// Takes what the files hold by now; says whether that is something else. What can't be used changes nothing.
    pub fn refresh(&self) -> Result<bool, CertificateError> {
        let texts = texts(&self.chain, &self.key)?;
        if self.current().of == texts {
            return Ok(false);
        }
        let shown = shown(&self.chain, &self.key, texts)?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(shown);
        Ok(true)
    }

    fn current(&self) -> Arc<Shown> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current().certified))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(&self.chain).finish()
    }
}

fn texts(chain: &Path, key: &Path) -> Result<[Vec<u8>; 2], CertificateError> {
    let read = |path: &Path| {
        fs::read(path).map_err(|problem| CertificateError::File {
            file: path.to_owned(),
            problem,
        })
    };
    Ok([read(chain)?, read(key)?])
}

fn shown(chain: &Path, key: &Path, texts: [Vec<u8>; 2]) -> Result<Shown, CertificateError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&texts[0]).collect();
    let certificates = certificates.unwrap_or_default();
    if certificates.is_empty() {
        return Err(CertificateError::NoCertificate(chain.to_owned()));
    }
    let private = PrivateKeyDer::from_pem_slice(&texts[1])
        .map_err(|_| CertificateError::NoKey(key.to_owned()))?;
    let certified = CertifiedKey::from_der(certificates, private, &aws_lc_rs::default_provider());
    let certified = certified.map_err(|problem| CertificateError::Unfit {
        chain: chain.to_owned(),
        key: key.to_owned(),
        problem,
    })?;
    Ok(Shown {
        certified: Arc::new(certified),
        of: texts,
    })
}

/// Looks after the files until the server stops. They may be half written: what can't be used is looked at again.
pub(super) async fn keep_fresh(certificate: Arc<Certificate>, stopping: CancellationToken) {
    let mut told = String::new();
    while stopping
        .run_until_cancelled(tokio::time::sleep(LOOKED))
        .await
        .is_some()
    {
        let looked = Arc::clone(&certificate);
        let refreshed = tokio::task::spawn_blocking(move || looked.refresh()).await;
        match refreshed {
            Ok(Ok(false)) | Err(_) => told.clear(),
            Ok(Ok(true)) => {
                told.clear();
                tracing::info!("another certificate is shown from now on");
            }
            Ok(Err(error)) => {
                let error = error.to_string();
                if error != told {
                    tracing::error!(
                        error,
                        "the certificate is not renewed; the one before is shown"
                    );
                    told = error;
                }
            }
        }
    }
}
