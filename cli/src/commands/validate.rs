//! `lathe validate FILE…`: every problem of every document, in its place.

use std::path::PathBuf;

use clap::Args;

use crate::console;
use crate::documents::{DocumentKind, Place, SourceFile, show};
use crate::fault::UNUSABLE;
use crate::wire;

#[derive(Args)]
pub(crate) struct ValidateArgs {
    /// Workflow and application documents, in YAML or JSON
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: &ValidateArgs) -> anyhow::Result<u8> {
    let mut invalid = false;
    for path in &args.files {
        let file = match SourceFile::read(path) {
            Ok(file) => file,
            Err(fault) => {
                console::note(fault);
                invalid = true;
                continue;
            }
        };
        match check(&file) {
            Ok(what) => console::line(format_args!("{}: {what} is valid", file.path.display())),
            Err(places) => {
                console::note(show(&file, places).trim_end());
                invalid = true;
            }
        }
    }
    Ok(if invalid { UNUSABLE } else { 0 })
}

/// What the document describes, or all that is wrong with it.
fn check(file: &SourceFile) -> Result<String, Vec<Place>> {
    match file.kind() {
        DocumentKind::Workflow => {
            let plan = wire::compile(&file.text, &wire::catalog_for_checking())?;
            Ok(format!(
                "workflow `{}`, {},",
                plan.document.name,
                count(plan.nodes.len(), "node")
            ))
        }
        DocumentKind::Application => {
            let application = blueprint::Application::parse(&file.text)
                .map_err(|invalid| invalid.problems.iter().map(Place::from).collect::<Vec<_>>())?;
            Ok(format!(
                "application `{}`, {},",
                application.name,
                count(application.models.len(), "model")
            ))
        }
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 {
        format!("1 {what}")
    } else {
        format!("{number} {what}s")
    }
}
