//! Applications found beside the workflow that names them, and in the store otherwise.

use std::path::PathBuf;

use async_trait::async_trait;
use blueprint::Application;
use blueprint::ports::{ApplicationSource, BoxedError};
use store::Store;

use crate::documents::{DocumentKind, ENDINGS, SourceFile, show};

pub(crate) struct FolderApplications {
    folder: PathBuf,
    store: Store,
}

impl FolderApplications {
    pub(crate) fn new(folder: PathBuf, store: Store) -> Self {
        Self { folder, store }
    }

    /// The document `<name>.yaml` of the folder, if it is there and describes an application.
    fn find(&self, name: &str) -> Result<Option<Application>, BoxedError> {
        // A name that is no plain file name cannot lead out of the folder.
        if !name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-')
        {
            return Ok(None);
        }
        let paths = ENDINGS.map(|ending| self.folder.join(format!("{name}.{ending}")));
        let Some(path) = paths.iter().find(|path| path.is_file()) else {
            return Ok(None);
        };
        let file = SourceFile::read(path)?;
        if file.kind() != DocumentKind::Application {
            return Ok(None);
        }
        Application::parse(&file.text).map(Some).map_err(|invalid| {
            let places = invalid.problems.iter().map(Into::into).collect();
            show(&file, places).trim_end().into()
        })
    }
}

#[async_trait]
impl ApplicationSource for FolderApplications {
    async fn load(&self, name: &str) -> Result<Option<Application>, BoxedError> {
        match self.find(name)? {
            Some(application) => Ok(Some(application)),
            None => self.store.load(name).await,
        }
    }
}
