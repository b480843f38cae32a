//! Files in an archive: a list of what they are called and what they hold, by its hash.
//!
//! An archive is text, and so the bytes stand beside it: an import says which of them are not here, and whoever has them sends
//! them by the routes of files, each as a stream. That is why a plan says of a file what these routes would.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use store::given_file_name;

use super::kinds::Kind;
use super::plan::Wanted;
use super::read::{ByName, Known};
use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::too_large;

/// What the list is called; where it goes on, `index-2` and so on.
const LIST: &str = "index";

/// So many files are in each part of a list: with the longest names it stays well within what is read of one document.
const PER_LIST: usize = 5_000;

/// Of a file, in their order.
pub(super) const FIELDS: [&str; 4] = ["name", "media_type", "size", "sha256"];

/// Digits of a hash.
const DIGITS: usize = 64;

/// The list of these files in its parts, by their paths; none of none.
pub(super) fn lists(files: ByName) -> Vec<(String, Value)> {
    let documents: Vec<Value> = files.into_values().map(|known| known.document).collect();
    let parts = documents.chunks(PER_LIST).zip(1..);
    let list = |(documents, number): (&[Value], u32)| {
        let name = match number {
            1 => LIST.to_owned(),
            _ => format!("{LIST}-{number}"),
        };
        let path = format!("{}/{name}.yaml", Kind::File.folder());
        (path, json!({ "files": documents }))
    };
    parts.map(list).collect()
}

/// What a list wants, by the names of files, or what is wrong with it, and where.
pub(super) fn wanted(
    name: &str,
    mut list: Value,
) -> Result<BTreeMap<String, Wanted>, (String, String)> {
    let fault = |pointer: &str, message: String| Err((pointer.to_owned(), message));
    let goes_on = |number: &str| number.parse::<u32>().is_ok();
    let rest = name.strip_prefix(LIST).unwrap_or("-");
    if !rest.is_empty() && !rest.strip_prefix('-').is_some_and(goes_on) {
        let folder = Kind::File.folder();
        return fault("", format!("the list of files is {folder}/{LIST}.yaml"));
    }
    let fields = list.as_object().into_iter().flatten();
    let other = fields
        .map(|(field, _)| field)
        .find(|field| *field != "files");
    if let Some(field) = other {
        return fault(
            "",
            format!("there is no field `{field}` here: there is `files`"),
        );
    }
    let Some(Value::Array(files)) = list.get_mut("files").map(Value::take) else {
        let fields = FIELDS.join(", ");
        return fault("/files", format!("`files` is a list, each of {fields}"));
    };
    let mut wanted = BTreeMap::new();
    for (index, file) in files.into_iter().enumerate() {
        let at = format!("/files/{index}");
        let name = match called(&file) {
            Ok(name) => name,
            Err((field, message)) => return fault(&format!("{at}{field}"), message),
        };
        let file = Wanted {
            document: file,
            layout: None,
            draft: None,
        };
        if wanted.insert(name, file).is_some() {
            return fault(&format!("{at}/name"), "this name stands twice".to_owned());
        }
    }
    Ok(wanted)
}

/// Where a file differs from what it is to be. What it is is found in its bytes, wherever they are.
pub(super) fn changes(wanted: &Wanted, known: &Known) -> Vec<String> {
    match wanted.document["sha256"] == known.document["sha256"] {
        true => Vec::new(),
        false => vec!["/sha256".to_owned()],
    }
}

/// Whether a file could be sent.
pub(super) fn check(app: &Scoped, file: &Value) -> ApiResult<()> {
    let most = app.config.file_limits.largest;
    match file["size"].as_u64() {
        Some(size) if size > most => Err(too_large(most)),
        _ => Ok(()),
    }
}

/// What a file of a list is called, as it is kept here.
fn called(file: &Value) -> Result<String, (&'static str, String)> {
    let fields = file.as_object().into_iter().flatten();
    let unknown = fields
        .map(|(field, _)| field)
        .find(|field| !FIELDS.contains(&field.as_str()));
    if let Some(field) = unknown {
        let fields = FIELDS.join(", ");
        let message = format!("there is no field `{field}` in a file: there are {fields}");
        return Err(("", message));
    }
    let hash = file["sha256"].as_str().unwrap_or_default();
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hash.len() != DIGITS || !hash.bytes().all(is_digit) {
        let message = format!("it has {DIGITS} digits in hexadecimal, a to f in lower case");
        return Err(("/sha256", message));
    }
    if !file["size"].is_u64() {
        return Err(("/size", "it is a number of bytes".to_owned()));
    }
    let name = given_file_name(file["name"].as_str().unwrap_or_default());
    name.map_err(|error| ("/name", error.to_string()))
}
