//! Accounts, sessions and what proves them, as the API shows and takes them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Permissions, Role};
use crate::accounts::password::Password;
use crate::accounts::registration::Registration;
use crate::schemas::identity::LoginProvider;
use crate::schemas::time::Time;

/// What a client needs to go on as somebody.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    /// Goes into the header `Authorization: Bearer …` of every request.
    pub(crate) access_token: String,
    /// Always `Bearer`.
    #[schema(value_type = String)]
    pub(crate) token_type: &'static str,
    /// For how many seconds the access token is good.
    pub(crate) expires_in: u64,
    /// Gets the next pair, once. Browsers have it in a cookie instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) refresh_token: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegisterBody, example = json!({"email": "ada@example.org", "password": "correct horse battery staple", "name": "Ada"}))]
pub(crate) struct RegisterBody {
    #[schema(max_length = 254)]
    pub(crate) email: String,
    /// At least ten characters, and none that is guessed first.
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 1000)]
    pub(crate) password: Password,
    /// What others call you; the beginning of the address, if it is left out.
    #[schema(max_length = 100, nullable = false)]
    pub(crate) name: Option<String>,
    /// The token of an invitation.
    #[schema(max_length = 100, nullable = false)]
    pub(crate) invitation: Option<String>,
    /// What the server printed at its start, for the first account of a server that other machines reach.
    #[schema(max_length = 100, nullable = false)]
    pub(crate) setup_code: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.org", "password": "correct horse battery staple"}))]
pub(crate) struct LoginBody {
    #[schema(max_length = 254)]
    pub(crate) email: String,
    #[schema(value_type = String, format = Password, max_length = 1000)]
    pub(crate) password: Password,
    /// Of the second factor, or one of the recovery codes; asked for with `second_factor_required`.
    #[schema(max_length = 40, nullable = false)]
    pub(crate) code: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecondFactorCodeBody)]
pub(crate) struct CodeBody {
    /// Of the second factor, or one of the recovery codes.
    #[schema(max_length = 40)]
    pub(crate) code: String,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"everywhere": true}))]
pub(crate) struct LogoutBody {
    /// Everywhere, not only here.
    #[schema(nullable = false)]
    pub(crate) everywhere: Option<bool>,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshBody {
    /// Left out by browsers, which have it in a cookie.
    #[schema(max_length = 100, nullable = false)]
    pub(crate) refresh_token: Option<String>,
}

/// How one can come in here.
#[derive(Serialize, ToSchema)]
pub(crate) struct Methods {
    /// Nobody has an account yet: the first one becomes the administrator.
    pub(crate) first: bool,
    pub(crate) registration: Registration,
    /// The first account takes the code that the server printed at its start.
    pub(crate) setup_code_required: bool,
    /// Letters can be sent: for forgotten passwords and invitations.
    pub(crate) mail: bool,
    /// Services that one can log in by.
    pub(crate) providers: Vec<LoginProvider>,
}

/// Somebody's own account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Profile {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    /// Whether a letter to the address has reached them.
    pub(crate) email_verified: bool,
    pub(crate) name: String,
    /// Operates the installation.
    pub(crate) is_admin: bool,
    /// A code is asked for besides the password.
    pub(crate) second_factor: bool,
    /// Who has none comes by way of other services only.
    pub(crate) has_password: bool,
    /// The workspace that is meant where none is named.
    pub(crate) home: Uuid,
    pub(crate) workspaces: Vec<Membership>,
    /// What they may do in the workspace of this request.
    pub(crate) permissions: Vec<String>,
    pub(crate) created_at: Time,
}

/// A workspace that somebody belongs to.
#[derive(Serialize, ToSchema)]
pub(crate) struct Membership {
    pub(crate) id: Uuid,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) role: String,
    /// Of one that was deleted, and can be brought back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) deleted_at: Option<Time>,
}

impl From<store::DeletedWorkspace> for Membership {
    fn from(deleted: store::DeletedWorkspace) -> Self {
        Self {
            id: deleted.id,
            slug: deleted.slug,
            name: deleted.name,
            role: Role::Owner.as_str().to_owned(),
            deleted_at: Some(deleted.deleted_at.into()),
        }
    }
}

impl From<store::Membership> for Membership {
    fn from(membership: store::Membership) -> Self {
        Self {
            id: membership.workspace_id,
            slug: membership.slug,
            name: membership.name,
            role: membership.role,
            deleted_at: None,
        }
    }
}

impl Profile {
    pub(crate) fn of(
        user: store::User,
        memberships: Vec<store::Membership>,
        permissions: Permissions,
    ) -> Self {
        Self {
            id: user.id,
            email: user.email,
            email_verified: user.verified_at.is_some(),
            name: user.name,
            is_admin: user.is_admin,
            second_factor: user.totp.is_some(),
            has_password: user.password_hash.is_some(),
            home: user.home,
            workspaces: memberships.into_iter().map(Membership::from).collect(),
            permissions: permissions.names().map(str::to_owned).collect(),
            created_at: user.created_at.into(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Ada"}))]
pub(crate) struct ProfileBody {
    #[schema(min_length = 1, max_length = 100, nullable = false)]
    pub(crate) name: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordBody {
    /// The current password; left out by who has none.
    #[schema(value_type = Option<String>, format = Password, max_length = 1000, nullable = false)]
    pub(crate) current: Option<Password>,
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 1000)]
    pub(crate) password: Password,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EmailBody, example = json!({"email": "ada@example.com", "password": "correct horse battery staple"}))]
pub(crate) struct EmailBody {
    /// The new address.
    #[schema(max_length = 254)]
    pub(crate) email: String,
    /// Yours, once more; left out by who has none.
    #[schema(value_type = Option<String>, format = Password, max_length = 1000, nullable = false)]
    pub(crate) password: Option<Password>,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountDeletionBody {
    /// Yours, once more; left out by who has none.
    #[schema(value_type = Option<String>, format = Password, max_length = 1000, nullable = false)]
    pub(crate) password: Option<Password>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotBody {
    #[schema(max_length = 254)]
    pub(crate) email: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetBody {
    /// From the letter.
    #[schema(max_length = 100)]
    pub(crate) token: String,
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 1000)]
    pub(crate) password: Password,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenBody {
    /// From the letter.
    #[schema(max_length = 100)]
    pub(crate) token: String,
}

/// A browser or program that is logged in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionInfo {
    pub(crate) id: Uuid,
    /// The one that asks.
    pub(crate) current: bool,
    /// What the browser or program calls itself.
    pub(crate) agent: String,
    /// Where it was used from last.
    pub(crate) address: String,
    pub(crate) created_at: Time,
    pub(crate) used_at: Time,
    pub(crate) expires_at: Time,
}

impl SessionInfo {
    pub(crate) fn of(session: store::Session, current: Option<Uuid>) -> Self {
        Self {
            id: session.id,
            current: current == Some(session.id),
            agent: session.agent,
            address: session.address,
            created_at: session.created_at.into(),
            used_at: session.used_at.into(),
            expires_at: session.expires_at.into(),
        }
    }
}

/// Opens one socket, within half a minute.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ticket {
    /// Goes among the protocols that the socket asks for, after `ticket.`.
    pub(crate) ticket: String,
    pub(crate) expires_in: u64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondFactorBody {
    /// Yours, once more; left out by who has none.
    #[schema(value_type = Option<String>, format = Password, max_length = 1000, nullable = false)]
    pub(crate) password: Option<Password>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SecondFactorSetup {
    /// To be sent back with the first code.
    pub(crate) setup: String,
    /// In base 32, to type it in.
    pub(crate) secret: String,
    /// `otpauth://…`, to be shown as a QR code.
    pub(crate) url: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondFactorConfirmation {
    #[schema(max_length = 1000)]
    pub(crate) setup: String,
    /// What the device shows now.
    #[schema(max_length = 40)]
    pub(crate) code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondFactorRemoval {
    /// Left out by who has none.
    #[schema(value_type = Option<String>, format = Password, max_length = 1000, nullable = false)]
    pub(crate) password: Option<Password>,
    #[schema(max_length = 40)]
    pub(crate) code: String,
}

/// Each stands for a code of the second factor, once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    pub(crate) recovery_codes: Vec<String>,
}
