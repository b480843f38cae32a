//! The environment that is kept with an application, for the step that puts it live: what is secret in it is kept out of all
//! that the step says, as the runner does it with the secrets that a workflow names.

use std::sync::Arc;

use blueprint::ports::{EnvironmentError, EnvironmentSource};
use engine::node::{Context, Failure, LogSink, LogStream, ProgressSink};
use engine::secret::{SHORTEST, Spellings};

use crate::deployments::Environment;
use crate::options::Options;

/// What stands in the place of a secret.
const INSTEAD: &str = "***";

/// Where environments are kept.
#[derive(Clone)]
pub(crate) struct Environments(Option<Arc<dyn EnvironmentSource>>);

/// What an application is given, and which texts of it are to be hidden.
#[derive(Default)]
pub(crate) struct Given {
    variables: Environment,
    hidden: Arc<Vec<String>>,
}

impl Environments {
    pub(crate) fn of(options: &Options) -> Self {
        Self(options.environments.clone())
    }

    pub(crate) async fn given(
        &self,
        context: &Context,
        application: &str,
    ) -> Result<Given, Failure> {
        let Some(source) = &self.0 else {
            return Ok(Given::default());
        };
        let kept = source.environment(context.owner, application).await;
        let kept = kept.map_err(|error| match error {
            EnvironmentError::NoSecret { .. } => Failure::permanent(
                "secret_missing",
                format!(
                    "the environment of `{application}`: {error}. Add the secret, or change the environment on the application's page"
                ),
            ),
            EnvironmentError::Failed(error) => Failure::transient(
                "internal",
                format!("the environment of `{application}` can't be read: {error}"),
            ),
        })?;
        let mut hidden = Vec::new();
        let mut variables = Environment::new();
        for variable in kept {
            if variable.confidential && variable.value.len() >= SHORTEST {
                hidden.extend(spellings(&variable.value));
            }
            variables.insert(variable.name, variable.value);
        }
        Ok(Given::hiding(variables, hidden))
    }
}

/// A text as it is, as JSON, debug output, addresses and the usual encodings have it, and each of its lines.
fn spellings(text: &str) -> Vec<String> {
    let mut all = vec![text.to_owned()];
    all.extend(text.lines().map(str::to_owned));
    let quoted = serde_json::to_string(text).unwrap_or_default();
    all.push(quoted.trim_matches('"').to_owned());
    all.push(format!("{text:?}").trim_matches('"').to_owned());
    let mut encoded = Spellings::default();
    encoded.add(text);
    all.extend(
        encoded
            .anywhere
            .iter()
            .map(|spelling| spelling.as_str().to_owned()),
    );
    all.push(in_address(text));
    all.retain(|spelling| spelling.len() >= SHORTEST);
    all.sort();
    all.dedup();
    all
}

fn in_address(text: &str) -> String {
    let letters = text.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    letters.collect()
}

impl Given {
    fn hiding(variables: Environment, mut hidden: Vec<String>) -> Self {
        // The longest first, so that none is left in part where another is within it.
        hidden.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self {
            variables,
            hidden: Arc::new(hidden),
        }
    }

    /// What a release was given, all of which is hidden: what of it is secret is not kept with it.
    pub(crate) fn of_release(environment: &Environment) -> Self {
        let long = environment.values().filter(|value| value.len() >= SHORTEST);
        let hidden = long.flat_map(|value| spellings(value)).collect();
        Self::hiding(environment.clone(), hidden)
    }

    /// What is kept, with these in place of what has the same name.
    pub(crate) fn with(&self, own: Environment) -> Environment {
        let mut variables = self.variables.clone();
        variables.extend(own);
        variables
    }

    /// The step's surroundings, to which nothing secret is told.
    pub(crate) fn hide_in(&self, mut context: Context) -> Context {
        if self.hidden.is_empty() {
            return context;
        }
        context.log = Arc::new(Hiding {
            hidden: self.hidden.clone(),
            to: context.log,
        });
        context.progress = Arc::new(Hiding {
            hidden: self.hidden.clone(),
            to: context.progress,
        });
        context
    }

    /// The same for why it failed: the last words of a program may hold anything.
    pub(crate) fn hide_of(&self, mut failure: Failure) -> Failure {
        failure.error.message = self.hide(&failure.error.message);
        failure
    }

    pub(crate) fn hide(&self, text: &str) -> String {
        hide(text, &self.hidden)
    }
}

struct Hiding<S: ?Sized> {
    hidden: Arc<Vec<String>>,
    to: Arc<S>,
}

impl LogSink for Hiding<dyn LogSink> {
    fn line(&self, stream: LogStream, text: &str) {
        self.to.line(stream, &hide(text, &self.hidden));
    }
}

impl ProgressSink for Hiding<dyn ProgressSink> {
    fn report(&self, fraction: Option<f64>, message: &str) {
        self.to.report(fraction, &hide(message, &self.hidden));
    }
}

fn hide(text: &str, hidden: &[String]) -> String {
    hidden.iter().fold(text.to_owned(), |text, secret| {
        text.replace(secret.as_str(), INSTEAD)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_hidden_in_the_usual_encodings_as_well() {
        let variable = ("TOKEN".to_owned(), "c4n/ry: one".to_owned());
        let given = Given::of_release(&Environment::from([variable]));
        for said in [
            "is c4n/ry: one.",
            "is YzRuL3J5OiBvbmU=.",
            "is 63346e2f72793a206f6e65.",
            "is c4n%2Fry%3A%20one.",
        ] {
            assert_eq!(given.hide(said), "is ***.", "{said}");
        }
        assert_eq!(given.hide("is another one."), "is another one.");
    }
}
