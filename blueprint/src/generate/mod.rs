//! From an application to the files of a project of its own. Pure and deterministic.

mod cargo;
mod openapi;
mod rust;
mod samples;
mod template;
mod tests;
mod texts;

use serde::{Deserialize, Serialize};

use crate::digest::{digest, digest_text};
use crate::migration::{Migration, Previous, plan};
use crate::validate::{Resolved, resolve};
use crate::{Application, Problem};

/// Where a generated tree keeps the document it was made from; the next generation reads it.
pub const DOCUMENT_FILE: &str = "lathe.application.json";

/// A file of the generated tree; the path is relative and uses forward slashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub path: String,
    pub contents: String,
}

impl File {
    pub(crate) fn new(path: impl Into<String>, contents: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            contents: contents.into(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// The models are at fault, or a change of them needs a decision.
    #[error("the application cannot be generated: {}", .0.iter().map(Problem::to_string).collect::<Vec<_>>().join("; "))]
    Refused(Vec<Problem>),
    /// We wrote something that is not Rust. This is a fault of ours, and nothing is handed out.
    #[error("generated code of {path} does not parse: {message}")]
    Unsound { path: String, message: String },
}

/// The whole tree of the generated project, sorted by path. With `previous`, its migrations are kept and one
/// is added for what has changed; a change that would lose data or needs a decision is refused.
pub fn generate(
    application: &Application,
    previous: Option<&Previous>,
) -> Result<Vec<File>, GenerateError> {
    let resolved = resolve(application).map_err(GenerateError::Refused)?;
    let migrations = plan(&resolved, previous).map_err(GenerateError::Refused)?;
    let described = describe(application, &resolved)?;
    let mut files = vec![
        File::new(DOCUMENT_FILE, described.document),
        File::new("openapi.json", described.openapi),
        File::new("tests/samples.json", described.samples),
    ];
    files.extend(migrations.iter().flat_map(Migration::files));
    files.extend(rust::files(&resolved, &described.version, &migrations)?);
    files.extend(tests::files(&resolved)?);
    files.extend(texts::files(&resolved));
    let runtime = template::runtime();
    let manifests = cargo::files(
        &resolved.name,
        &digest(&files)[..12],
        &digest(&runtime)[..12],
    );
    files.extend(manifests);
    files.extend(runtime);
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

/// What is told of an application in JSON.
pub(crate) struct Described {
    pub version: String,
    pub document: String,
    pub openapi: String,
    pub samples: String,
}

pub(crate) fn describe(
    application: &Application,
    resolved: &Resolved,
) -> Result<Described, GenerateError> {
    let document = document(application)?;
    // The same models are the same version, whatever else the tree holds.
    let version = digest_text(&document)[..12].to_owned();
    Ok(Described {
        openapi: openapi::document(resolved, &version),
        samples: samples::document(resolved),
        version,
        document,
    })
}

fn document(application: &Application) -> Result<String, GenerateError> {
    let text =
        serde_json::to_string_pretty(application).map_err(|error| GenerateError::Unsound {
            path: DOCUMENT_FILE.to_owned(),
            message: error.to_string(),
        })?;
    Ok(format!("{text}\n"))
}

/// The SQL of the models' migrations is data to the Rust side; so is every name.
pub(crate) fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

/// Parses what the tokens say and prints it; what does not parse is never written.
pub(crate) fn format_rust(
    path: &str,
    tokens: proc_macro2::TokenStream,
) -> Result<File, GenerateError> {
    let unsound = |error: syn::Error| GenerateError::Unsound {
        path: path.to_owned(),
        message: error.to_string(),
    };
    let parsed = syn::parse2::<syn::File>(tokens).map_err(unsound)?;
    let text = prettyplease::unparse(&parsed);
    syn::parse_file(&text).map_err(unsound)?;
    Ok(File::new(path, text))
}

/// A module is named after its model, which no reserved word of Rust can be.
pub(crate) fn module(name: &str) -> proc_macro2::Ident {
    proc_macro2::Ident::new(name, proc_macro2::Span::call_site())
}

pub(crate) fn many(resolved: &Resolved) -> impl Iterator<Item = &str> {
    resolved.models.iter().map(|model| model.name.as_str())
}
