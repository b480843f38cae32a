//! What is wrong with a body, gathered over several checks, so that a client is told of all of it at once.

use super::{ApiError, ApiResult, Code, ErrorDetail};

#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<ErrorDetail>);

impl From<Vec<ErrorDetail>> for Faults {
    fn from(details: Vec<ErrorDetail>) -> Self {
        Self(details)
    }
}

impl Faults {
    /// What a check gives, or none where it found a fault. Any other error ends the request as it is.
    pub(crate) fn note<T>(&mut self, checked: ApiResult<T>) -> ApiResult<Option<T>> {
        match checked {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.code == Code::ValidationFailed && !error.details.is_empty() => {
                self.0.extend(error.details);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Those of a document among others, with its name before their places. What else is refused of it is for when its faults are
    /// mended.
    pub(crate) fn note_of(&mut self, document: &str, checked: ApiResult<()>) -> ApiResult<()> {
        let error = match checked {
            Err(error) if error.code.status().is_client_error() => error,
            checked => return checked,
        };
        self.0.extend(error.details.into_iter().map(|detail| {
            let path = match detail.path.as_deref().unwrap_or_default() {
                "" => document.to_owned(),
                pointer => format!("{document}#{pointer}"),
            };
            ErrorDetail {
                path: Some(path),
                ..detail
            }
        }));
        Ok(())
    }

    /// A fault at a place, as a JSON pointer.
    pub(crate) fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(ErrorDetail {
            path: Some(path.into()),
            message: message.into(),
            ..ErrorDetail::default()
        });
    }

    /// An error, once anything was noted. `what` says what stands in the way of.
    pub(crate) fn end(self, what: &str) -> ApiResult<()> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(ApiError::listed(what, self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_gathered_and_nothing_else_is() {
        let mut faults = Faults::default();
        assert_eq!(faults.note(Ok(7)).ok(), Some(Some(7)));
        let wrong = || Err::<(), _>(ApiError::invalid("/name", "a name has letters"));
        assert_eq!(faults.note(wrong()).ok(), Some(None));
        assert_eq!(faults.note(wrong()).ok(), Some(None));
        assert!(
            faults
                .note(Err::<(), _>(ApiError::conflict("taken")))
                .is_err()
        );
        let told = faults
            .end("it can't be made")
            .map_err(|error| error.details.len());
        assert_eq!(told, Err(2));
        assert!(Faults::default().end("it can't be made").is_ok());
    }
}
