//! Embeds the built web app, so that one binary serves everything. Without a build it embeds nothing,
//! and the server shows a page that says how to make one: a fresh clone compiles without npm.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() -> io::Result<()> {
    let home = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let dist = home.join("../webapp/dist");
    // Cargo takes a folder that is missing for one that changed, and would compile this crate at every build.
    let _ = fs::create_dir_all(&dist);
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", dist.display());

    let mut files = Vec::new();
    // A build that was interrupted leaves assets without the page that uses them.
    if dist.join("index.html").exists() {
        collect(&dist, &mut files)?;
    }
    files.sort();
    let mut table = String::from("pub(super) static ASSETS: &[Asset] = &[\n");
    for (number, file) in files.iter().enumerate() {
        embed(&mut table, &dist, file, &out, number)?;
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Copies the file, so that a later build of the web app can't change what is compiled here.
fn embed(
    table: &mut String,
    dist: &Path,
    file: &Path,
    out: &Path,
    number: usize,
) -> io::Result<()> {
    let bytes = fs::read(file)?;
    let name = file
        .strip_prefix(dist)
        .unwrap_or(file)
        .to_string_lossy()
        .replace('\\', "/");
    let plain = out.join(format!("asset-{number}"));
    fs::write(&plain, &bytes)?;
    let kind = content_type(&name);
    let mut packed = None;
    if kind.starts_with("text/") || kind.contains("json") || kind.contains("svg") {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bytes)?;
        let small = encoder.finish()?;
        let path = out.join(format!("asset-{number}.gz"));
        fs::write(&path, &small)?;
        packed = (small.len() < bytes.len()).then_some(path);
    }
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let packed = packed.map_or_else(
        || "None".to_owned(),
        |path| format!("Some(include_bytes!({path:?}))"),
    );
    let _ = writeln!(
        table,
        "Asset {{ path: {:?}, content_type: {kind:?}, etag: {:?}, plain: include_bytes!({plain:?}), gzip: {packed} }},",
        format!("/{name}"),
        format!("W/\"{:016x}\"", hasher.finish()),
    );
    Ok(())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
