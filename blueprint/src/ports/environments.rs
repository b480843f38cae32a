//! The environment that an application is given when it is put live.

use async_trait::async_trait;
use uuid::Uuid;

use super::BoxedError;

/// A variable as a program is given it. It can't be shown, since it may hold a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct EnvironmentVariable {
    pub name: String,
    pub value: String,
    /// Whether it has to be kept out of whatever is recorded.
    pub confidential: bool,
}

/// Hands over what an application's environment holds now. The store implements it; the deploying node asks it.
#[async_trait]
pub trait EnvironmentSource: Send + Sync {
    /// The variables of this owner's application, with what its secrets hold; none when there is no such application.
    async fn environment(
        &self,
        owner: Uuid,
        application: &str,
    ) -> Result<Vec<EnvironmentVariable>, EnvironmentError>;
}

/// Why there is no environment to be given.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// Somebody has to mend the environment or the secret.
    #[error("`{variable}` is to hold the secret `{secret}`, which there is not")]
    NoSecret { variable: String, secret: String },
    #[error(transparent)]
    Failed(#[from] BoxedError),
}
