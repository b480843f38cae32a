//! `lathe apply` and `lathe export`: a workspace as files, seen before it is made so, and the same when it is written again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use crate::operator::tell;
use crate::server::Running;
use crate::support::{HELLO, folder_with};

fn put(folder: &Path, path: &str, text: &str) -> Result<()> {
    let at = folder.join(path);
    if let Some(parent) = at.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(fs::write(at, text)?)
}

/// All files of a folder's folders.
fn files(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for inner in fs::read_dir(folder)? {
        let inner = inner?;
        if !inner.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(inner.path())? {
            let path = file?.path();
            let name = path.strip_prefix(folder)?.display().to_string();
            found.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(found)
}

#[tokio::test]
async fn a_workspace_is_what_its_files_say() -> Result<()> {
    let folder = folder_with(&[])?;
    let folder = folder.path();
    put(
        folder,
        "shop/variables/region.yaml",
        "name: region\nvalue: eu\n",
    )?;
    put(folder, "shop/workflows/hello.yaml", HELLO)?;
    let server = Running::serve(folder, &[])?;
    let apply = |more: &[&str], code: i32, holds: &[&str]| {
        tell_whole(folder, &[&["apply", "shop"], more].concat(), code, holds)
    };
    let both = ["+ variables/region", "+ workflows/hello"];
    apply(&["--plan"], 0, &both)?;
    // Nobody is asked, so nothing is done; no more than by seeing it was.
    apply(&[], 2, &["nobody is there to be asked", "--yes"])?;
    apply(
        &["--yes", "--publish"],
        0,
        &[&both[..], &["2 done, 0 failed"]].concat(),
    )?;
    apply(&["--yes"], 0, &["there is nothing to do"])?;

    // One fault keeps everything from being done.
    put(
        folder,
        "shop/variables/region.yaml",
        "name: region\nvalue: us\n",
    )?;
    let broken = "lathe: 1\nname: broken\nnodes: [{ id: a, kind: no.kind }]\n";
    put(folder, "shop/workflows/broken.yaml", broken)?;
    let faults = [
        "/nodes/0/kind: there is no kind of node",
        "nothing was done",
    ];
    apply(&["--yes"], 1, &faults)?;
    tell(folder, &["export", "out"], 0, &["wrote 2 files to out"])?;
    let written = files(&folder.join("out"))?;
    ensure!(
        written["variables/region.yaml"].contains("eu"),
        "{written:?}"
    );
    fs::remove_file(folder.join("shop/workflows/broken.yaml"))?;
    fs::remove_file(folder.join("shop/workflows/hello.yaml"))?;
    apply(
        &["--yes", "--prune"],
        0,
        &["~ variables/region  /value", "- workflows/hello"],
    )?;
    tell(folder, &["export", "out", "--prune"], 0, &["wrote 1 files"])?;
    ensure!(server.terminate()?.success());

    tell(
        folder,
        &["apply", "nowhere", "--yes"],
        1,
        &["read the folder nowhere"],
    )?;
    tell(
        folder,
        &["export", "out", "--kind", "nonsense"],
        2,
        &["no kind `nonsense`"],
    )?;
    tell(
        folder,
        &["export", "out", "--data", "nowhere"],
        1,
        &["no installation here"],
    )?;
    // By way of an archive into another installation, which is the same then.
    tell(folder, &["export", "whole.tar.gz"], 0, &[])?;
    let elsewhere = ["apply", "whole.tar.gz", "--yes", "--data", "elsewhere"];
    tell(folder, &elsewhere, 0, &["1 done, 0 failed"])?;
    tell(folder, &["export", "again", "--data", "elsewhere"], 0, &[])?;
    ensure!(
        files(&folder.join("again"))?
            == BTreeMap::from([(
                "variables/region.yaml".to_owned(),
                "name: region\nvalue: us\n".to_owned()
            )])
    );
    Ok(())
}

/// A second export into the same folder, of one file, and `--prune` after it: the others stay.
#[tokio::test]
async fn an_export_of_one_file_does_not_make_the_folder_forget_the_others() -> Result<()> {
    let folder = folder_with(&[("a&b.csv", "a"), ("c.csv", "c")])?;
    let folder = folder.path();
    let server = Running::serve(folder, &[])?;
    tell(folder, &["file", "upload", "a&b.csv"], 0, &[])?;
    tell(folder, &["file", "upload", "c.csv"], 0, &[])?;
    tell(folder, &["export", "out"], 0, &["2 contents of files"])?;
    let one = ["export", "out", "--kind", "files", "--name", "a&b.csv"];
    tell(folder, &one, 0, &["1 contents of files"])?;
    let prune = ["apply", "out", "--prune", "--yes"];
    tell_whole(folder, &prune, 0, &["there is nothing to do"])?;
    let both = ["a&b.csv", "c.csv"];
    tell(folder, &["file", "list"], 0, &both)?;
    ensure!(server.terminate()?.success());
    Ok(())
}

/// The same where a plan is shown before something is refused.
fn tell_whole(folder: &Path, arguments: &[&str], code: i32, holds: &[&str]) -> Result<()> {
    let said = crate::support::say(folder, arguments)?;
    ensure!(said.code == code, "{arguments:?}: {said:?}");
    let whole = format!("{}{}", said.stdout, said.stderr);
    for part in holds {
        ensure!(
            whole.contains(part),
            "{arguments:?}: {part} is missing: {said:?}"
        );
    }
    Ok(())
}
