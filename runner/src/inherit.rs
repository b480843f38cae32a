//! The folder of a run that goes on from an earlier one: the files that the earlier one's steps left are there for those
//! that come after them.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use engine::node::Failure;
use tokio::sync::OnceCell;

/// Copies the folder before the first step of a run that may look into it.
pub(crate) struct Inheritance {
    /// The folder of the earlier run.
    from: PathBuf,
    to: PathBuf,
    done: OnceCell<()>,
}

impl Inheritance {
    pub(crate) fn new(from: PathBuf, to: PathBuf) -> Self {
        let done = OnceCell::new();
        Self { from, to, done }
    }

    /// When this returns, the folder is there, if the earlier run has one.
    pub(crate) async fn come(&self) -> Result<(), Failure> {
        let came = self.done.get_or_try_init(|| async {
            let (from, to) = (self.from.clone(), self.to.clone());
            let copied = tokio::task::spawn_blocking(move || take_over(&from, &to)).await;
            copied.map_err(Error::other).flatten()
        });
        came.await.copied().map_err(|error| {
            let (from, to) = (self.from.display(), self.to.display());
            let message =
                format!("copying the files of the earlier run from {from} to {to}: {error}");
            Failure::transient("workspace_unavailable", message)
        })
    }
}

/// The copy is complete or not there: it is made beside its place, and moved there.
fn take_over(from: &Path, to: &Path) -> Result<(), Error> {
    if to.try_exists()? || !from.try_exists()? {
        return Ok(());
    }
    let mut beside = to.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    match fs::remove_dir_all(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    copy_folder(from, &beside)?;
    fs::rename(&beside, to)
}

/// Links stay links, and what is no file, folder or link is left out.
fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir_all(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, place) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy_folder(&entry.path(), &place)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path())?, place)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "a test that meets the unexpected should stop there"
    )]

    use super::*;

    #[tokio::test]
    async fn files_come_along_once_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("one"), folder.path().join("two"));
        fs::create_dir_all(from.join("deep/er")).unwrap();
        fs::write(from.join("deep/er/a.txt"), "a").unwrap();
        std::os::unix::fs::symlink("deep/er/a.txt", from.join("link")).unwrap();
        // Another process died while it copied.
        fs::create_dir_all(folder.path().join("two.part")).unwrap();
        fs::write(folder.path().join("two.part/half"), "").unwrap();
        Inheritance::new(from.clone(), to.clone())
            .come()
            .await
            .unwrap();
        assert_eq!(fs::read_to_string(to.join("link")).unwrap(), "a");
        assert_eq!(
            fs::read_link(to.join("link")).unwrap(),
            Path::new("deep/er/a.txt")
        );
        assert!(!to.join("half").exists());

        // What the new run wrote since is not overwritten.
        fs::write(to.join("deep/er/a.txt"), "b").unwrap();
        Inheritance::new(from.clone(), to.clone())
            .come()
            .await
            .unwrap();
        assert_eq!(fs::read_to_string(to.join("link")).unwrap(), "b");
        assert_eq!(fs::read_to_string(from.join("link")).unwrap(), "a");
        let nothing = Inheritance::new(folder.path().join("none"), folder.path().join("three"));
        nothing.come().await.unwrap();
    }
}
