//! `lathe nodes`: the catalogue as a table, as a manual page, as JSON, or as files.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use comfy_table::Table;
use engine::catalog::NodeKind;

use super::node_page;
use crate::console;
use crate::fault::Fault;
use crate::{markdown, wire};

#[derive(Args)]
pub(crate) struct NodesArgs {
    /// The kind whose manual to show
    kind: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write the manual into this folder: a page per kind, and an index
    #[arg(long, value_name = "DIR", conflicts_with_all = ["kind", "json"])]
    manual: Option<PathBuf>,
}

pub(crate) fn run(args: &NodesArgs) -> anyhow::Result<u8> {
    let catalog = wire::catalog_for_checking();
    let kinds: Vec<&NodeKind> = catalog.kinds().map(AsRef::as_ref).collect();
    if let Some(folder) = &args.manual {
        write_manual(folder, &kinds)?;
    } else if let Some(name) = &args.kind {
        show(find(&kinds, name)?, args.json)?;
    } else if args.json {
        console::json(&serde_json::to_value(&kinds)?);
    } else {
        console::line(table(&kinds).trim_fmt());
    }
    Ok(0)
}

fn find<'a>(kinds: &[&'a NodeKind], name: &str) -> Result<&'a NodeKind, Fault> {
    kinds
        .iter()
        .find(|kind| kind.kind == name)
        .copied()
        .ok_or_else(|| {
            let near: Vec<&str> = kinds
                .iter()
                .map(|kind| kind.kind)
                .filter(|kind| is_near(kind, name))
                .collect();
            let mend = match near.as_slice() {
                [] => "`lathe nodes` lists all kinds.".to_owned(),
                near => format!(
                    "Did you mean {}? `lathe nodes` lists all kinds.",
                    near.join(" or ")
                ),
            };
            Fault::unusable(format!("there is no kind of node called `{name}`")).mend(mend)
        })
}

/// A kind whose noun or verb was meant.
fn is_near(kind: &str, name: &str) -> bool {
    let (noun, verb) = kind.split_once('.').unwrap_or((kind, ""));
    name.split('.').any(|part| part == noun || part == verb)
}

fn show(kind: &NodeKind, json: bool) -> anyhow::Result<()> {
    if json {
        console::json(&serde_json::to_value(kind)?);
    } else {
        let page = node_page::page(kind);
        console::line(markdown::render(&page, std::io::stdout().is_terminal()).trim_end());
    }
    Ok(())
}

fn table(kinds: &[&NodeKind]) -> Table {
    let mut table = console::table(["KIND", "EFFECT", "SUMMARY"]);
    for kind in kinds {
        let summary = if kind.disabled_reason.is_some() {
            format!("{} (has to be allowed by the operator)", kind.summary)
        } else {
            kind.summary.to_owned()
        };
        table.add_row([kind.kind, node_page::effect(kind), &summary]);
    }
    table
}

/// Rewrites the folder's pages; pages of kinds that are gone go too.
fn write_manual(folder: &Path, kinds: &[&NodeKind]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("make the folder {}", folder.display()))?;
    let mut wanted: Vec<(String, String)> = kinds
        .iter()
        .map(|kind| (format!("{}.md", kind.kind), node_page::page(kind)))
        .collect();
    wanted.push(("README.md".to_owned(), node_page::index(kinds)));
    for entry in std::fs::read_dir(folder)
        .with_context(|| format!("read the folder {}", folder.display()))?
    {
        let path = entry?.path();
        let is_page = path.extension().is_some_and(|ending| ending == "md");
        let is_wanted = path
            .file_name()
            .is_some_and(|name| wanted.iter().any(|(file, _)| name == file.as_str()));
        if is_page && !is_wanted {
            std::fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
        }
    }
    for (name, text) in &wanted {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
    }
    console::line(format_args!("{}: {} pages", folder.display(), wanted.len()));
    Ok(())
}
