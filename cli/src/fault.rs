//! What the user is told when something went wrong: a sentence, how to mend it, and the exit code.

use std::fmt;

/// The exit code for a command line, configuration, document or input that cannot be used.
pub(crate) const UNUSABLE: u8 = 2;

/// An error that is ready to be shown.
#[derive(Debug)]
pub(crate) struct Fault {
    sentence: String,
    mend: Option<String>,
    code: u8,
    cause: Option<anyhow::Error>,
}

impl Fault {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            mend: None,
            code: 1,
            cause: None,
        }
    }

    /// Something that the user gave cannot be used.
    pub(crate) fn unusable(sentence: impl Into<String>) -> Self {
        Self {
            code: UNUSABLE,
            ..Self::new(sentence)
        }
    }

    /// Says what to do about it.
    #[must_use]
    pub(crate) fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// Keeps the cause, which is shown with `--verbose`.
    #[must_use]
    pub(crate) fn because(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(AsRef::as_ref)
    }
}

/// The text for stderr, and the exit code.
pub(crate) fn describe(error: &anyhow::Error, verbose: bool) -> (String, u8) {
    let fault = error.downcast_ref::<Fault>();
    let mut text = format!("lathe: {error}");
    match fault {
        Some(Fault {
            mend: Some(mend), ..
        }) => {
            text.push_str("\n\n  ");
            text.push_str(&mend.replace('\n', "\n  "));
            text.push('\n');
        }
        Some(_) => {}
        // Nobody wrote a sentence for it, so its root says most.
        None if error.chain().len() > 1 => text.push_str(&format!(": {}", error.root_cause())),
        None => {}
    }
    if verbose {
        for cause in error.chain().skip(1) {
            text.push_str(&format!("\n  because: {cause}"));
        }
    } else if fault.is_some_and(|fault| fault.cause.is_some()) {
        text.push_str("\n  (--verbose shows the cause)");
    }
    (text, fault.map_or(1, |fault| fault.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_shows_its_cause_only_when_asked() {
        let cause = anyhow::anyhow!("connection refused").context("connect to Postgres");
        let error = anyhow::Error::from(
            Fault::new("the database does not answer")
                .mend("Start it.")
                .because(cause),
        );
        let (brief, code) = describe(&error, false);
        assert_eq!(code, 1);
        assert!(
            brief.contains("Start it.") && !brief.contains("refused"),
            "{brief}"
        );
        let (full, _) = describe(&error, true);
        assert!(
            full.contains("because: connect to Postgres\n  because: connection refused"),
            "{full}"
        );
    }

    #[test]
    fn an_error_that_nobody_put_into_words_shows_its_root() {
        let error = anyhow::anyhow!("no such file").context("read the lock");
        assert_eq!(
            describe(&error, false),
            ("lathe: read the lock: no such file".to_owned(), 1)
        );
    }
}
