//! The list of files in an archive: one document, in parts, of many things. What speaks of some of them is joined to it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where the list lies, beside the contents.
pub(super) const FOLDER: &str = "files";

/// How its parts begin.
const LISTS: &str = "files/index";

/// So many files are in each part, as the server has them.
const PER_LIST: usize = 5_000;

#[derive(Serialize, Deserialize)]
struct List {
    files: Vec<Listed>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    size: u64,
    pub(super) sha256: String,
}

pub(super) fn is_list(path: &str) -> bool {
    path.starts_with(LISTS)
}

/// The files of all parts among these texts.
pub(super) fn read(texts: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<Vec<Listed>> {
    let mut listed = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| is_list(path)) {
        let text = str::from_utf8(text).map_err(|error| anyhow::anyhow!("read {path}: {error}"))?;
        let list: Result<List, _> = serde_saphyr::from_str(text);
        let list = list.map_err(|error| anyhow::anyhow!("read {path}: {error}"))?;
        listed.extend(list.files);
    }
    Ok(listed)
}

/// Those that were listed before, and these as they are now, as the parts of one list.
pub(super) fn joined(
    before: Vec<Listed>,
    new: &[Listed],
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let all = before.into_iter().chain(new.iter().cloned());
    let all: BTreeMap<String, Listed> = all.map(|file| (file.name.clone(), file)).collect();
    let all: Vec<Listed> = all.into_values().collect();
    let mut texts = BTreeMap::new();
    for (files, number) in all.chunks(PER_LIST).zip(1..) {
        let path = match number {
            1 => format!("{LISTS}.yaml"),
            _ => format!("{LISTS}-{number}.yaml"),
        };
        let files = files.to_vec();
        let text = serde_saphyr::to_string(&List { files });
        let text = text.map_err(|error| anyhow::anyhow!("write {path}: {error}"))?;
        texts.insert(path, text.into_bytes());
    }
    Ok(texts)
}
