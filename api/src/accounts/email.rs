//! Addresses of people: one spelling each.

use crate::error::{ApiError, ApiResult};

const LONGEST: usize = 254;

/// The address in lower case, if it can be one. Whether it is one, only a letter to it can tell.
pub(crate) fn normal(text: &str) -> Option<String> {
    let text = text.trim();
    let (name, host) = text.rsplit_once('@')?;
    let plain = |c: char| c.is_ascii_graphic() && !"<>()[],;:\\\"@".contains(c);
    let label = |label: &str| {
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty() && label.chars().all(inside)
    };
    let fits = text.len() <= LONGEST
        && (1..=64).contains(&name.len())
        && name.chars().all(plain)
        && host.split('.').all(label);
    fits.then(|| text.to_ascii_lowercase())
}

pub(crate) fn checked(text: &str, path: &str) -> ApiResult<String> {
    let message = "this is no e-mail address: it looks like name@example.org";
    normal(text).ok_or_else(|| ApiError::invalid(path, message))
}

/// What the name of a new workspace in addresses begins with.
pub(crate) fn slug(email: &str) -> String {
    let name = email.split(['@', '+']).next().unwrap_or_default();
    let kept = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let slug: String = name.chars().map(kept).take(30).collect();
    match slug.trim_matches('-') {
        "" => "workspace".to_owned(),
        slug => slug.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_each() {
        assert_eq!(
            normal(" Ada@Example.ORG ").as_deref(),
            Some("ada@example.org")
        );
        assert_eq!(normal("a+b@localhost").as_deref(), Some("a+b@localhost"));
        for wrong in [
            "ada",
            "@example.org",
            "ada@",
            "ada@exa mple.org",
            "a@b@example.org",
            "ada@example..org",
            "<ada@example.org>",
            "ada@example.org\r\nBcc: x@example.org",
            "аdа@example.org",
        ] {
            assert_eq!(normal(wrong), None, "{wrong}");
        }
        assert_eq!(slug("a.b+c@example.org"), "a-b");
        assert_eq!(slug("...@example.org"), "workspace");
    }
}
