//! Where master keys come from: a file that is made on first use, or text that the operator gives.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A master key. Its id says which one it is, and nothing about it.
pub(super) struct MasterKey {
    id: String,
    key: Zeroizing<[u8; 32]>,
}

#[derive(Clone)]
pub enum KeySource {
    /// A file with a key a line, the newest first; made with one key if it is not there.
    File(PathBuf),
    /// The same as text.
    Given(Zeroizing<String>),
}

#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("the file of master keys {} can't be used: {source}", .path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "a master key is 64 hexadecimal digits: line {line} is not; `openssl rand -hex 32` makes one"
    )]
    Malformed { line: usize },
    #[error("there is no master key; `openssl rand -hex 32` makes one")]
    None,
    #[error("this machine gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
}

impl MasterKey {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn key(&self) -> &[u8; 32] {
        &self.key
    }

    fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = Zeroizing::new([0; 32]);
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).ok()?;
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        let digest = Sha256::digest([b"lathe master key id ", &bytes[..]].concat());
        let id = digest[..4].iter().map(|byte| format!("{byte:02x}"));
        Some(Self {
            id: id.collect(),
            key: bytes,
        })
    }

    fn random() -> Result<Zeroizing<String>, KeysError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut bytes[..]).map_err(KeysError::NoRandomness)?;
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        Ok(Zeroizing::new(digits.collect()))
    }
}

impl KeySource {
    pub(super) fn read(&self) -> Result<Vec<MasterKey>, KeysError> {
        match self {
            Self::Given(text) => parse(text),
            Self::File(path) => {
                let text = read_or_make(path)?;
                parse(&text)
            }
        }
    }

    /// For a process that has keys already: where the file is gone, none is made in its place.
    pub(super) fn read_again(&self) -> Result<Vec<MasterKey>, KeysError> {
        match self {
            Self::Given(text) => parse(text),
            Self::File(path) => {
                let text = std::fs::read_to_string(path).map(Zeroizing::new);
                parse(&text.map_err(|source| KeysError::File {
                    path: path.clone(),
                    source,
                })?)
            }
        }
    }
}

fn parse(text: &str) -> Result<Vec<MasterKey>, KeysError> {
    let lines = text.split(['\n', ',']).map(str::trim).enumerate();
    let keys = lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(at, line)| MasterKey::parse(line).ok_or(KeysError::Malformed { line: at + 1 }));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err(KeysError::None);
    }
    Ok(keys)
}

/// Of processes that start together one makes the file, and all read it.
fn read_or_make(path: &Path) -> Result<Zeroizing<String>, KeysError> {
    let refuse = |source| KeysError::File {
        path: path.to_owned(),
        source,
    };
    match std::fs::read_to_string(path) {
        Ok(text) => return Ok(Zeroizing::new(text)),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(refuse(error)),
        Err(_) => {}
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(refuse)?;
    }
    let key = MasterKey::random()?;
    // Written whole elsewhere first: nobody reads half a key.
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(format!(".{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&fresh).map_err(refuse)?;
    let text = format!(
        "# Opens what Lathe keeps sealed in its database. Keep a copy where the database's copies are not.\n{}\n",
        *key
    );
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::hard_link(&fresh, path));
    let removed = std::fs::remove_file(&fresh);
    match written {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(refuse(error)),
        _ => removed.map_err(refuse)?,
    }
    std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(refuse)
}

/// Never shows a key.
impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Given(_) => f.write_str("Given"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C23: a key is made by chance, and what somebody thought of is none.
    #[test]
    fn a_file_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/master.key");
        let source = KeySource::File(path.clone());
        let first = source.read().unwrap();
        let again = source.read().unwrap();
        assert_eq!(first[0].id(), again[0].id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, "hunter2\n").unwrap();
        let error = source.read().map(drop).unwrap_err();
        assert!(matches!(error, KeysError::Malformed { line: 1 }));
        assert!(!error.to_string().contains("hunter2"));
    }
}
