//! Accounts, the workspaces that they share, and what proves who somebody is. Of tokens only hashes come here.

mod deleted;
mod departed;
mod identities;
mod invitations;
mod links;
mod members;
mod register;
mod roles;
mod sessions;
mod signing_keys;
mod tokens;
mod users;
mod workspaces;

pub use deleted::DeletedWorkspace;
pub(crate) use deleted::hold_workspace;
pub use departed::OwnedWorkspace;
pub use identities::{Identity, Linking, NewIdentity};
pub use invitations::{Invitation, NewInvitation};
pub use links::{Link, Purpose};
pub use members::{Member, MemberSettings, Membership};
pub use register::{Admission, NewUser};
pub use roles::Role;
pub use sessions::{NewSession, Refreshed, Session};
pub use signing_keys::SigningKey;
pub(crate) use signing_keys::place as signing_key_place;
pub use tokens::{ApiToken, NewApiToken};
pub use users::{User, UserChange, UserRights, second_factor_place};
pub use workspaces::{Workspace, WorkspaceChange};
