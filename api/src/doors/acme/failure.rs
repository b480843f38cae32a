//! Why no certificate could be had, in words that say what to look at.

use std::fmt::Display;

use instant_acme::{Error, Problem};

#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// A name was looked at, and did not lead here.
    #[error("{name} could not be proved to lead here by {by}: {why}. {}", mend(by))]
    Unproved {
        name: String,
        by: &'static str,
        why: String,
    },
    #[error(
        "the authority offers no way to prove {name} that this server knows: it offers {offered}. {}",
        mend("http-01")
    )]
    NoWay { name: String, offered: String },
    #[error("the authority refuses: {0}")]
    Refused(String),
    /// The account is not known any more.
    #[error("the authority does not know this account any more; another one is made")]
    Forgotten,
    #[error(
        "the authority can't be asked: {0}. See that server.acme_directory is right and that this machine may reach it; the roots of a private authority go into server.acme_ca"
    )]
    Silent(String),
    #[error("{0}")]
    Within(String),
}

impl Failure {
    /// Something of this machine failed.
    pub(super) fn within(problem: impl Display) -> Self {
        Self::Within(problem.to_string())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Api(problem) => match problem.r#type.as_deref() {
                Some("urn:ietf:params:acme:error:accountDoesNotExist") => Self::Forgotten,
                _ => Self::Refused(said(&problem)),
            },
            // Causes say more than what they cause: "error sending request" is not much.
            Error::Other(error) => {
                let mut all = error.to_string();
                let mut cause = error.source();
                while let Some(inner) = cause {
                    all = format!("{all}: {inner}");
                    cause = inner.source();
                }
                Self::Silent(all)
            }
            Error::Json(error) => {
                Self::Silent(format!("its answer is not of this protocol: {error}"))
            }
            Error::Timeout(_) => Self::Refused("it has not come to an end in time".to_owned()),
            error => Self::Within(error.to_string()),
        }
    }
}

impl From<rcgen::Error> for Failure {
    fn from(error: rcgen::Error) -> Self {
        Self::within(error)
    }
}

/// What an authority says is written by others, and kept to one line of a bounded length.
pub(super) fn said(problem: &Problem) -> String {
    let parts = [problem.detail.as_deref(), problem.r#type.as_deref()];
    let subs = problem.subproblems.iter();
    let subs = subs.filter_map(|sub| sub.detail.clone());
    let mut all: Vec<String> = parts.into_iter().flatten().map(str::to_owned).collect();
    all.extend(subs);
    let text = all.join("; ");
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(600).collect()
}

fn mend(by: &str) -> &'static str {
    match by {
        "http-01" => {
            "See that the name leads to this server from everywhere, and its port 80 to the address of server.redirect_from"
        }
        _ => {
            "See that the name leads to this server from everywhere, and its port 443 to the address of server.bind and server.port, with no proxy between that speaks TLS itself"
        }
    }
}
