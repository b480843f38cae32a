//! What the blob store answers when it does not do what was asked.

use engine::ports::PortError;
use object_store::Error;

use crate::error::StoreError;

impl StoreError {
    pub(crate) fn blobs(doing: &'static str) -> impl Fn(Error) -> Self {
        move |source| Self::Blobs {
            doing,
            transient: is_transient(&source),
            source: Box::new(source),
        }
    }
}

pub(super) fn port_error(doing: &'static str) -> impl Fn(Error) -> PortError {
    move |source| StoreError::blobs(doing)(source).into()
}

/// Whether the store was out of reach or busy, rather than refusing. A full disk is, too.
fn is_transient(error: &Error) -> bool {
    matches!(error, Error::Generic { .. } | Error::JoinError { .. })
}
