//! The ledger's file: a line counts once it is on disk, and lines that come together share a sync.

use std::{fs::File, io::Write, path::Path};

use anyhow::{Context, Result};
use tokio::sync::{mpsc, oneshot};

type Entry = (String, oneshot::Sender<()>);

pub(super) struct Appender {
    entries: mpsc::UnboundedSender<Entry>,
}

impl Appender {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let file = File::options()
            .create(true)
            .append(true)
            .open(path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        let (entries, waiting) = mpsc::unbounded_channel();
        tokio::task::spawn_blocking(move || write(file, waiting));
        Ok(Self { entries })
    }

    /// Returns once the line is on disk; false when it could not be written.
    pub(super) async fn append(&self, line: String) -> bool {
        let (done, written) = oneshot::channel();
        self.entries.send((line, done)).is_ok() && written.await.is_ok()
    }
}

fn write(mut file: File, mut waiting: mpsc::UnboundedReceiver<Entry>) {
    let mut batch = Vec::new();
    while waiting.blocking_recv_many(&mut batch, 256) > 0 {
        let text: String = batch.iter().map(|(line, _)| format!("{line}\n")).collect();
        if file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_data())
            .is_err()
        {
            return;
        }
        for (_, done) in batch.drain(..) {
            // Whoever asked may have gone away; what is written stays written.
            let _ = done.send(());
        }
    }
}
