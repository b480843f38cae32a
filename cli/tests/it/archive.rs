//! A workspace goes into a folder and out of it again, with what its files hold.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::support::{Said, folder_with, say};

fn tell(folder: &Path, arguments: &[&str], code: i32, holds: &[&str]) -> Result<Said> {
    let said = say(folder, arguments)?;
    ensure!(said.code == code, "{arguments:?}: {said:?}");
    let whole = format!("{}{}", said.stdout, said.stderr);
    for part in holds {
        ensure!(whole.contains(part), "{part} is missing: {said:?}");
    }
    Ok(said)
}

/// What lies in the folders of a folder.
fn held(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut held = BTreeMap::new();
    for inner in fs::read_dir(folder)? {
        let inner = inner?;
        if inner.file_type()?.is_file() {
            continue;
        }
        for file in fs::read_dir(inner.path())? {
            let file = file?;
            let name = [inner.file_name(), file.file_name()].map(|part| part.into_string().ok());
            let [Some(inner), Some(name)] = name else {
                anyhow::bail!("a name that is no text");
            };
            held.insert(format!("{inner}/{name}"), fs::read(file.path())?);
        }
    }
    Ok(held)
}

#[test]
fn a_workspace_is_the_same_elsewhere_to_the_byte() -> Result<()> {
    let here = folder_with(&[("prices.csv", "sku,price\n17,4.20\n"), ("us.md", "# Us\n")])?;
    let there = folder_with(&[])?;
    let (here, there) = (here.path(), there.path());
    let upload = ["file", "upload", "prices.csv"];
    tell(here, &upload, 0, &[])?;
    tell(
        here,
        &[&upload[..], &["--name", "über uns.csv"]].concat(),
        0,
        &[],
    )?;
    tell(here, &["file", "upload", "us.md"], 0, &[])?;
    tell(here, &["variable", "set", "region", "eu"], 0, &[])?;
    tell(
        here,
        &["export", "out"],
        0,
        &["wrote 2 files", "2 contents"],
    )?;
    let out = here.join("out");
    let before = held(&out)?;
    let contents: Vec<&String> = before.keys().filter(|path| path.len() == 70).collect();
    ensure!(contents.len() == 2, "{contents:?}");

    let path = out.to_str().context("a path")?;
    let new = [
        "+ variables/region",
        "+ files/prices.csv",
        "+ files/über uns.csv",
        "+ files/us.md",
    ];
    tell(there, &["apply", path, "--plan"], 0, &new)?;
    tell(there, &["apply", path, "--yes"], 0, &["4 done, 0 failed"])?;
    tell(there, &["apply", path, "--yes"], 0, &["nothing to do"])?;
    tell(there, &["export", "out"], 0, &[])?;
    ensure!(held(&there.join("out"))? == before, "it became another one");

    // What is called by a hash that it does not have takes no file's place; what is not there is asked for.
    tell(there, &["file", "delete", "us.md"], 0, &[])?;
    let text = &b"# Us\n"[..];
    let (name, _) = before
        .iter()
        .find(|(_, bytes)| bytes.as_slice() == text)
        .context("what us.md holds")?;
    fs::write(out.join(name), "# Them\n")?;
    tell(
        there,
        &["apply", path, "--yes"],
        2,
        &["is not what it is called after"],
    )?;
    fs::remove_file(out.join(name))?;
    tell(
        there,
        &["apply", path, "--yes"],
        1,
        &["! files/us.md", name.as_str()],
    )?;
    tell(
        there,
        &["file", "download", "us.md"],
        1,
        &["no file called"],
    )?;
    // An export fetches it again, and takes away what nothing holds any more.
    tell(here, &["file", "delete", "prices.csv"], 0, &[])?;
    tell(here, &["file", "delete", "über uns.csv"], 0, &[])?;
    tell(here, &["export", "out", "--prune"], 0, &[])?;
    let after = held(&out)?;
    let contents: Vec<&String> = after.keys().filter(|path| path.len() == 70).collect();
    ensure!(contents == [name] && after[name] == text, "{contents:?}");
    Ok(())
}
