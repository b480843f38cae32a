//! Text that must not be seen: tokens, and addresses with passwords in them.

use std::fmt;

use reqwest::Url;

/// An address that may hold a password. Printing it shows where it leads, and nothing else of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretUrl(String);

impl SecretUrl {
    /// Takes an address with one of these schemes; the complaint does not repeat it.
    pub(crate) fn parse(text: &str, schemes: &[&str]) -> Result<Self, String> {
        let example = schemes.first().unwrap_or(&"");
        let url = Url::parse(text).map_err(|error| {
            format!("is not an address that begins with {example}:// ({error})")
        })?;
        if !schemes.contains(&url.scheme()) {
            return Err(format!(
                "has to begin with {example}://, and begins with {}://",
                url.scheme()
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The whole address, for whoever connects to it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(url) = Url::parse(&self.0) else {
            return f.write_str("…");
        };
        // A socket's folder may stand in place of the host; the rest of a query may be secret.
        write!(
            f,
            "{}://{}",
            url.scheme(),
            url.host_str().unwrap_or("localhost")
        )?;
        if let Some(port) = url.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(url.path())
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretText(String);

impl SecretText {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let url = SecretUrl::parse(
            "postgres://me:hunter2@db:5433/lathe?sslpassword=hunter2",
            &["postgres"],
        )
        .unwrap();
        assert_eq!(
            format!("{url} {url:?}"),
            "postgres://db:5433/lathe postgres://db:5433/lathe"
        );
        let complaint = SecretUrl::parse("mysql://me:hunter2@db/x", &["postgres"]).unwrap_err();
        assert!(!complaint.contains("hunter2"));
        let complaint = SecretUrl::parse("me:hunter2@db/x", &["postgres"]).unwrap_err();
        assert!(!complaint.contains("hunter2"));
    }
}
