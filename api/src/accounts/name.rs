//! Names of people and workspaces, as they stand in lists and letters.

use crate::error::{ApiError, ApiResult};

const LONGEST: usize = 100;

/// The name without blanks around it, if it is one: it stands on a line of its own.
pub(crate) fn checked<'n>(name: &'n str, path: &str) -> ApiResult<&'n str> {
    objection(name).map_or(Ok(name.trim()), |message| {
        Err(ApiError::invalid(path, message))
    })
}

/// Why this is no name, if it is none.
pub(crate) fn objection(name: &str) -> Option<&'static str> {
    match name.trim() {
        "" => Some("a name has at least one letter"),
        name if name.chars().count() > LONGEST => Some("a name has at most 100 letters"),
        name if name.chars().any(char::is_control) => {
            Some("a name has no line breaks and the like")
        }
        _ => None,
    }
}
