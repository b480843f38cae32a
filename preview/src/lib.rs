//! Serves an application straight from its models: what a generated application declares in its code, the runtime is
//! told here out of a document.

mod statics;

use std::process::ExitCode;

use blueprint::{Application, Declaration, GenerateError, Invalid, declare};

pub use statics::keep;

/// Why a text is nothing that can be served.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error(transparent)]
    Document(#[from] Invalid),
    #[error(transparent)]
    Models(#[from] GenerateError),
}

/// Reads what is to be served: a declaration with its migrations, as previews are kept, or an application document.
pub fn read(text: &str) -> Result<Declaration, Unusable> {
    if let Ok(declaration) = serde_json::from_str(text) {
        return Ok(declaration);
    }
    Ok(declare(&Application::parse(text)?, None)?)
}

/// Serves until SIGTERM or SIGINT, as the generated application would: told by `BIND`, `PORT`, `DATA_DIR` and the rest of
/// its environment.
pub fn serve(declaration: Declaration) -> ExitCode {
    lathe_runtime::main(keep(declaration))
}
