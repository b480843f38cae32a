//! A secret whose every trace can be found: what it looks like raw, encoded and in parts, and where in an image it might be.

use std::io::Read;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use flate2::read::GzDecoder;

/// With signs that URLs and base64 write in another way.
pub(crate) const CANARY: &str = "c4n/ry+so=secretOf+the/bookshop=";

/// Which spellings of it a text has.
pub(crate) fn traces(bytes: &[u8]) -> Result<Vec<String>> {
    traces_of(CANARY, bytes)
}

/// The same of any other secret: of either half, so that it is found where something parts it, too.
pub(crate) fn traces_of(secret: &str, bytes: &[u8]) -> Result<Vec<String>> {
    let text = String::from_utf8_lossy(bytes);
    let (front, back) = secret.split_at(secret.len() / 2);
    let mut found = spellings(front)?;
    found.extend(spellings(back)?);
    found.retain(|spelling| text.contains(spelling));
    Ok(found)
}

fn spellings(part: &str) -> Result<Vec<String>> {
    let url = reqwest::Url::parse_with_params("http://localhost", [("q", part)])?;
    let encoded = url.query().and_then(|query| query.strip_prefix("q="));
    let mut spellings = vec![
        part.to_owned(),
        encoded.context("no query")?.to_owned(),
        part.bytes().map(|byte| format!("{byte:02x}")).collect(),
    ];
    for alphabet in [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD] {
        for before in 0..3 {
            // What depends on its neighbours is left off at both ends.
            let padded = [&[0; 2][..before], part.as_bytes()].concat();
            let (first, last) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
            spellings.push(alphabet.encode(&padded)[first..last].to_owned());
        }
    }
    Ok(spellings)
}

/// Everything that an image tells whoever gets it, part by part: its history, what it is set to, and each file of its archive,
/// which are its layers among others.
pub(crate) fn told_by(image: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let history = docker(&["history", "--no-trunc", "--format", "{{ json . }}", image])?;
    let settings = docker(&["image", "inspect", image])?;
    let mut told = vec![
        ("history".to_owned(), history),
        ("settings".to_owned(), settings),
    ];
    let saved = docker(&["save", image])?;
    for entry in tar::Archive::new(&saved[..]).entries()? {
        let mut entry = entry?;
        let name = entry.path()?.display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        // Some engines save layers packed.
        if bytes.starts_with(&[0x1f, 0x8b]) {
            let mut unpacked = Vec::new();
            GzDecoder::new(&bytes[..]).read_to_end(&mut unpacked)?;
            bytes = unpacked;
        }
        told.push((name, bytes));
    }
    Ok(told)
}

/// The environment of a container as the engine keeps it.
pub(crate) fn environment_of(container: &str) -> Result<String> {
    let environment = docker(&["inspect", "--format", "{{ json .Config.Env }}", container])?;
    Ok(String::from_utf8(environment)?)
}

/// The parts that tell of it in an image that the engine makes of a container, environment and all.
pub(crate) fn parts_that_tell_of(container: &str) -> Result<Vec<String>> {
    let made = String::from_utf8(docker(&["commit", container])?)?;
    let told = told_by(made.trim());
    docker(&["rmi", made.trim()])?;
    let mut found = Vec::new();
    for (part, bytes) in told? {
        if !traces(&bytes)?.is_empty() {
            found.push(part);
        }
    }
    Ok(found)
}

fn docker(arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("docker").args(arguments).output();
    let output = output.context("start docker")?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "docker {arguments:?}: {complaint}");
    Ok(output.stdout)
}

#[test]
fn its_traces_are_found() -> Result<()> {
    let url = reqwest::Url::parse_with_params("http://localhost", [("key", CANARY)])?;
    for text in [
        format!("KEY={CANARY}"),
        format!("KEY={}…", &CANARY[..CANARY.len() / 2]),
        format!("…{}", &CANARY[CANARY.len() / 2..]),
        url.to_string(),
        BASE64_STANDARD_NO_PAD.encode(format!("user:{CANARY}")),
        BASE64_URL_SAFE_NO_PAD.encode(format!("it is {CANARY}!")),
    ] {
        ensure!(!traces(text.as_bytes())?.is_empty(), "{text}");
    }
    ensure!(traces(b"KEY=${secrets.shop}")?.is_empty());
    Ok(())
}
