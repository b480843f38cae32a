//! The application as a caller may use it: handlers reach data by way of these, and so within a scope only.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use store::Scope;
use uuid::Uuid;

use super::caller::{Caller, Person, Via, refused};
use super::identify::standing;
use super::permission::Permissions;
use crate::error::{ApiError, ApiResult, Code};
use crate::state::App;

/// For routes about what a workspace holds.
#[derive(Clone)]
pub(crate) struct Scoped {
    app: App,
    scope: Scope,
    pub(crate) caller: Arc<Caller>,
}

impl Scoped {
    pub(crate) fn scope(&self) -> Scope {
        self.scope
    }

    pub(crate) fn workspace(&self) -> Uuid {
        match self.scope {
            Scope::Workspace(workspace) => workspace,
            Scope::System => Uuid::nil(),
        }
    }

    /// For what goes on after a request.
    pub(crate) fn of(app: App, caller: Arc<Caller>) -> ApiResult<Self> {
        let scope = caller.scope()?;
        Ok(Self { app, scope, caller })
    }

    /// Looks once more, past what is kept for a moment: for what hands out rights that would outlast that moment.
    pub(crate) async fn insist(&self, permission: &'static str) -> ApiResult<()> {
        let standing = standing(&self.app, &self.caller).await?;
        let rights = standing.ok_or_else(ApiError::unauthorized)?;
        match Permissions::one(permission) {
            Some(wanted) if rights.contains(wanted) => Ok(()),
            _ => Err(refused(permission)),
        }
    }

    /// For what takes a permission besides the one that its route says.
    pub(crate) fn besides(&self, permission: &'static str) -> ApiResult<()> {
        match Permissions::one(permission) {
            Some(needed) if self.caller.permissions().contains(needed) => Ok(()),
            _ => Err(refused(permission)),
        }
    }

    /// For whatever lets runs begin later: it takes no less than beginning one now.
    pub(crate) fn begins_runs(&self) -> ApiResult<()> {
        self.besides("workflows:run")
    }

    /// For whoever holds the secret link of a step: it leads to that step's run, wherever that is.
    pub(crate) fn by_link(app: App) -> Self {
        Self {
            app,
            scope: Scope::System,
            caller: Arc::new(Caller::nobody()),
        }
    }

    /// For whoever proved to be a webhook's sender: it leads to what that webhook begins, in its workspace.
    pub(crate) fn by_webhook(app: App, workspace: Uuid) -> Self {
        Self {
            app,
            scope: Scope::Workspace(workspace),
            caller: Arc::new(Caller::nobody()),
        }
    }
}

impl Deref for Scoped {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl FromRequestParts<App> for Scoped {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let caller = caller(parts)?;
        Ok(Self {
            app: app.clone(),
            scope: caller.scope()?,
            caller,
        })
    }
}

/// For whoever is known, whether they have a workspace or not. What they get at is looked up as they ask for it.
pub(crate) struct Known {
    pub(crate) app: App,
    pub(crate) caller: Arc<Caller>,
}

impl FromRequestParts<App> for Known {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let caller = caller(parts)?;
        let app = app.clone();
        Ok(Self { app, caller })
    }
}

/// For routes about the caller's own account.
#[derive(Clone)]
pub(crate) struct Account {
    app: App,
    pub(crate) caller: Arc<Caller>,
    pub(crate) person: Person,
}

impl Account {
    /// The session that this request belongs to, if it does.
    pub(crate) fn session(&self) -> Option<Uuid> {
        match self.caller.via {
            Via::Session(session) => Some(session),
            Via::Token(_) | Via::Machine => None,
        }
    }
}

impl Deref for Account {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl FromRequestParts<App> for Account {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let caller = caller(parts)?;
        let Some(person) = caller.person.clone() else {
            let message = "this is about an account, and whoever asks has none: log in";
            return Err(ApiError::new(Code::Forbidden, message));
        };
        Ok(Self {
            app: app.clone(),
            caller,
            person,
        })
    }
}

/// The layer before all routes has put it there; if it has not, nobody is let in.
fn caller(parts: &Parts) -> ApiResult<Arc<Caller>> {
    let caller = parts.extensions.get::<Arc<Caller>>();
    caller.cloned().ok_or_else(ApiError::unauthorized)
}
