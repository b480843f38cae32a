//! Where the data is kept, as the user's configuration says it.

use std::fmt;
use std::path::PathBuf;

use crate::blobs::BlobPlace;
use crate::vault::KeySource;

#[derive(Debug, Clone)]
pub struct Config {
    pub database: DatabaseConfig,
    /// The same place for all processes of an installation.
    pub blobs: BlobPlace,
    /// The same keys for all processes of an installation.
    pub keys: KeySource,
}

#[derive(Clone)]
pub enum DatabaseConfig {
    /// One file; one process at a time may open it.
    Sqlite { path: PathBuf },
    /// A `postgres://` address, and how many connections to keep at most.
    Postgres { url: String, max_connections: u32 },
}

impl Config {
    /// How many Postgres connections a process keeps when nobody says otherwise.
    pub const DEFAULT_MAX_CONNECTIONS: u32 = 16;

    /// With blobs and master keys beside the file.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            blobs: BlobPlace::Folder(path.with_file_name("blobs")),
            keys: KeySource::File(path.with_file_name("master.key")),
            database: DatabaseConfig::Sqlite { path },
        }
    }

    pub fn postgres(url: impl Into<String>, blobs: BlobPlace, keys: KeySource) -> Self {
        let max_connections = Self::DEFAULT_MAX_CONNECTIONS;
        Self {
            database: DatabaseConfig::Postgres {
                url: url.into(),
                max_connections,
            },
            blobs,
            keys,
        }
    }
}

/// An address may hold a password, so it is never printed.
impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => f.debug_struct("Sqlite").field("path", path).finish(),
            Self::Postgres {
                max_connections, ..
            } => f
                .debug_struct("Postgres")
                .field("max_connections", max_connections)
                .finish_non_exhaustive(),
        }
    }
}
