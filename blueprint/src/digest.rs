//! One number for a whole generated tree: equal trees, equal digests, whatever order they come in.

use sha2::{Digest, Sha256};

use crate::generate::File;

/// SHA-256 over the sorted paths and contents. Lengths go in too, so that no two trees read the same.
pub fn digest(files: &[File]) -> String {
    let mut sorted: Vec<&File> = files.iter().collect();
    sorted.sort_by(|left, right| left.path.cmp(&right.path));
    let mut hasher = Sha256::new();
    for file in sorted {
        for part in [&file.path, &file.contents] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
    }
    to_hex(&hasher.finalize())
}

pub(crate) fn digest_text(text: &str) -> String {
    to_hex(&Sha256::digest(text.as_bytes()))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
