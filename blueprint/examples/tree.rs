//! Writes the generated tree of an application document into a folder, to look at it without a server:
//! `cargo run -p blueprint --example tree -- examples/bookshop/bookshop.yaml /tmp/bookshop`.

use std::path::Path;

use anyhow::{Context, bail};
use blueprint::{Allow, Application, DOCUMENT_FILE, File, Previous, generate};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [document, folder] = arguments.as_slice() else {
        bail!("give the document and the folder to write to")
    };
    let text =
        std::fs::read_to_string(document).with_context(|| format!("cannot read {document}"))?;
    let application = Application::parse(&text)?;
    let folder = Path::new(folder);
    let mut known = Vec::new();
    if let Ok(contents) = std::fs::read_to_string(folder.join(DOCUMENT_FILE)) {
        known.push(File {
            path: DOCUMENT_FILE.to_owned(),
            contents,
        });
        collect(folder, &folder.join("migrations"), &mut known)?;
    }
    let previous = Previous::from_files(&known, Allow::default())?;
    for file in generate(&application, previous.as_ref())? {
        let path = folder.join(&file.path);
        if std::fs::read_to_string(&path).is_ok_and(|contents| contents == file.contents) {
            continue;
        }
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, file.contents)?;
    }
    Ok(())
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let relative = path.strip_prefix(root)?.to_string_lossy().into_owned();
            files.push(File {
                path: relative,
                contents: std::fs::read_to_string(&path)?,
            });
        }
    }
    Ok(())
}
