//! Where a source comes from, and whether it may be compiled: generated code may, as it was generated, and
//! other code once the operator allows programs, since to compile code is to run it.

use std::path::{Path, PathBuf};

use engine::node::{Context, Failure};

use crate::deployments::note_beside;
use crate::generated::{Manifest, OnDisk};
use crate::home::{Home, HomeLock};
use crate::workspace::blocking;

pub(super) struct Origin {
    source: PathBuf,
    /// The digest that the source has to have.
    digest: Option<String>,
    /// The application that it was generated for, if it is where generated sources are.
    home: Option<Home>,
}

impl Origin {
    pub(super) fn of(data: &Path, source: &Path, digest: Option<&str>) -> Self {
        Self {
            source: source.to_owned(),
            digest: digest.map(str::to_owned),
            home: Home::of_source(data, source),
        }
    }

    /// Keeps the source as it is, as far as Lathe changes it.
    pub(super) async fn lock(
        &self,
        any_source: bool,
        context: &Context,
    ) -> Result<Option<HomeLock>, Failure> {
        match &self.home {
            Some(home) => home.lock_source(context).await.map(Some),
            None if any_source => Ok(None),
            None => Err(self.not_generated()),
        }
    }

    pub(super) async fn check(&self, any_source: bool) -> Result<(), Failure> {
        let Some(home) = self.home.clone() else {
            return Ok(());
        };
        let source = self.source.clone();
        let found = blocking(move || match Manifest::read(&home)? {
            Some(manifest) => manifest.compare(&source).map(Some),
            None => Ok(None),
        });
        match found.await? {
            Some(on_disk) => self.judge(&on_disk, any_source),
            None if any_source => Ok(()),
            None => Err(self.not_generated()),
        }
    }

    /// Once a binary is live, people ask which models it has.
    pub(super) async fn note_beside(&self, binary: &Path) -> Result<(), Failure> {
        let Some(home) = self.home.clone() else {
            return Ok(());
        };
        let binary = binary.to_owned();
        blocking(move || note_beside(&binary, &home)).await
    }

    fn judge(&self, on_disk: &OnDisk, any_source: bool) -> Result<(), Failure> {
        if !on_disk.strange.is_empty() && !any_source {
            return Err(self.edited(&on_disk.strange));
        }
        match &self.digest {
            Some(digest) if *digest != on_disk.digest => Err(self.changed(digest)),
            _ => Ok(()),
        }
    }

    fn not_generated(&self) -> Failure {
        let message = format!(
            "with.source: {} is no source that code.generate wrote. Compiling runs build scripts, which can do \
             whatever Lathe's user can, so other projects are compiled only where the operator allows it: give the \
             `path` that code.generate hands out, or set LATHE_ALLOW_COMMANDS=true or --allow-commands",
            self.source.display()
        );
        Failure::permanent("path_refused", message)
    }

    fn edited(&self, strange: &[String]) -> Failure {
        let message = format!(
            "{} holds what code.generate did not write: {}. Let code.generate run again, which writes its own files \
             anew, and take away the others; or let the operator allow edited sources with LATHE_ALLOW_COMMANDS=true \
             or --allow-commands",
            self.source.display(),
            strange.join(", ")
        );
        Failure::permanent("source_edited", message)
    }

    fn changed(&self, digest: &str) -> Failure {
        let message = format!(
            "{} no longer holds the source with the digest {digest}: another run generated it anew, or it was edited. \
             Run the workflow again, so that it compiles what it generates",
            self.source.display()
        );
        Failure::transient("source_changed", message)
    }
}
