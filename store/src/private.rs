//! Folders and files for the user of this process only: other users of the machine have no business in what is kept, whatever
//! their permissions in Lathe. On other systems than Unix, the folder's own rules hold.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// A folder for this user only, made if need be. One that others may look into is closed to them.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)?;
    close_to_others(path);
    Ok(())
}

/// The same for a file, which is empty when it is made. One that is there is not opened: that would take SQLite's locks from it.
pub(crate) fn private_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            close_to_others(path);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Closes what is there and open to others, and says so: somebody may have counted on it. What can't be closed is told, and used
/// as before.
#[cfg(unix)]
pub(crate) fn close_to_others(path: &Path) {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;

    const OTHERS: u32 = 0o007;
    const GROUP: u32 = 0o070;
    const GROUP_WRITES: u32 = 0o020;
    /// Of folders that belong to everybody, like `/tmp`.
    const STICKY: u32 = 0o1000;

    let mode = match metadata(path) {
        Ok(known) => known.permissions().mode(),
        Err(_) => return,
    };
    // A group that may write was let in by somebody: processes of several users share this.
    let closed = match mode & GROUP_WRITES {
        0 => mode & !(OTHERS | GROUP),
        _ => mode & !OTHERS,
    };
    if closed == mode {
        return;
    }
    let shown = path.display();
    if mode & STICKY != 0 {
        tracing::warn!(path = %shown, "other users of this machine can look into this folder, which is everybody's: use another one");
        return;
    }
    match set_permissions(path, Permissions::from_mode(closed & 0o7777)) {
        Ok(()) => {
            tracing::info!(path = %shown, "other users of this machine could look into this; now they can't");
        }
        Err(error) => {
            tracing::warn!(path = %shown, %error, "other users of this machine can look into this, and it can't be closed to them");
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn close_to_others(_path: &Path) {}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs::{Permissions, create_dir, metadata, set_permissions, write};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::{Config, Store};

    fn mode(path: &Path) -> u32 {
        metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn what_is_open_is_closed_and_what_is_everybodys_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("deep/er");
        private_folder(&made).unwrap();
        assert_eq!(
            (mode(&made), mode(&folder.path().join("deep"))),
            (0o700, 0o700)
        );

        let open = folder.path().join("open");
        create_dir(&open).unwrap();
        set_permissions(&open, Permissions::from_mode(0o755)).unwrap();
        private_folder(&open).unwrap();
        assert_eq!(mode(&open), 0o700);

        set_permissions(&open, Permissions::from_mode(0o2775)).unwrap();
        private_folder(&open).unwrap();
        assert_eq!(mode(&open), 0o2770, "shared with a group");

        set_permissions(&open, Permissions::from_mode(0o1777)).unwrap();
        private_folder(&open).unwrap();
        assert_eq!(mode(&open), 0o1777);
    }

    /// Whatever the rights were, and whatever new files get by themselves.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_database_and_its_blobs_are_for_this_user_only() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let config = Config::sqlite(data.join("lathe.db"));
        let store = Store::open(&config).await.unwrap();
        store.migrate().await.unwrap();
        assert_eq!(mode(&data), 0o700);
        for name in ["lathe.db", "lathe.db-wal", "lathe.db-shm"] {
            assert_eq!(mode(&data.join(name)), 0o600, "{name}");
        }
        store.close().await.unwrap();

        let log = data.join("lathe.db-wal");
        write(&log, "").unwrap();
        for path in [&data.join("lathe.db"), &log] {
            set_permissions(path, Permissions::from_mode(0o644)).unwrap();
        }
        set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
        let store = Store::open(&config).await.unwrap();
        assert_eq!(mode(&data), 0o700);
        assert_eq!(mode(&data.join("lathe.db")), 0o600);
        store.close().await.unwrap();
    }
}
