//! `lathe preview-application FILE`: serves one application straight from its models, in a process of its own.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::fault::{Fault, UNUSABLE};

#[derive(Args)]
pub(crate) struct PreviewArgs {
    /// An application document in YAML or JSON, or what a preview was told; `-` reads it from the standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// The application is told by `BIND`, `PORT` and `DATA_DIR` where it listens and keeps its data, as a generated one is.
pub(crate) fn run(args: &PreviewArgs) -> anyhow::Result<u8> {
    let text = read(&args.file).map_err(|error| {
        Fault::new(format!("cannot read {}", args.file.display())).because(error)
    })?;
    let declaration = match preview::read(&text) {
        Ok(declaration) => declaration,
        Err(error) => {
            crate::console::note(format_args!("{}: {error}", args.file.display()));
            return Ok(UNUSABLE);
        }
    };
    let ended = preview::serve(declaration);
    Ok(u8::from(ended != ExitCode::SUCCESS))
}

fn read(file: &Path) -> std::io::Result<String> {
    if file != Path::new("-") {
        return std::fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}
