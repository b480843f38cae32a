//! Secrets reach a step as it begins, and are taken out of everything that it says.
//!
//! They are looked up anew for each attempt, so that one that was changed counts at once. Every step that acts on the world
//! is heard with the ears of its whole workflow: what one step wrote down, another may read.

mod blobs;
mod coming;
mod files;
mod mask;
mod masks;
mod unescaped;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::node::{
    Await, Context, ErrorValue, Failure, LogSink, LogStream, Outcome, ProgressSink,
};
use engine::plan::Plan;
use engine::ports::secrets::Secret;
use engine::secret::{SecretName, VALUE};
use engine::template::Template;
use serde_json::Value;
use uuid::Uuid;

use crate::collaborators::Collaborators;
use blobs::MaskedBlobs;
use files::MaskedFiles;
use mask::Mask;
pub(crate) use masks::Masks;

/// What one attempt of a step is told of its owner's secrets.
pub(crate) struct Told {
    secrets: BTreeMap<String, Secret>,
    mask: Option<Arc<Mask>>,
}

impl Told {
    /// Looks up what a plan names; nothing is asked for a plan that names none.
    pub(crate) async fn of(
        ports: &Collaborators,
        masks: &Masks,
        plan: &Plan,
        owner: Uuid,
    ) -> Result<Self, Failure> {
        if plan.secrets.is_empty() {
            let secrets = BTreeMap::new();
            return Ok(Self {
                secrets,
                mask: None,
            });
        }
        let names: BTreeSet<&str> = plan.secrets.iter().map(|secret| &*secret.name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let secrets = ports.secrets.reveal(owner, &names).await.map_err(|error| {
            tracing::warn!(%error, "the secrets of a step could not be read");
            let message =
                "the secrets that the workflow names could not be read; the server's log says why";
            Failure {
                retryable: error.transient,
                ..Failure::transient("secrets_unreadable", message)
            }
        })?;
        let confidential = secrets
            .values()
            .flat_map(|secret| secret.fields.values())
            .filter(|field| field.confidential)
            .map(|field| field.text.clone());
        let mask = masks.of(owner, &names, confidential.collect()).await;
        // What can't be hidden must not be told to a step.
        let mask = mask.map_err(|error| {
            tracing::warn!(%error, "the secrets of a step can't be hidden");
            let message = format!(
                "the step did not begin, since the secrets that the workflow names could not be kept out of what it says: \
                 {error}. Let the workflow name fewer or shorter ones"
            );
            Failure::permanent("secrets_unmaskable", message)
        })?;
        Ok(Self { secrets, mask })
    }

    /// The parameters with secrets in their places.
    pub(crate) fn reveal(&self, with: &Template, mut value: Value) -> Result<Value, Failure> {
        for name in with.secrets() {
            self.find(&name)?;
        }
        with.reveal(&mut value, &|name| self.find(name).ok());
        Ok(value)
    }

    /// Which secrets the parameters name, and in which version.
    pub(crate) fn versions(&self, with: &Template) -> BTreeMap<String, String> {
        let names = with.secrets().into_iter();
        names
            .filter_map(|name| {
                let secret = self.secrets.get(&*name.name)?;
                Some((name.name.to_string(), secret.version.clone()))
            })
            .collect()
    }

    fn find(&self, name: &SecretName) -> Result<&str, Failure> {
        let Some(secret) = self.secrets.get(&*name.name) else {
            let message = format!(
                "the workspace has no secret `{}`: add it, and run the step again",
                name.name
            );
            return Err(Failure::permanent("secret_missing", message));
        };
        let wanted = name.field.as_deref().unwrap_or(VALUE);
        match secret.fields.get(wanted) {
            Some(field) => Ok(field.text.expose()),
            None => {
                let known: Vec<String> = secret
                    .fields
                    .keys()
                    .map(|field| format!("`secrets.{}.{field}`", name.name))
                    .collect();
                let message = format!(
                    "the secret `{}` has no field `{wanted}`: there is {}",
                    name.name,
                    known.join(", ")
                );
                Err(Failure::permanent("secret_missing", message))
            }
        }
    }

    /// What the step is given, with ears that know the secrets.
    pub(crate) fn heard(&self, mut context: Context) -> Context {
        if let Some(mask) = &self.mask {
            let ears = Arc::new(Ears {
                mask: Arc::clone(mask),
                log: context.log,
                progress: context.progress,
            });
            (context.log, context.progress) = (Arc::clone(&ears) as _, ears);
            context.blobs = Arc::new(MaskedBlobs::new(context.blobs, Arc::clone(mask)));
            context.files = Arc::new(MaskedFiles::new(context.files, Arc::clone(mask)));
        }
        context
    }

    /// What may be recorded of a step's result.
    pub(crate) fn cleared(&self, result: Result<Outcome, Failure>) -> Result<Outcome, Failure> {
        let Some(mask) = &self.mask else {
            return result;
        };
        match result {
            Ok(Outcome::Done { mut output, port }) => {
                mask.clear(&mut output);
                Ok(Outcome::Done { output, port })
            }
            Ok(Outcome::Wait { until, mut output }) => {
                mask.clear(&mut output);
                Ok(Outcome::Wait { until, output })
            }
            Ok(Outcome::Call {
                workflow,
                version,
                mut inputs,
            }) => {
                mask.clear(&mut inputs);
                Ok(Outcome::Call {
                    workflow,
                    version,
                    inputs,
                })
            }
            Ok(Outcome::Await(request)) => Ok(Outcome::Await(Box::new(Await {
                message: request.message.as_deref().map(|text| mask.cleared(text)),
                ..*request
            }))),
            Ok(Outcome::Open(opening)) => Ok(Outcome::Open(opening)),
            Err(failure) => Err(self.cleared_failure(failure)),
        }
    }

    /// What may be recorded of a failure. All of its texts are named here, so that a new one is thought of.
    pub(crate) fn cleared_failure(&self, failure: Failure) -> Failure {
        let Some(mask) = &self.mask else {
            return failure;
        };
        let Failure {
            error:
                ErrorValue {
                    code,
                    message,
                    mut details,
                },
            retryable,
            retry_after,
        } = failure;
        details.iter_mut().for_each(|details| mask.clear(details));
        Failure {
            error: ErrorValue {
                code: mask.cleared_code(&code),
                message: mask.cleared(&message),
                details,
            },
            retryable,
            retry_after,
        }
    }
}

/// Hears a step, and tells on what is no secret.
struct Ears {
    mask: Arc<Mask>,
    log: Arc<dyn LogSink>,
    progress: Arc<dyn ProgressSink>,
}

impl LogSink for Ears {
    fn line(&self, stream: LogStream, text: &str) {
        self.log.line(stream, &self.mask.cleared(text));
    }
}

impl ProgressSink for Ears {
    fn report(&self, fraction: Option<f64>, message: &str) {
        self.progress.report(fraction, &self.mask.cleared(message));
    }
}
