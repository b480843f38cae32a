//! A lock beside the SQLite file, so that a second process on the same data is refused at once.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::{StoreError, StoreResult};
use crate::private::private_folder;

/// The system lets go of the lock when the process ends, however it ends.
pub(super) struct LockFile {
    _file: File,
}

impl LockFile {
    pub(super) fn take(database: &Path) -> StoreResult<Self> {
        let path = beside(database);
        let refuse = |source| StoreError::File {
            path: path.clone(),
            source,
        };
        if let Some(folder) = database
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            private_folder(folder).map_err(refuse)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(refuse)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { lock: path }),
            Err(TryLockError::Error(source)) => Err(refuse(source)),
        }
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".lock");
    PathBuf::from(name)
}
