//! Who somebody is at other services, and these services, as the API shows and takes them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::password::Password;
use crate::oauth::provider::{Provider, ProviderKind};
use crate::schemas::time::Time;

/// A service that one can log in by.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginProvider {
    pub(crate) id: String,
    /// What stands on its button.
    pub(crate) label: String,
    pub(crate) kind: ProviderKind,
    /// Where a browser begins to log in by it; `?next=` says where to go on.
    pub(crate) url: String,
}

impl LoginProvider {
    pub(crate) fn of(provider: &Provider, server: &str) -> Self {
        Self {
            id: provider.id.clone(),
            label: provider.label.clone(),
            kind: provider.kind,
            url: format!("{server}/api/auth/oauth/{}", provider.id),
        }
    }
}

/// Who somebody is at another service.
#[derive(Serialize, ToSchema)]
pub(crate) struct Identity {
    pub(crate) id: Uuid,
    /// The service, by the name it had when it was linked.
    pub(crate) provider: String,
    /// The address of the service.
    pub(crate) issuer: String,
    /// The service's own name for them.
    pub(crate) subject: String,
    /// The address that the service knew last.
    #[schema(required = true)]
    pub(crate) email: Option<String>,
    pub(crate) created_at: Time,
    /// When it was used last to log in.
    #[schema(required = true)]
    pub(crate) used_at: Option<Time>,
}

impl From<store::Identity> for Identity {
    fn from(identity: store::Identity) -> Self {
        Self {
            id: identity.id,
            provider: identity.provider,
            issuer: identity.issuer,
            subject: identity.subject,
            email: identity.email,
            created_at: identity.created_at.into(),
            used_at: identity.used_at.map(Time::from),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkIdentityBody)]
pub(crate) struct LinkBody {
    /// The service, by its id.
    #[schema(max_length = 40)]
    pub(crate) provider: String,
    /// The current password; left out by who has none.
    #[schema(value_type = Option<String>, format = Password, max_length = 1000, nullable = false)]
    pub(crate) password: Option<Password>,
}

/// A link that is on its way.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkBegun {
    /// At the service: the browser that asked goes on there.
    pub(crate) url: String,
}
