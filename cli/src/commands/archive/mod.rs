//! `lathe export` and `lathe apply`: a workspace as text files, as tools for infrastructure keep theirs.

mod contents;
mod covers;
mod folder;
mod lists;

use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use reqwest::Url;
use serde_json::Value;

use contents::Contents;

use super::executions::word;
use super::operating::Operating;
use crate::config::GlobalArgs;
use crate::console::{self, visible};
use crate::fault::Fault;
use crate::server::Server;

const GZIP: &str = "application/gzip";

#[derive(Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    operating: Operating,
    /// The folder to write to, or a file that ends in .tar.gz, which holds no contents of files
    path: PathBuf,
    /// Only things of this kind: workflows, applications, prompts, …
    #[arg(long)]
    kind: Option<String>,
    /// Only what is called so
    #[arg(long)]
    name: Option<String>,
    /// Remove documents of things, and contents of files, that are not there any more
    #[arg(long)]
    prune: bool,
}

#[derive(Args)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    operating: Operating,
    /// The folder to read, or a file that ends in .tar.gz, which holds no contents of files
    path: PathBuf,
    /// Say what would be done, and do nothing
    #[arg(long)]
    plan: bool,
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,
    /// Delete what the files cover (archive.yaml says what they do) and do not hold; secrets stay
    #[arg(long)]
    prune: bool,
    /// Delete secrets, too
    #[arg(long, requires = "prune")]
    prune_secrets: bool,
    /// Publish workflows as the files have them; without this nothing is published
    #[arg(long)]
    publish: bool,
}

pub(crate) async fn export(global: &GlobalArgs, args: &ExportArgs) -> anyhow::Result<u8> {
    let given = [("kind", &args.kind), ("name", &args.name)];
    let given = given
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let whole = Url::parse_with_params("http://localhost/", given)?;
    let query = whole.query().filter(|query| !query.is_empty());
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("api/export{query}");
    let work = async |server: &Server| {
        let bytes = server.download(&path).await?;
        if is_archive(&args.path) {
            let written = fs::write(&args.path, bytes);
            written.with_context(|| format!("write {}", args.path.display()))?;
            return Ok(None);
        }
        let unpacked = folder::unpack(&bytes, &args.path)?;
        let contents = contents::fetch(server, &args.path, &unpacked.files).await?;
        Ok(Some((unpacked, contents)))
    };
    let written = args.operating.with_installation(global, work).await?;
    let Some((unpacked, contents)) = written else {
        return Ok(0);
    };
    if args.prune && args.kind.is_none() && args.name.is_none() {
        folder::remove_others(&args.path, &unpacked)?;
        contents::remove_others(&args.path, &contents)?;
    }
    if !args.operating.json {
        let (count, path) = (unpacked.documents.len(), args.path.display());
        match contents.len() {
            0 => console::line(format_args!("wrote {count} files to {path}")),
            held => console::line(format_args!(
                "wrote {count} files to {path}, and {held} contents of files besides"
            )),
        }
    }
    Ok(0)
}

pub(crate) async fn apply(global: &GlobalArgs, args: &ApplyArgs) -> anyhow::Result<u8> {
    let bytes = match is_archive(&args.path) {
        true => fs::read(&args.path).with_context(|| format!("read {}", args.path.display()))?,
        false => folder::pack(&args.path)?,
    };
    let how = format!(
        "prune={}&prune_secrets={}&publish={}",
        args.prune, args.prune_secrets, args.publish
    );
    let work = async |server: &Server| {
        let path = format!("api/import?plan=true&{how}");
        let plan: Value = server.upload(&path, GZIP, bytes.clone()).await?;
        let contents = Contents::of(&args.path, &plan)?;
        let changes = shown(args, &plan, &contents);
        let (faults, wanting) = (failed(&plan), wanting(&plan) + contents.missing());
        tell(&faults);
        if !faults.is_empty() {
            let count = faults.len();
            console::note(format_args!(
                "{count} of these can't be done, so nothing was done: mend the files and try again"
            ));
            return Ok(1);
        }
        if args.plan || changes == 0 {
            return Ok(u8::from(wanting > 0));
        }
        if !args.yes && !confirmed()? {
            return Ok(1);
        }
        // Whatever begins runs finds the files that these read.
        contents.send(server).await?;
        let done: Value = server
            .upload(&format!("api/import?{how}"), GZIP, bytes)
            .await?;
        if args.operating.json {
            console::json(&done);
        }
        let failed = failed(&done);
        tell(&failed);
        if !args.operating.json {
            hand_over(&done);
            let done = changes.saturating_sub(failed.len());
            console::line(format_args!("{done} done, {} failed", failed.len()));
        }
        Ok(u8::from(!failed.is_empty() || wanting > 0))
    };
    args.operating.with_server(global, work).await
}

/// What could not be done, or can't be.
fn failed(imported: &Value) -> Vec<&Value> {
    let items = imported["items"].as_array().into_iter().flatten();
    items.filter(|item| !item["error"].is_null()).collect()
}

/// How many secrets have no value.
fn wanting(plan: &Value) -> usize {
    let items = plan["items"].as_array().into_iter().flatten();
    items.filter(|item| item["action"] == "needs_value").count()
}

/// Shows what the senders of new webhooks need, since nobody is shown it again.
fn hand_over(imported: &Value) {
    for item in imported["items"].as_array().into_iter().flatten() {
        let (name, url) = (word(&item["name"]), item["url"].as_str());
        let Some(url) = url else { continue };
        console::line(format_args!(
            "webhooks/{} listens at {}",
            visible(name),
            visible(url)
        ));
        if let Some(secret) = item["secret"].as_str() {
            console::line(format_args!(
                "  its secret, which is shown this once: {}",
                visible(secret)
            ));
        }
    }
}

/// Says of each of these what is wrong with it.
fn tell(failed: &[&Value]) {
    for item in failed {
        let error = &item["error"];
        let message = visible(word(&error["message"]));
        console::note(format_args!("{}: {message}", called(item)));
        for detail in error["details"].as_array().into_iter().flatten() {
            let [place, message] = [&detail["path"], &detail["message"]].map(word).map(visible);
            console::note(format_args!("  {place}: {message}"));
        }
    }
}

/// Shows a plan, and says how much there is to do.
fn shown(args: &ApplyArgs, plan: &Value, contents: &Contents<'_>) -> usize {
    let items: Vec<&Value> = plan["items"].as_array().into_iter().flatten().collect();
    let changes = items.iter().filter(|item| {
        ["create", "update", "delete"].contains(&item["action"].as_str().unwrap_or_default())
    });
    let changes = changes.count() + contents.at_hand();
    if args.operating.json {
        if args.plan || changes == 0 || !failed(plan).is_empty() {
            console::json(plan);
        }
        return changes;
    }
    for item in items {
        let what = called(item);
        let places = item["changes"].as_array().into_iter().flatten();
        let places: Vec<&str> = places.filter_map(Value::as_str).collect();
        let places = visible(&places.join(" "));
        match item["action"].as_str() {
            Some("create") => console::line(format_args!("+ {what}")),
            Some("update") => console::line(format_args!("~ {what}  {places}")),
            Some("delete") => console::line(format_args!("- {what}")),
            Some("keep") => {
                console::line(format_args!(
                    "= {what}  stays: only --prune-secrets deletes secrets"
                ));
            }
            Some("needs_value") => {
                let name = visible(word(&item["name"]));
                console::line(format_args!(
                    "! {what}  has to be given a value: lathe secret set {name}"
                ));
            }
            Some("needs_content") if !contents.has(item) => {
                let place = contents::place(word(&item["sha256"]));
                console::line(format_args!(
                    "! {what}  has to be sent, and its content is not in the folder: {}",
                    visible(&place)
                ));
            }
            Some("needs_content") if places.is_empty() => {
                console::line(format_args!("+ {what}"));
            }
            Some("needs_content") => console::line(format_args!("~ {what}  {places}")),
            _ => {}
        }
    }
    if args.prune {
        tell_covered(plan);
    }
    if changes + wanting(plan) + contents.missing() == 0 {
        console::line("there is nothing to do");
    }
    changes
}

/// Says what the files speak of: of anything else, nothing is deleted.
fn tell_covered(plan: &Value) {
    let covers = plan["covers"].as_array().into_iter().flatten();
    let told: Vec<String> = covers
        .map(|covered| {
            let kind = visible(word(&covered["kind"]));
            let names = covered["names"].as_array();
            names.map_or_else(
                || kind.clone(),
                |names| {
                    let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
                    format!("{kind} ({})", visible(&names.join(", ")))
                },
            )
        })
        .collect();
    console::note(format_args!("--prune is about: {}", told.join(", ")));
}

/// `kind/name`, as a terminal may show it.
fn called(item: &Value) -> String {
    let [kind, name] = [&item["kind"], &item["name"]].map(word).map(visible);
    format!("{kind}/{name}")
}

fn confirmed() -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        let sentence = "nobody is there to be asked whether this is to be done";
        return Err(Fault::unusable(sentence)
            .mend("Give --yes, or --plan to see it only.")
            .into());
    }
    console::note("Do this? Only `yes` does it.");
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .context("read the answer")?;
    Ok(answer.trim() == "yes")
}

fn is_archive(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    [".tar.gz", ".tgz", ".tar"]
        .iter()
        .any(|ending| name.ends_with(ending))
}
