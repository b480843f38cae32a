//! The data of a release: where it is kept, and how a release whose program differs gets a copy of its own.
//!
//! Such a release migrates its data as soon as it starts. It does so on a copy, so that a release which fails
//! has touched nothing of the one before, whose data goes only when its successor is live.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

use engine::node::Failure;

use super::place::{Places, installation};
use super::record::{Data, Source};
use crate::clients::docker::Owner;
use crate::home::{Home, failed};
use crate::workspace::blocking;

/// Data, and what can look into it: a volume is reached through a container of some image.
#[derive(Clone, Copy)]
pub(crate) struct Kept<'a> {
    pub(crate) data: &'a Data,
    pub(crate) source: &'a Source,
}

impl Data {
    /// The data that a release of this number starts with on its own.
    pub(crate) fn own(home: &Home, source: &Source, release: u64) -> Self {
        Self::named(home, source, &format!("data-{release}"))
    }

    /// The data of an application before releases had data of their own; also where an owner puts data by hand.
    pub(crate) fn first(home: &Home, source: &Source) -> Self {
        Self::named(home, source, "data")
    }

    fn named(home: &Home, source: &Source, name: &str) -> Self {
        match source {
            Source::Process { .. } => Self::Folder(name.to_owned()),
            Source::Docker { .. } => {
                Self::Volume(format!("lathe-{}-{}-{name}", installation(home), home.name))
            }
        }
    }

    /// What to call it in a log.
    pub(crate) fn describe(&self, home: &Home) -> String {
        match self {
            Self::Folder(name) => home.path.join(name).display().to_string(),
            Self::Volume(volume) => format!("the volume {volume}"),
        }
    }
}

impl Places {
    /// Copies data as a whole, and says whether there was any. Nobody may be writing to it meanwhile.
    pub(crate) async fn copy(
        &self,
        home: &Home,
        from: Kept<'_>,
        to: Kept<'_>,
    ) -> Result<bool, Failure> {
        self.discard(home, to.data).await?;
        match (from.data, to.data) {
            (Data::Folder(from), Data::Folder(to)) => {
                let (from, to) = (home.path.join(from), home.path.join(to));
                blocking(move || {
                    if !from.is_dir() {
                        return Ok(false);
                    }
                    copy_folder(&from, &to).map_err(|problem| failed(&to, &problem))?;
                    Ok(true)
                })
                .await
            }
            (Data::Folder(from), Data::Volume(volume)) => {
                let from = home.path.join(from);
                if !from.is_dir() {
                    return Ok(false);
                }
                let helper = self.docker.helper(image(to.source)?, volume).await?;
                let filled = async {
                    let fresh = self.docker.read_data(&helper, spool(home)?).await?;
                    let place = home.path.clone();
                    let spool = spool(home)?;
                    let packed = blocking(move || {
                        // What the image's program may write to tells whose the files have to be.
                        let owner = Owner::of(fresh).map_err(|problem| failed(&place, &problem))?;
                        pack(&from, owner, spool).map_err(|problem| failed(&from, &problem))
                    })
                    .await?;
                    self.docker.write_data(&helper, packed).await
                };
                self.with_helper(&helper, filled).await.map(|()| true)
            }
            (Data::Volume(volume), to_data) => {
                if !self.docker.has_volume(volume).await? {
                    return Ok(false);
                }
                let through = image(from.source).or_else(|_| image(to.source))?;
                let helper = self.docker.helper(through, volume).await?;
                let reading = self.docker.read_data(&helper, spool(home)?);
                let archive = self.with_helper(&helper, reading).await?;
                match to_data {
                    Data::Folder(to) => {
                        let (home, to) = (home.path.clone(), home.path.join(to));
                        blocking(move || {
                            unpack(archive, &home, &to).map_err(|problem| failed(&to, &problem))
                        })
                        .await?;
                    }
                    Data::Volume(volume) => {
                        let helper = self.docker.helper(image(to.source)?, volume).await?;
                        let writing = self.docker.write_data(&helper, archive);
                        self.with_helper(&helper, writing).await?;
                    }
                }
                Ok(true)
            }
        }
    }

    async fn with_helper<T>(
        &self,
        helper: &str,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let outcome = work.await;
        let removed = self.docker.remove(helper).await;
        let value = outcome?;
        removed?;
        Ok(value)
    }

    /// Throws data away; there may be none.
    pub(crate) async fn discard(&self, home: &Home, data: &Data) -> Result<(), Failure> {
        match data {
            Data::Folder(name) => {
                let folder = home.path.join(name);
                blocking(move || match std::fs::remove_dir_all(&folder) {
                    Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => {
                        Err(failed(&folder, &problem))
                    }
                    _ => Ok(()),
                })
                .await
            }
            Data::Volume(volume) => self.docker.remove_volume(volume).await,
        }
    }
}

fn image(source: &Source) -> Result<&str, Failure> {
    match source {
        Source::Docker { image, .. } => Ok(image),
        Source::Process { .. } => Err(Failure::permanent(
            "internal",
            "a volume belongs to no process",
        )),
    }
}

/// A file without a name for an archive on its way. It lies where there has to be room for the data anyway.
fn spool(home: &Home) -> Result<File, Failure> {
    tempfile::tempfile_in(&home.path).map_err(|problem| failed(&home.path, &problem))
}

/// Copies a folder and sees it safely on the disk: its original may be thrown away next.
fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    std::fs::set_permissions(to, std::fs::metadata(from)?.permissions())?;
    for (path, name) in children(from)? {
        let (kind, target) = (path.symlink_metadata()?.file_type(), to.join(&name));
        if kind.is_dir() {
            copy_folder(&path, &target)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(std::fs::read_link(&path)?, &target)?;
        } else if kind.is_file() {
            std::fs::copy(&path, &target)?;
            File::open(&target)?.sync_all()?;
        }
    }
    File::open(to)?.sync_all()
}

fn pack(from: &Path, owner: Owner, spool: File) -> std::io::Result<File> {
    let mut archive = tar::Builder::new(spool);
    let mut left = vec![(from.to_owned(), PathBuf::from("data"))];
    while let Some((path, name)) = left.pop() {
        let metadata = path.symlink_metadata()?;
        let mut header = tar::Header::new_gnu();
        header.set_metadata(&metadata);
        header.set_uid(owner.user);
        header.set_gid(owner.group);
        if metadata.is_dir() {
            archive.append_data(&mut header, &name, std::io::empty())?;
            let inside = children(&path)?;
            left.extend(
                inside
                    .into_iter()
                    .map(|(path, child)| (path, name.join(child))),
            );
        } else if metadata.is_file() {
            archive.append_data(&mut header, &name, File::open(&path)?)?;
        }
    }
    let mut spool = archive.into_inner()?;
    spool.seek(SeekFrom::Start(0))?;
    Ok(spool)
}

/// Unpacks beside the goal first, so that the goal is there as a whole or not at all.
fn unpack(archive: File, home: &Path, to: &Path) -> std::io::Result<()> {
    let beside = tempfile::Builder::new().prefix(".part-").tempdir_in(home)?;
    tar::Archive::new(archive).unpack(beside.path())?;
    sync(&beside.path().join("data"))?;
    std::fs::rename(beside.path().join("data"), to)
}

fn sync(folder: &Path) -> std::io::Result<()> {
    for (path, _) in children(folder)? {
        let kind = path.symlink_metadata()?.file_type();
        if kind.is_dir() {
            sync(&path)?;
        } else if kind.is_file() {
            File::open(&path)?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}

fn children(folder: &Path) -> std::io::Result<Vec<(PathBuf, std::ffi::OsString)>> {
    std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| (entry.path(), entry.file_name())))
        .collect()
}
