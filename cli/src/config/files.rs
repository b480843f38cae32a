//! How much people and runs may keep as files, and for how long what they delete can be brought back.

use std::time::Duration;

use clap::Args;
use engine::duration::Millis;
use store::FileLimits;

use super::layers::Layers;

#[derive(Args, Debug, Default)]
pub(crate) struct FileArgs {
    /// The largest file that is taken [default: 100MiB]
    #[arg(long, env = "LATHE_MAX_UPLOAD", value_name = "SIZE")]
    max_upload: Option<String>,
    /// All files of a workspace together; 0 is without a limit [default: 0]
    #[arg(long, env = "LATHE_FILES_PER_WORKSPACE", value_name = "SIZE")]
    files_per_workspace: Option<String>,
    /// How long files that were deleted can be brought back [default: 30d]
    #[arg(long, env = "LATHE_KEEP_DELETED_FILES", value_name = "DURATION")]
    keep_deleted_files: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Files {
    pub(crate) limits: FileLimits,
    pub(crate) keep_deleted: Duration,
}

impl FileArgs {
    /// What the environment says, for commands that take none of these.
    pub(super) fn from_environment() -> Self {
        let given = super::backend::from_environment;
        Self {
            max_upload: given("LATHE_MAX_UPLOAD"),
            files_per_workspace: given("LATHE_FILES_PER_WORKSPACE"),
            keep_deleted_files: given("LATHE_KEEP_DELETED_FILES"),
        }
    }

    pub(super) fn give(&self, layers: &mut Layers) {
        layers.give("files.max_upload", self.max_upload.as_ref());
        layers.give("files.per_workspace", self.files_per_workspace.as_ref());
        layers.give("files.keep_deleted", self.keep_deleted_files.as_ref());
    }
}

impl Files {
    pub(super) fn read(layers: &mut Layers) -> Option<Self> {
        let largest = layers.read_with("files.max_upload", |text| match size(text)? {
            0 => Err("has to be above 0: nothing could be kept".to_owned()),
            size => Ok(size),
        });
        let per_workspace = layers.read_with("files.per_workspace", size);
        let keep_deleted = layers.read_with("files.keep_deleted", |text| {
            let span = text.trim().parse::<Millis>().map(Millis::to_std);
            span.map_err(|error| format!("cannot be read: {error}"))
        });
        Some(Self {
            limits: FileLimits {
                largest: largest?,
                per_workspace: per_workspace?,
            },
            keep_deleted: keep_deleted?,
        })
    }
}

/// A number of bytes, as people write it.
fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u32); 5] = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40), ("B", 0)];
    let text = text.trim();
    let (number, shift) = UNITS
        .iter()
        .find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, *shift)))
        .unwrap_or((text, 0));
    let wrong = || format!("has to be a size such as 100MiB, 5GiB or 0, not `{text}`");
    let number: u64 = number.trim_end().parse().map_err(|_| wrong())?;
    // The database counts with a sign.
    let bytes = number.checked_mul(1 << shift);
    let bytes = bytes.filter(|bytes| i64::try_from(*bytes).is_ok());
    bytes.ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("0", 0),
            ("17", 17),
            ("5 B", 5),
            ("2KiB", 2_048),
            (" 100 MiB ", 100 << 20),
            ("3GiB", 3 << 30),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "-1", "1.5GiB", "5MB", "many", "9999999TiB"] {
            assert!(size(text).unwrap_err().contains("100MiB"), "{text}");
        }
    }
}
