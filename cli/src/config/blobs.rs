//! Where large values and long bodies of runs are kept.

use std::path::{Path, PathBuf};

use store::BlobPlace;

const FORMS: &str = "has to be s3://bucket/folder or file:///folder";

/// Reads the setting; empty is a folder in the data folder.
pub(super) fn place(text: &str, data: &Path) -> Result<BlobPlace, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(BlobPlace::Folder(data.join("blobs")));
    }
    if let Some(path) = text.strip_prefix("file://") {
        let path = PathBuf::from(path);
        return match path.is_absolute() {
            true => Ok(BlobPlace::Folder(path)),
            false => Err(format!("{FORMS}, with three slashes, unlike `{text}`")),
        };
    }
    let Some(place) = text.strip_prefix("s3://") else {
        return Err(format!("{FORMS}, unlike `{text}`"));
    };
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    if bucket.is_empty() {
        return Err(format!("{FORMS}, and names no bucket in `{text}`"));
    }
    Ok(BlobPlace::S3 {
        bucket: bucket.to_owned(),
        prefix: prefix.trim_matches('/').to_owned(),
        settings: from_environment(),
    })
}

/// What the tools of AWS read, too.
fn from_environment() -> Vec<(String, String)> {
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        Some((name, value.into_string().ok()?))
    });
    variables
        .filter(|(name, value)| name.starts_with("AWS_") && !value.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_a_bucket() {
        let read = |text| place(text, Path::new("/data"));
        let folder = |path: &str| Ok(BlobPlace::Folder(path.into()));
        assert_eq!(read(""), folder("/data/blobs"));
        assert_eq!(read("file:///mnt/shared"), folder("/mnt/shared"));
        for (text, wanted) in [
            ("s3://bucket", ("bucket", "")),
            ("s3://bucket/a/b/", ("bucket", "a/b")),
        ] {
            let Ok(BlobPlace::S3 { bucket, prefix, .. }) = read(text) else {
                panic!("{text}")
            };
            assert_eq!((bucket.as_str(), prefix.as_str()), wanted);
        }
        for text in ["s3://", "file://here", "/mnt", "gs://bucket"] {
            assert!(
                read(text).unwrap_err().contains("s3://bucket/folder"),
                "{text}"
            );
        }
    }
}
