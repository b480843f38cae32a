//! Where account and certificates are kept between two starts: authorities count how often they are asked.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use instant_acme::AccountCredentials;
use serde::{Deserialize, Serialize};

use super::issued::Issued;
use super::{AcmeError, AcmeSettings};
use crate::accounts::secret::hash;

pub(super) struct Folder {
    account: PathBuf,
    certificate: PathBuf,
    /// Held until the process ends.
    _lock: File,
}

#[derive(Serialize, Deserialize)]
pub(super) struct KeptAccount {
    pub(super) contact: Option<String>,
    pub(super) credentials: AccountCredentials,
}

impl Folder {
    pub(super) fn open(settings: &AcmeSettings) -> Result<Self, AcmeError> {
        let folder = &settings.folder;
        let refuse = |problem| AcmeError::Folder {
            folder: folder.clone(),
            problem,
        };
        // What one authority knows is nothing to another one, and other names are another certificate.
        let here = folder.join(&hash(&settings.directory)[..16]);
        make(&here).map_err(refuse)?;
        let lock = private(&folder.join("lock"), |options| {
            options.create(true).truncate(false)
        });
        let lock = lock.map_err(refuse)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(AcmeError::InUse(folder.clone())),
            Err(TryLockError::Error(problem)) => return Err(refuse(problem)),
        }
        let mut names = settings.domains.clone();
        names.sort_unstable();
        let name = format!("{}.pem", &hash(&names.join(","))[..16]);
        Ok(Self {
            account: here.join("account.json"),
            certificate: here.join(name),
            _lock: lock,
        })
    }

    /// The certificate that was kept, whether it is still good or not.
    pub(super) fn certificate(&self) -> Result<Option<Issued>, String> {
        let text = read(&self.certificate).map_err(|error| self.unusable(error))?;
        let issued = text.map(|text| Issued::read(&text)).transpose();
        issued.map_err(|error| self.unusable(error))
    }

    pub(super) fn keep_certificate(&self, pem: &str) -> io::Result<()> {
        write(&self.certificate, pem.as_bytes())
    }

    pub(super) fn account(&self) -> io::Result<Option<KeptAccount>> {
        let Some(text) = read(&self.account)? else {
            return Ok(None);
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(io::Error::from)
    }

    pub(super) fn keep_account(&self, account: &KeptAccount) -> io::Result<()> {
        write(&self.account, &serde_json::to_vec_pretty(account)?)
    }

    pub(super) fn forget_account(&self) -> io::Result<()> {
        fs::remove_file(&self.account)
    }

    fn unusable(&self, problem: impl std::fmt::Display) -> String {
        format!("{}: {problem}", self.certificate.display())
    }
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whole or not at all, also when the machine goes down meanwhile.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = private(&fresh, |options| options.create(true).truncate(true))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

/// Nobody else reads the keys in it.
fn private(
    path: &Path,
    how: impl FnOnce(&mut OpenOptions) -> &mut OpenOptions,
) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    how(&mut options).open(path)
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}
