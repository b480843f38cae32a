//! A certificate from an authority that speaks ACME (RFC 8555): asked for, kept on disk, shown, and renewed while the
//! server runs.

mod answers;
mod authority;
mod failure;
mod folder;
mod issued;
mod order;
mod renew;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::sync::watch;

use answers::Answers;
use authority::Authority;
use folder::Folder;
use issued::Issued;
pub(crate) use renew::keep;

/// The protocol by which an authority looks whether a name leads here (RFC 8737).
pub(super) const CHALLENGE: &[u8] = b"acme-tls/1";

/// What the operator says about certificates that this server gets for itself.
#[derive(Debug, Clone)]
pub struct AcmeSettings {
    /// The names that the certificate is for, in lower case.
    pub domains: Vec<String>,
    /// Where the authority writes to when something is wrong with the certificate.
    pub contact: Option<String>,
    /// Where the authority says what it can do.
    pub directory: String,
    /// The authority's own roots in PEM form, where no machine knows them.
    pub roots: Option<Vec<u8>>,
    /// Where account and certificates are kept.
    pub folder: PathBuf,
    /// How long to wait after a first failure; each further one doubles it.
    pub pause: Duration,
}

impl AcmeSettings {
    /// Authorities count failures, Let's Encrypt five in an hour for each name.
    pub const PAUSE: Duration = Duration::from_secs(120);
}

/// Shown to whoever connects, once there is one.
pub struct Acme {
    settings: AcmeSettings,
    folder: Folder,
    authority: Authority,
    answers: Answers,
    shown: RwLock<Option<Arc<Issued>>>,
    state: watch::Sender<AcmeState>,
}

/// How it stands with the certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcmeState {
    /// When the one that is shown expires; there may be none yet.
    pub expires_at: Option<DateTime<Utc>>,
    /// Why the last attempt to get one failed, if it did.
    pub problem: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum AcmeError {
    #[error("the folder {} for account and certificates can't be used: {problem}", folder.display())]
    Folder {
        folder: PathBuf,
        problem: std::io::Error,
    },
    #[error(
        "another process gets certificates with the folder {}: one does, and the others stand behind a proxy that speaks TLS",
        .0.display()
    )]
    InUse(PathBuf),
    #[error("the roots of the authority hold no certificate: PEM is expected")]
    NoRoots,
    #[error("the authority can't be asked: {0}")]
    Client(#[from] reqwest::Error),
}

impl Acme {
    /// Takes the folder, and what is still good of it.
    pub fn open(settings: AcmeSettings) -> Result<Self, AcmeError> {
        let authority = Authority::new(settings.roots.as_deref())?;
        let folder = Folder::open(&settings)?;
        let shown = match folder.certificate() {
            Ok(found) => found.filter(|issued| issued.is_good(Utc::now())),
            Err(problem) => {
                tracing::warn!(
                    problem,
                    "the certificate that was kept can't be used; another one is asked for"
                );
                None
            }
        };
        let expires_at = shown.as_ref().map(|issued| issued.expires_at);
        let (state, _) = watch::channel(AcmeState {
            expires_at,
            problem: None,
        });
        Ok(Self {
            settings,
            folder,
            authority,
            answers: Answers::default(),
            shown: RwLock::new(shown.map(Arc::new)),
            state,
        })
    }

    /// Tells of each change.
    pub fn watch(&self) -> watch::Receiver<AcmeState> {
        self.state.subscribe()
    }

    pub(super) fn answers(&self) -> &Answers {
        &self.answers
    }

    fn shown(&self) -> Option<Arc<Issued>> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        shown.clone()
    }

    fn show(&self, issued: Issued) {
        let expires_at = Some(issued.expires_at);
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        *shown = Some(Arc::new(issued));
        drop(shown);
        self.state.send_replace(AcmeState {
            expires_at,
            problem: None,
        });
    }
}

/// Authorities that look whether a name leads here are shown the answer, everybody else the certificate.
impl ResolvesServerCert for Acme {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let mut offered = hello.alpn().into_iter().flatten();
        if offered.next() == Some(CHALLENGE) && offered.next().is_none() {
            return self.answers.certificate(hello.server_name()?);
        }
        Some(Arc::clone(&self.shown()?.certified))
    }
}

impl fmt::Debug for Acme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Acme").field(&self.settings.domains).finish()
    }
}
