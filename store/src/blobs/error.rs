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

/// Logged here, since steps are not told what a server answered: it may name keys and paths.
pub(super) fn logged(doing: &'static str) -> impl Fn(Error) -> PortError {
    move |source| {
        tracing::warn!(error = %source, doing, "The blob store failed");
        port_error(doing)(source)
    }
}

/// Whether the store may do the same later: it was out of reach or busy, a disk was full, keys were being changed, a
/// clock was wrong, or somebody else was at the same object.
fn is_transient(error: &Error) -> bool {
    matches!(
        error,
        Error::Generic { .. }
            | Error::JoinError { .. }
            | Error::Unauthenticated { .. }
            | Error::PermissionDenied { .. }
            | Error::AlreadyExists { .. }
            | Error::Precondition { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_refused_today_may_be_good_tomorrow() {
        let path = || "runs/1/2".to_owned();
        let source = || Box::from("the server's answer");
        let transient = [
            Error::Generic {
                store: "S3",
                source: source(),
            },
            Error::Unauthenticated {
                path: path(),
                source: source(),
            },
            Error::PermissionDenied {
                path: path(),
                source: source(),
            },
            Error::AlreadyExists {
                path: path(),
                source: source(),
            },
            Error::Precondition {
                path: path(),
                source: source(),
            },
        ];
        for error in transient {
            assert!(port_error("read")(error).transient);
        }
        let lasting = [
            Error::NotFound {
                path: path(),
                source: source(),
            },
            Error::NotSupported { source: source() },
            Error::UnknownConfigurationKey {
                store: "S3",
                key: path(),
            },
        ];
        for error in lasting {
            assert!(!port_error("read")(error).transient);
        }
    }
}
