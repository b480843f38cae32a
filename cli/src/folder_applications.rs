//! Applications found beside the workflow that names them, and in the store otherwise.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use blueprint::ports::{ApplicationSource, BoxedError};
use blueprint::{Application, Invalid};
use store::Store;
use uuid::Uuid;

use crate::documents::{DocumentKind, ENDINGS, SourceFile, show};

pub(crate) struct FolderApplications {
    folder: PathBuf,
    store: Store,
}

/// A file that is meant to describe an application and does not.
#[derive(Debug)]
pub(crate) struct Broken {
    /// Every fault in its place.
    shown: String,
    /// Tells whoever asked for the application that it is at fault, rather than the disk.
    invalid: Invalid,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

impl std::error::Error for Broken {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.invalid)
    }
}

impl FolderApplications {
    pub(crate) fn new(folder: PathBuf, store: Store) -> Self {
        Self { folder, store }
    }
}

/// The document `<name>.yaml` of a folder, if it is there and describes an application.
pub(crate) fn find(folder: &Path, name: &str) -> Result<Option<Application>, BoxedError> {
    // A name that is no plain file name cannot lead out of the folder.
    if !name
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-')
    {
        return Ok(None);
    }
    let paths = ENDINGS.map(|ending| folder.join(format!("{name}.{ending}")));
    let Some(path) = paths.iter().find(|path| path.is_file()) else {
        return Ok(None);
    };
    let file = SourceFile::read(path)?;
    if file.kind() != DocumentKind::Application {
        return Ok(None);
    }
    let application = Application::parse(&file.text).map_err(|invalid| {
        let places = invalid.problems.iter().map(Into::into).collect();
        let shown = show(&file, places).trim_end().to_owned();
        Broken { shown, invalid }
    })?;
    Ok(Some(application))
}

#[async_trait]
impl ApplicationSource for FolderApplications {
    async fn load(&self, owner: Uuid, name: &str) -> Result<Option<Application>, BoxedError> {
        match find(&self.folder, name)? {
            Some(application) => Ok(Some(application)),
            None => self.store.load(owner, name).await,
        }
    }
}
