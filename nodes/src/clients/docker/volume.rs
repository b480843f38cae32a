//! The data of containers: read and written as an archive, through a container that is made for it and never runs.
//!
//! So it needs no program inside the image, and no file of this machine that the engine would have to see.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use bollard::models::{ContainerCreateBody, HostConfig};
use bollard::query_parameters::{
    CreateContainerOptions, DownloadFromContainerOptions, RemoveVolumeOptions,
    UploadToContainerOptions,
};
use engine::node::Failure;
use futures::StreamExt;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;

use super::{Docker, is_missing};

/// Whose files are, in numbers, since names mean different people inside a container and outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) user: u64,
    pub(crate) group: u64,
}

impl Owner {
    /// The owner of the folder that an archive holds.
    pub(crate) fn of(archive: File) -> std::io::Result<Self> {
        let mut archive = tar::Archive::new(archive);
        let first = archive.entries()?.next().transpose()?;
        let (user, group) = match first {
            Some(entry) => (entry.header().uid()?, entry.header().gid()?),
            None => (0, 0),
        };
        Ok(Self { user, group })
    }
}

impl Docker {
    /// A container with a volume at `/data`. A volume that is not there yet is made, as the image has it.
    pub(crate) async fn helper(&self, image: &str, volume: &str) -> Result<String, Failure> {
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            labels: Some([("lathe.helper".to_owned(), volume.to_owned())].into()),
            host_config: Some(HostConfig {
                binds: Some(vec![format!("{volume}:/data")]),
                ..HostConfig::default()
            }),
            ..ContainerCreateBody::default()
        };
        let created = self
            .engine()
            .await?
            .create_container(None::<CreateContainerOptions>, body)
            .await;
        created
            .map(|created| created.id)
            .map_err(|error| self.failed("making a container to copy data", &error))
    }

    /// Writes `/data` of a container, running or not, into a file, which is then at its start.
    pub(crate) async fn read_data(&self, container: &str, into: File) -> Result<File, Failure> {
        let options = DownloadFromContainerOptions {
            path: "/data".to_owned(),
        };
        let mut file = tokio::fs::File::from_std(into);
        let mut chunks = self
            .engine()
            .await?
            .download_from_container(container, Some(options));
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| self.failed("reading the data", &error))?;
            file.write_all(&chunk)
                .await
                .map_err(|problem| unwritten(&problem))?;
        }
        let rewound = async {
            file.flush().await?;
            file.seek(SeekFrom::Start(0)).await
        };
        rewound.await.map_err(|problem| unwritten(&problem))?;
        Ok(file.into_std().await)
    }

    /// Writes an archive, as [`Docker::read_data`] gives it, to `/data` of a container.
    pub(crate) async fn write_data(
        &self,
        container: &str,
        mut archive: File,
    ) -> Result<(), Failure> {
        archive
            .seek(SeekFrom::Start(0))
            .map_err(|problem| unwritten(&problem))?;
        let options = UploadToContainerOptions {
            path: "/".to_owned(),
            ..UploadToContainerOptions::default()
        };
        let body = bollard::body_try_stream(ReaderStream::new(tokio::fs::File::from_std(archive)));
        let written = self
            .engine()
            .await?
            .upload_to_container(container, Some(options), body)
            .await;
        written.map_err(|error| self.failed("writing the data", &error))
    }

    pub(crate) async fn has_volume(&self, volume: &str) -> Result<bool, Failure> {
        match self.engine().await?.inspect_volume(volume).await {
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(self.failed("looking up the volume", &error)),
            Ok(_) => Ok(true),
        }
    }

    /// Removes a volume that no container uses; there may be none.
    pub(crate) async fn remove_volume(&self, volume: &str) -> Result<(), Failure> {
        let removed = self
            .engine()
            .await?
            .remove_volume(volume, None::<RemoveVolumeOptions>)
            .await;
        match removed {
            Err(error) if !is_missing(&error) => Err(self.failed("removing the volume", &error)),
            _ => Ok(()),
        }
    }
}

fn unwritten(problem: &std::io::Error) -> Failure {
    Failure::transient("file_failed", format!("copying the data: {problem}"))
}
