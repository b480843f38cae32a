//! `lathe file …`: files of a workspace, sent and fetched from a terminal.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use serde_json::Value;
use tokio::io::AsyncWriteExt;

use super::by_name::FILE;
use super::executions::word;
use super::operating::Operating;
use crate::config::GlobalArgs;
use crate::console;
use crate::fault::Fault;
use crate::server::Server;

#[derive(Subcommand)]
pub(crate) enum FileCommand {
    /// The files of a workspace (LATHE_WORKSPACE, or the first one)
    List(Operating),
    /// Send a file of this machine
    Upload {
        #[command(flatten)]
        operating: Operating,
        /// The file
        path: PathBuf,
        /// What it is to be called there [default: as it is here]
        #[arg(long)]
        name: Option<String>,
        /// Take the place of the file of this name, where there is one
        #[arg(long)]
        replace: bool,
    },
    /// Fetch a file
    Download {
        #[command(flatten)]
        operating: Operating,
        /// What it is called
        name: String,
        /// Where to write it [default: a file of its name in this folder]; it must not be there yet
        path: Option<PathBuf>,
    },
    /// Delete a file; it can be brought back for a while
    Delete {
        #[command(flatten)]
        operating: Operating,
        /// What it is called
        name: String,
        /// For good: it can't be brought back
        #[arg(long)]
        for_good: bool,
    },
    /// Bring a deleted file back, the last one of that name
    Restore {
        #[command(flatten)]
        operating: Operating,
        /// What it was called
        name: String,
        /// Another name, where that one was taken meanwhile
        #[arg(long)]
        new_name: Option<String>,
    },
}

pub(crate) async fn run(global: &GlobalArgs, command: &FileCommand) -> anyhow::Result<u8> {
    let operating = match command {
        FileCommand::List(operating)
        | FileCommand::Upload { operating, .. }
        | FileCommand::Download { operating, .. }
        | FileCommand::Delete { operating, .. }
        | FileCommand::Restore { operating, .. } => operating,
    };
    let work = async |server: &Server| match command {
        FileCommand::List(_) => list(server, operating.json).await,
        FileCommand::Upload {
            path,
            name,
            replace,
            ..
        } => {
            let kept = upload(server, path, name.as_deref(), *replace).await?;
            told(operating.json, &kept, "kept");
            Ok(())
        }
        FileCommand::Download { name, path, .. } => {
            let file = FILE.find(server, name).await?;
            let path = path.clone().unwrap_or_else(|| name.into());
            download(server, &file, &path).await?;
            told(operating.json, &file, "fetched");
            Ok(())
        }
        FileCommand::Delete { name, for_good, .. } => {
            let file = FILE.delete(server, name, *for_good, false).await?;
            told(operating.json, &file, "deleted");
            Ok(())
        }
        FileCommand::Restore { name, new_name, .. } => {
            let file = FILE.restore(server, name, new_name.as_deref()).await?;
            told(operating.json, &file, "brought back");
            Ok(())
        }
    };
    operating.with_server(global, work).await?;
    Ok(0)
}

fn told(as_json: bool, file: &Value, done: &str) {
    match as_json {
        true => console::json(file),
        false => {
            let (name, size) = (word(&file["name"]), &file["size"]);
            console::line(format_args!("{done} `{name}`, {size} bytes"));
        }
    }
}

async fn list(server: &Server, as_json: bool) -> anyhow::Result<()> {
    let files = server.all("api/files").await?;
    if as_json {
        console::json(&Value::Array(files));
        return Ok(());
    }
    let mut table = console::table(["NAME", "TYPE", "BYTES", "CHANGED"]);
    for file in &files {
        table.add_row([
            word(&file["name"]),
            word(&file["media_type"]),
            &file["size"].to_string(),
            word(&file["updated_at"]),
        ]);
    }
    console::line(table.trim_fmt());
    Ok(())
}

async fn upload(
    server: &Server,
    path: &Path,
    name: Option<&str>,
    replace: bool,
) -> anyhow::Result<Value> {
    let file = tokio::fs::File::open(path).await;
    let file = file.with_context(|| format!("open {}", path.display()))?;
    let own = path.file_name().unwrap_or_default().to_string_lossy();
    let to = format!("api/files?replace={replace}");
    server.send_file(&to, name.unwrap_or(&own), file).await
}

/// Nothing of a file that broke off stays.
async fn download(server: &Server, file: &Value, path: &Path) -> anyhow::Result<()> {
    let made = tokio::fs::File::create_new(path).await;
    let mut to = made.map_err(|error| {
        let fault = Fault::unusable(format!("{} can't be made: {error}", path.display()));
        fault.mend("Give another path, behind the name of the file.")
    })?;
    let content = format!("{}/content", FILE.path(file));
    let received = async {
        server.receive(&content, &mut to).await?;
        to.flush().await.context("write the file")
    };
    let received = received.await;
    if received.is_err() {
        let _ = tokio::fs::remove_file(path).await;
    }
    received
}
