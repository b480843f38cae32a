//! The application that a step is about: one that is kept under a name, or the document itself.

use std::error::Error;
use std::sync::Arc;

use blueprint::ports::ApplicationSource;
use blueprint::{Application, GenerateError, Invalid, Problem};
use engine::node::Failure;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::options::Options;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum NameOrDocument {
    Name(String),
    Document(Map<String, Value>),
}

/// Where applications are found by name.
#[derive(Clone)]
pub(crate) struct Applications(Option<Arc<dyn ApplicationSource>>);

impl Applications {
    pub(crate) fn of(options: &Options) -> Self {
        Self(options.applications.clone())
    }

    pub(crate) async fn load(
        &self,
        owner: Uuid,
        application: NameOrDocument,
    ) -> Result<Application, Failure> {
        let name = match application {
            NameOrDocument::Document(document) => {
                let document = Value::Object(document);
                return Application::from_value(document)
                    .map_err(|invalid| faults(&invalid.problems));
            }
            NameOrDocument::Name(name) => name,
        };
        let Some(applications) = &self.0 else {
            let message = "this installation keeps no applications: give the application's document instead of a name";
            return Err(Failure::permanent("application_not_found", message));
        };
        let loaded = applications.load(owner, &name).await;
        let loaded = loaded.map_err(|problem| unreadable(&name, &*problem))?;
        loaded.ok_or_else(|| {
            let message =
                format!("there is no application called `{name}`: create it, or check the name");
            Failure::permanent("application_not_found", message)
        })
    }
}

pub(crate) fn refused(error: GenerateError) -> Failure {
    match error {
        GenerateError::Refused(problems) => faults(&problems),
        unsound @ GenerateError::Unsound { .. } => {
            Failure::permanent("internal", unsound.to_string())
        }
    }
}

/// A place that keeps applications may be away for a while; an application that is not one stays so.
fn unreadable(name: &str, problem: &(dyn Error + 'static)) -> Failure {
    match invalid_among(problem) {
        // Whoever put the fault into words knows the file that it is in.
        Some(invalid) => {
            let mut failure = faults(&invalid.problems);
            failure.error.message = problem.to_string();
            failure
        }
        None => Failure::transient(
            "applications_unavailable",
            format!("the application `{name}` could not be read: {problem}"),
        ),
    }
}

/// The fault of an application among the causes of an error.
fn invalid_among<'a>(problem: &'a (dyn Error + 'static)) -> Option<&'a Invalid> {
    let in_cause = || invalid_among(problem.source()?);
    problem.downcast_ref().or_else(in_cause)
}

pub(crate) fn faults(problems: &[Problem]) -> Failure {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    Failure::permanent("application_invalid", lines.join("\n")).with_details(json!(lines))
}
