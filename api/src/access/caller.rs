//! Who asks: a person or a program of theirs, in one workspace.

use serde_json::{Value, json};
use store::{FIRST_WORKSPACE, Scope};
use uuid::Uuid;

use super::permission::{Permissions, SERVER_ADMIN};
use crate::error::{ApiError, ApiResult, Code};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Caller {
    /// Nobody, for whoever operates the machine itself.
    pub(crate) person: Option<Person>,
    /// None when they have no workspace of their own any more.
    pub(crate) seat: Option<Seat>,
    pub(crate) via: Via,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) is_admin: bool,
}

/// The place of somebody in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) workspace: Uuid,
    pub(crate) role: String,
    pub(crate) permissions: Permissions,
}

/// What proves who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via {
    Session(Uuid),
    Token(Uuid),
    /// The token that lies in the data folder.
    Machine,
}

impl Caller {
    /// Whoever can read the data folder may do what a workspace permits, and operate the installation.
    pub(crate) fn machine(workspace: Uuid) -> Self {
        Self {
            person: None,
            seat: Some(Seat {
                workspace,
                role: "owner".to_owned(),
                permissions: Permissions::all_of_a_workspace(),
            }),
            via: Via::Machine,
        }
    }

    /// For what belongs to no caller: news of runs by their secret links.
    pub(crate) fn nobody() -> Self {
        Self {
            seat: None,
            ..Self::machine(FIRST_WORKSPACE)
        }
    }

    /// Who it is, for what says who made or deleted it. None of a program that is nobody's.
    pub(crate) fn person_id(&self) -> Option<Uuid> {
        self.person.as_ref().map(|person| person.id)
    }

    pub(crate) fn is_admin(&self) -> bool {
        match &self.person {
            Some(person) => person.is_admin && matches!(self.via, Via::Session(_)),
            None => self.via == Via::Machine && self.seat.is_some(),
        }
    }

    pub(crate) fn permissions(&self) -> Permissions {
        let seat = self.seat.as_ref().map(|seat| seat.permissions);
        let server = Permissions::one(SERVER_ADMIN).filter(|_| self.is_admin());
        seat.unwrap_or_default().union(server.unwrap_or_default())
    }

    /// Whose doing something was, for the audit log.
    pub(crate) fn actor(&self) -> Value {
        let (user, email) = match &self.person {
            Some(person) => (Some(person.id), Some(&person.email)),
            None => (None, None),
        };
        match self.via {
            Via::Session(session) => {
                json!({"via": "session", "user": user, "email": email, "session": session})
            }
            Via::Token(token) => {
                json!({"via": "token", "user": user, "email": email, "token": token})
            }
            Via::Machine => json!({"via": "machine"}),
        }
    }

    /// Who it was, for the record: somebody's address, or what a program says.
    pub(crate) fn named(&self, said: Option<String>) -> Option<String> {
        match (&self.person, self.via) {
            (Some(person), Via::Session(_)) => Some(person.email.clone()),
            _ => said,
        }
    }

    /// What they may see: one workspace.
    pub(crate) fn scope(&self) -> ApiResult<Scope> {
        match &self.seat {
            Some(seat) => Ok(Scope::Workspace(seat.workspace)),
            None => Err(ApiError::not_found("workspace")),
        }
    }
}

pub(crate) fn refused(permission: &str) -> ApiError {
    let message = format!(
        "this takes the permission `{permission}`, which you do not have here: ask somebody who manages the workspace"
    );
    ApiError::new(Code::Forbidden, message)
}
