//! `lathe export` and `lathe apply`: a workspace as text files, as tools for infrastructure keep theirs.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead, Cursor, IsTerminal, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::executions::word;
use super::operating::Operating;
use crate::config::GlobalArgs;
use crate::console;
use crate::fault::Fault;
use crate::server::Server;

const GZIP: &str = "application/gzip";
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

#[derive(Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    operating: Operating,
    /// The folder to write to, or a file that ends in .tar.gz
    path: PathBuf,
    /// Only things of this kind: workflows, applications, prompts, …
    #[arg(long)]
    kind: Option<String>,
    /// Only what is called so
    #[arg(long)]
    name: Option<String>,
    /// Remove files of things that are not there any more
    #[arg(long)]
    prune: bool,
}

#[derive(Args)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    operating: Operating,
    /// The folder to read, or a file that ends in .tar.gz
    path: PathBuf,
    /// Say what would be done, and do nothing
    #[arg(long)]
    plan: bool,
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,
    /// Delete what the files do not hold
    #[arg(long)]
    prune: bool,
    /// Publish workflows as the files have them; without this nothing is published
    #[arg(long)]
    publish: bool,
}

pub(crate) async fn export(global: &GlobalArgs, args: &ExportArgs) -> anyhow::Result<u8> {
    let mut path = "api/export".to_owned();
    let given = [("kind", &args.kind), ("name", &args.name)];
    let given = given
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let mut joint = '?';
    for (name, value) in given {
        path += &format!("{joint}{name}={value}");
        joint = '&';
    }
    let work = async |server: &Server| server.download(&path).await;
    let bytes = args.operating.with_installation(global, work).await?;
    if is_archive(&args.path) {
        let written = fs::write(&args.path, bytes);
        written.with_context(|| format!("write {}", args.path.display()))?;
        return Ok(0);
    }
    let files = unpack(&bytes, &args.path)?;
    if args.prune && args.kind.is_none() && args.name.is_none() {
        remove_others(&args.path, &files)?;
    }
    if !args.operating.json {
        let count = files.len();
        console::line(format_args!(
            "wrote {count} files to {}",
            args.path.display()
        ));
    }
    Ok(0)
}

pub(crate) async fn apply(global: &GlobalArgs, args: &ApplyArgs) -> anyhow::Result<u8> {
    let bytes = match is_archive(&args.path) {
        true => fs::read(&args.path).with_context(|| format!("read {}", args.path.display()))?,
        false => pack(&args.path)?,
    };
    let how = format!("prune={}&publish={}", args.prune, args.publish);
    let work = async |server: &Server| {
        let path = format!("api/import?plan=true&{how}");
        let plan: Value = server.upload(&path, GZIP, bytes.clone()).await?;
        let changes = shown(args, &plan);
        let (faults, wanting) = (failed(&plan), wanting(&plan));
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
        console::line(format_args!("webhooks/{name} listens at {url}"));
        if let Some(secret) = item["secret"].as_str() {
            console::line(format_args!(
                "  its secret, which is shown this once: {secret}"
            ));
        }
    }
}

/// Says of each of these what is wrong with it.
fn tell(failed: &[&Value]) {
    for item in failed {
        let (kind, name, error) = (word(&item["kind"]), word(&item["name"]), &item["error"]);
        console::note(format_args!("{kind}/{name}: {}", word(&error["message"])));
        for detail in error["details"].as_array().into_iter().flatten() {
            let place = detail["path"].as_str().unwrap_or_default();
            console::note(format_args!("  {place}: {}", word(&detail["message"])));
        }
    }
}

/// Shows a plan, and says how much there is to do.
fn shown(args: &ApplyArgs, plan: &Value) -> usize {
    let items: Vec<&Value> = plan["items"].as_array().into_iter().flatten().collect();
    let changes = items.iter().filter(|item| {
        ["create", "update", "delete"].contains(&item["action"].as_str().unwrap_or_default())
    });
    let changes = changes.count();
    if args.operating.json {
        if args.plan || changes == 0 || !failed(plan).is_empty() {
            console::json(plan);
        }
        return changes;
    }
    for item in items {
        let (kind, name) = (word(&item["kind"]), word(&item["name"]));
        let places = item["changes"].as_array().into_iter().flatten();
        let places: Vec<&str> = places.filter_map(Value::as_str).collect();
        match item["action"].as_str() {
            Some("create") => console::line(format_args!("+ {kind}/{name}")),
            Some("update") => console::line(format_args!("~ {kind}/{name}  {}", places.join(" "))),
            Some("delete") => console::line(format_args!("- {kind}/{name}")),
            Some("needs_value") => console::line(format_args!(
                "! {kind}/{name}  has to be given a value: lathe secret set {name}"
            )),
            _ => {}
        }
    }
    if changes == 0 && wanting(plan) == 0 {
        console::line("there is nothing to do");
    }
    changes
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

/// The documents of a folder's folders, as an archive. What else lies there stays out.
fn pack(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for path in documents(folder)? {
        let at = folder.join(&path);
        refuse_elsewhere(folder, &at)?;
        let text = fs::read(&at).with_context(|| format!("read {}", at.display()))?;
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, &*text)?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// `folder/name.yaml` and the like, in order.
fn documents(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut paths = BTreeSet::new();
    let reading = || format!("read the folder {}", folder.display());
    for inner in fs::read_dir(folder).with_context(reading)? {
        let inner = inner.with_context(reading)?;
        let name = inner.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || !inner.file_type().with_context(reading)?.is_dir() {
            continue;
        }
        for file in fs::read_dir(inner.path()).with_context(reading)? {
            let file = file
                .with_context(reading)?
                .file_name()
                .to_string_lossy()
                .into_owned();
            let ending = file.rsplit_once('.').map(|(_, ending)| ending);
            if ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
                paths.insert(format!("{name}/{file}"));
            }
        }
    }
    Ok(paths)
}

/// Writes the files of an archive, and says which.
fn unpack(bytes: &[u8], folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut archive = tar::Archive::new(GzDecoder::new(Cursor::new(bytes)));
    let mut written = BTreeSet::new();
    for entry in archive.entries().context("read the archive")? {
        let mut entry = entry.context("read the archive")?;
        let path = entry.path().context("read the archive")?.into_owned();
        let plain = path
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        anyhow::ensure!(
            plain,
            "the server named a file outside of the folder: {}",
            path.display()
        );
        let mut text = Vec::new();
        entry.read_to_end(&mut text).context("read the archive")?;
        let at = folder.join(&path);
        if let Some(parent) = at.parent() {
            fs::create_dir_all(parent).with_context(|| format!("make {}", parent.display()))?;
        }
        refuse_elsewhere(folder, &at)?;
        for what in comments(&text) {
            console::note(format_args!("{}: {what}", path.display()));
        }
        fs::write(&at, text).with_context(|| format!("write {}", at.display()))?;
        written.insert(path.to_string_lossy().into_owned());
    }
    Ok(written)
}

/// A link must lead nowhere out of the folder: what lies elsewhere is not sent to the server, nor written over.
fn refuse_elsewhere(folder: &Path, at: &Path) -> anyhow::Result<()> {
    let real = |path: &Path| {
        fs::canonicalize(path).with_context(|| format!("find out where {} leads", path.display()))
    };
    // What is not there yet comes to lie in its folder, unless it is a link that leads to nothing yet.
    let there = match fs::symlink_metadata(at) {
        Ok(_) => at,
        Err(_) => at.parent().unwrap_or(folder),
    };
    if real(there)?.starts_with(real(folder)?) {
        return Ok(());
    }
    let sentence = format!("{} is a link that leads out of the folder", at.display());
    Err(Fault::unusable(sentence)
        .mend("Put the file itself there: what lies elsewhere is neither read nor written.")
        .into())
}

/// What the server says of a file at its head.
fn comments(text: &[u8]) -> impl Iterator<Item = &str> {
    let head = text
        .split(|byte| *byte == b'\n')
        .map_while(|line| line.strip_prefix(b"# "));
    head.filter_map(|comment| str::from_utf8(comment).ok())
}

/// Removes documents that were not written just now, in folders of which any was.
fn remove_others(folder: &Path, written: &BTreeSet<String>) -> anyhow::Result<()> {
    let folders: BTreeSet<&str> = written
        .iter()
        .filter_map(|path| path.split('/').next())
        .collect();
    for path in documents(folder)? {
        let ours = path
            .split('/')
            .next()
            .is_some_and(|folder| folders.contains(folder));
        if ours && !written.contains(&path) {
            let at = folder.join(&path);
            fs::remove_file(&at).with_context(|| format!("remove {}", at.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S16: a document that is a link to something private.
    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_out_of_the_folder() {
        let outside = tempfile::tempdir().unwrap();
        let inside = tempfile::tempdir().unwrap();
        let folder = inside.path().join("variables");
        fs::create_dir(&folder).unwrap();
        let private = outside.path().join("private.yaml");
        fs::write(&private, "name: a\nvalue: private\n").unwrap();
        fs::write(folder.join("b.yaml"), "name: b\nvalue: 1\n").unwrap();
        std::os::unix::fs::symlink("b.yaml", folder.join("c.yaml")).unwrap();
        let packed = pack(inside.path()).unwrap();

        let link = folder.join("a.yaml");
        std::os::unix::fs::symlink(&private, &link).unwrap();
        let refused = pack(inside.path()).unwrap_err().to_string();
        assert!(refused.contains("a.yaml is a link"), "{refused}");
        fs::remove_file(&link).unwrap();
        // Nor is anything written through one, were there something at its end or not.
        let link = folder.join("b.yaml");
        fs::remove_file(&link).unwrap();
        for end in [private.clone(), outside.path().join("new.yaml")] {
            std::os::unix::fs::symlink(&end, &link).unwrap();
            assert!(unpack(&packed, inside.path()).is_err());
            fs::remove_file(&link).unwrap();
        }
        assert!(!outside.path().join("new.yaml").exists());
        assert_eq!(fs::read(&private).unwrap(), b"name: a\nvalue: private\n");
    }
}
