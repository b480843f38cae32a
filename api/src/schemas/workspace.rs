//! Workspaces, who belongs to them, and what they may do, as the API shows and takes them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::password::Password;
use crate::schemas::time::Time;

/// What people share: everything but accounts belongs to one.
#[derive(Serialize, ToSchema)]
pub(crate) struct Workspace {
    pub(crate) id: Uuid,
    /// By which it is named in addresses and in the header `Lathe-Workspace`.
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

impl From<store::Workspace> for Workspace {
    fn from(workspace: store::Workspace) -> Self {
        Self {
            id: workspace.id,
            slug: workspace.slug,
            name: workspace.name,
            created_at: workspace.created_at.into(),
            updated_at: workspace.updated_at.into(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Bookshop", "slug": "bookshop"}))]
pub(crate) struct NewWorkspaceBody {
    #[schema(min_length = 1, max_length = 100)]
    pub(crate) name: String,
    /// Lower case letters, digits and hyphens; unique. Made of the name, if it is left out, with letters after it where that is taken.
    #[schema(pattern = "^[a-z0-9][a-z0-9-]{1,47}$", nullable = false)]
    pub(crate) slug: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Bookshop"}))]
pub(crate) struct WorkspaceBody {
    #[schema(min_length = 1, max_length = 100, nullable = false)]
    pub(crate) name: Option<String>,
    #[schema(pattern = "^[a-z0-9][a-z0-9-]{1,47}$", nullable = false)]
    pub(crate) slug: Option<String>,
}

/// Somebody who belongs to a workspace.
#[derive(Serialize, ToSchema)]
pub(crate) struct Member {
    pub(crate) user_id: Uuid,
    pub(crate) email: String,
    pub(crate) name: String,
    /// `viewer`, `operator`, `editor`, `admin`, `owner`, or one of the workspace's own.
    pub(crate) role: String,
    pub(crate) created_at: Time,
}

impl From<store::Member> for Member {
    fn from(member: store::Member) -> Self {
        Self {
            user_id: member.user_id,
            email: member.email,
            name: member.name,
            role: member.role,
            created_at: member.created_at.into(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "editor"}))]
pub(crate) struct MemberBody {
    #[schema(max_length = 48)]
    pub(crate) role: String,
}

/// An invitation that nobody has taken yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invitation {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) invited_by: Option<Uuid>,
    pub(crate) created_at: Time,
    pub(crate) expires_at: Time,
}

impl From<store::Invitation> for Invitation {
    fn from(invitation: store::Invitation) -> Self {
        Self {
            id: invitation.id,
            email: invitation.email,
            role: invitation.role,
            invited_by: invitation.invited_by,
            created_at: invitation.created_at.into(),
            expires_at: invitation.expires_at.into(),
        }
    }
}

/// A new invitation.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invited {
    #[serde(flatten)]
    pub(crate) invitation: Invitation,
    /// Whether a letter is on its way. If not, hand over the link yourself.
    pub(crate) mailed: bool,
    /// Shown this once. Whoever opens it registers, or comes in, with the address that was invited.
    pub(crate) link: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "grace@example.org", "role": "editor"}))]
pub(crate) struct InvitationBody {
    #[schema(max_length = 254)]
    pub(crate) email: String,
    #[schema(max_length = 48)]
    pub(crate) role: String,
}

/// A name for a set of permissions.
#[derive(Serialize, ToSchema)]
pub(crate) struct Role {
    pub(crate) name: String,
    /// Every workspace has it, and nobody can change it.
    pub(crate) built_in: bool,
    pub(crate) permissions: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"permissions": ["workflows:read", "executions:read", "workflows:run"]}))]
pub(crate) struct RoleBody {
    #[schema(max_items = 64)]
    pub(crate) permissions: Vec<String>,
}

/// A token of a program, without the token itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiToken {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    /// Whose rights bound it.
    pub(crate) user_id: Uuid,
    /// What it permits, in so far as its owner may do it.
    pub(crate) scopes: Vec<String>,
    pub(crate) created_at: Time,
    /// To within some minutes.
    #[schema(required = true)]
    pub(crate) used_at: Option<Time>,
    #[schema(required = true)]
    pub(crate) expires_at: Option<Time>,
}

impl From<store::ApiToken> for ApiToken {
    fn from(token: store::ApiToken) -> Self {
        Self {
            id: token.id,
            name: token.name,
            user_id: token.user_id,
            scopes: token.scopes,
            created_at: token.created_at.into(),
            used_at: token.used_at.map(Into::into),
            expires_at: token.expires_at.map(Into::into),
        }
    }
}

/// A new token.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewApiToken {
    #[serde(flatten)]
    pub(crate) about: ApiToken,
    /// Shown this once.
    pub(crate) token: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "ci", "scopes": ["workflows:run", "executions:read"], "expires_in_days": 90}))]
pub(crate) struct ApiTokenBody {
    #[schema(min_length = 1, max_length = 100)]
    pub(crate) name: String,
    /// Permissions, each of which you have yourself.
    #[schema(min_items = 1, max_items = 64)]
    pub(crate) scopes: Vec<String>,
    /// For ever, if it is left out.
    #[schema(minimum = 1, maximum = 3650, nullable = false)]
    pub(crate) expires_in_days: Option<u32>,
}

/// An account, for who operates the installation.
#[derive(Serialize, ToSchema)]
pub(crate) struct User {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    pub(crate) name: String,
    pub(crate) is_admin: bool,
    pub(crate) disabled: bool,
    pub(crate) second_factor: bool,
    pub(crate) created_at: Time,
}

impl From<store::User> for User {
    fn from(user: store::User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            email_verified: user.verified_at.is_some(),
            name: user.name,
            is_admin: user.is_admin,
            disabled: user.disabled_at.is_some(),
            second_factor: user.totp.is_some(),
            created_at: user.created_at.into(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"disabled": true}))]
pub(crate) struct UserBody {
    #[schema(nullable = false)]
    pub(crate) is_admin: Option<bool>,
    /// Somebody who is disabled is out at once: sessions and tokens end.
    #[schema(nullable = false)]
    pub(crate) disabled: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "grace@example.org", "name": "Grace"}))]
pub(crate) struct NewUserBody {
    #[schema(max_length = 254)]
    pub(crate) email: String,
    /// The beginning of the address, if it is left out.
    #[schema(max_length = 100, nullable = false)]
    pub(crate) name: Option<String>,
    /// Without one, they set it by a link.
    #[schema(value_type = Option<String>, format = Password, min_length = 10, max_length = 1000, nullable = false)]
    pub(crate) password: Option<Password>,
    /// Lets them operate the installation.
    #[schema(nullable = false)]
    pub(crate) is_admin: Option<bool>,
}

/// A new account.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewUser {
    #[serde(flatten)]
    pub(crate) user: User,
    /// With which they set a password, for a day; shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) link: Option<String>,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetUserBody {
    /// Removes their second factor as well.
    #[schema(nullable = false)]
    pub(crate) second_factor: Option<bool>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ResetLink {
    /// With which they set another password, for a day.
    pub(crate) link: String,
}
