//! Who may make an account.

use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

/// Who may make an account once there is one. The first one can always be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Anybody who reaches this server.
    Open,
    /// Who was invited to a workspace.
    Invite,
}

impl FromStr for Registration {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "open" => Ok(Self::Open),
            "invite" => Ok(Self::Invite),
            _ => Err(()),
        }
    }
}
