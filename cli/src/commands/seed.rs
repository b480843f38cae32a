//! `lathe seed DIR…`: keeps the applications and workflows found there, each once.

use std::path::PathBuf;

use clap::Args;

use super::configure;
use crate::config::{Allowed, Backend, BackendArgs, DataArgs, DataFolder, GlobalArgs, NodeArgs};
use crate::console;
use crate::documents::DocumentKind;
use crate::fault::Fault;
use crate::library::{Library, LocalLibrary, Stored, find_documents};
use crate::server::{DEFAULT_ADDRESS, Server};
use crate::wire;

#[derive(Args)]
pub(crate) struct SeedArgs {
    /// Folders with documents in them, or single files
    #[arg(required = true, value_name = "DIR")]
    places: Vec<PathBuf>,
    /// The running server to give them to
    #[arg(long, env = "LATHE_SERVER", default_value = DEFAULT_ADDRESS, value_name = "URL")]
    server: String,
    /// Write into this data folder directly, without a server
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
}

pub(crate) async fn run(global: &GlobalArgs, args: &SeedArgs) -> anyhow::Result<u8> {
    let files = find_documents(&args.places)?;
    if files.is_empty() {
        let sentence = "there are no documents in these folders";
        return Err(Fault::unusable(sentence)
            .mend("Documents are files that end in .yaml, .yml or .json.")
            .into());
    }
    if args.data.is_none() {
        seed(&Server::at(&args.server)?, &files).await?;
        return Ok(0);
    }
    let give = |layers: &mut crate::config::Layers| {
        DataArgs::of_folder(args.data.clone()).give(layers);
        BackendArgs::default().give(layers);
        NodeArgs::default().give(layers);
    };
    let (data, allowed) = configure(global, give, |layers| {
        DataFolder::read(layers).zip(Allowed::read(layers))
    })?;
    let store = wire::open_store(&data, &Backend::Embedded).await?;
    let library = LocalLibrary::new(store.clone(), wire::catalog_for_documents(&allowed));
    let seeded = seed(&library, &files).await;
    store.close().await?;
    seeded.map(|()| 0)
}

async fn seed(
    library: &impl Library,
    files: &[crate::documents::SourceFile],
) -> anyhow::Result<()> {
    for file in files {
        let (what, (name, stored)) = match file.kind() {
            DocumentKind::Application => ("application", library.add_application(file).await?),
            DocumentKind::Workflow => ("workflow", library.add_workflow(file).await?),
        };
        let became = match stored {
            Stored::Created => "created",
            Stored::AlreadyThere => "already there",
        };
        console::line(format_args!("{what} {name}: {became}"));
    }
    Ok(())
}
