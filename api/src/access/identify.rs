//! From what a request carries to who asks. Answers are kept for a moment, and forgotten at once in this process when
//! rights change: what was taken away is gone everywhere within seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::{HeaderMap, header};
use chrono::Utc;
use moka::future::Cache;
use sha2::{Digest, Sha256};
use store::{FIRST_WORKSPACE, Membership, Purpose, StoreError, User};
use uuid::Uuid;

use super::caller::{Caller, Person, Seat, Via};
use super::permission::{Permissions, Role};
use crate::accounts::secret;
use crate::error::{ApiError, ApiResult};
use crate::state::App;

/// How long an answer is kept. Revocation reaches other processes within this.
const FRESH: Duration = Duration::from_secs(2);

/// Answers that are kept at most.
const KEPT: u64 = 20_000;

/// A token's last use is recorded no more often than this.
const TOUCHED: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

const WORKSPACE: &str = "lathe-workspace";

/// Before the ticket that a page opens a socket with, among the protocols that it asks for.
const TICKET: &str = "ticket.";

/// What sockets speak.
pub(crate) const PROTOCOL: &str = "lathe";

pub(crate) struct Identities {
    kept: Cache<[u8; 32], Arc<Caller>>,
    /// Part of every key: a lookup that began before rights changed is kept where nobody looks any more.
    generation: AtomicU64,
}

/// Why nobody is known by what was shown.
#[derive(Debug)]
enum Unknown {
    /// Wrong, expired, or taken away.
    Credential,
    /// There is no such workspace, or they do not belong to it.
    Workspace,
    Store(StoreError),
}

impl From<StoreError> for Unknown {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Default for Identities {
    fn default() -> Self {
        let kept = Cache::builder().max_capacity(KEPT).time_to_live(FRESH);
        Self {
            kept: kept.build(),
            generation: AtomicU64::new(0),
        }
    }
}

impl Identities {
    /// `named` is the workspace that the address is about; otherwise a header may name one. A ticket in place of a
    /// credential is for what `opens_socket` only.
    pub(crate) async fn identify(
        &self,
        app: &App,
        headers: &HeaderMap,
        named: Option<&str>,
        opens_socket: bool,
    ) -> ApiResult<Arc<Caller>> {
        if let Some(ticket) = socket_ticket(headers).filter(|_| opens_socket) {
            return by_ticket(app, &ticket).await.map_err(explain);
        }
        let credential = bearer(headers).ok_or_else(ApiError::unauthorized)?;
        let workspace = match named {
            Some(named) => an_id(named)?,
            None => named_workspace(headers)?,
        };
        let mut hash = Sha256::new();
        hash.update(credential);
        hash.update([0]);
        hash.update(workspace);
        hash.update(self.generation.load(Ordering::SeqCst).to_le_bytes());
        let key: [u8; 32] = hash.finalize().into();
        if let Some(caller) = self.kept.get(&key).await {
            metrics::counter!("lathe_identity_cache_total", "outcome" => "hit").increment(1);
            return Ok(caller);
        }
        metrics::counter!("lathe_identity_cache_total", "outcome" => "miss").increment(1);
        let found = self.kept.try_get_with(key, async {
            by_credential(app, credential, workspace)
                .await
                .map(Arc::new)
        });
        found
            .await
            .map_err(|unknown: Arc<Unknown>| match &*unknown {
                Unknown::Store(error) if error.is_transient() => {
                    ApiError::unavailable("the database can't be reached; try again in a moment")
                        .because(error.to_string())
                }
                Unknown::Store(error) => ApiError::internal(error.to_string()),
                Unknown::Credential => explain(Unknown::Credential),
                Unknown::Workspace => explain(Unknown::Workspace),
            })
    }

    /// Rights have changed: nothing that is kept holds any more.
    pub(crate) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.kept.invalidate_all();
    }
}

fn explain(unknown: Unknown) -> ApiError {
    match unknown {
        Unknown::Credential => ApiError::unauthorized(),
        Unknown::Workspace => ApiError::not_found("workspace"),
        Unknown::Store(error) => error.into(),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    let (scheme, credential) = value.split_once(' ')?;
    let alone = values.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    Some(credential.trim()).filter(|credential| alone && !credential.is_empty())
}

/// The id or slug of the workspace that is meant; empty for the caller's own.
fn named_workspace(headers: &HeaderMap) -> ApiResult<&str> {
    let mut values = headers.get_all(WORKSPACE).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(""),
        (Some(value), None) => match value.to_str() {
            Ok(text) if !text.is_empty() && text.len() <= 100 => Ok(text),
            _ => Err(ApiError::not_found("workspace")),
        },
        (Some(_), Some(_)) => Err(ApiError::bad_request(
            "`Lathe-Workspace` names one workspace, by its id or its slug",
        )),
    }
}

fn an_id(text: &str) -> ApiResult<&str> {
    match Uuid::try_parse(text) {
        Ok(_) => Ok(text),
        Err(_) => Err(ApiError::not_found("workspace")),
    }
}

fn socket_ticket(headers: &HeaderMap) -> Option<String> {
    headers.get(header::UPGRADE)?;
    let protocols = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    let mut protocols = protocols.split(',').map(str::trim);
    protocols.find_map(|protocol| protocol.strip_prefix(TICKET).map(str::to_owned))
}

async fn by_credential(app: &App, credential: &str, workspace: &str) -> Result<Caller, Unknown> {
    if let Some(machine) = &app.config.machine_token
        && machine.matches(credential)
    {
        return by_machine(app, workspace).await;
    }
    if secret::is_api_token(credential) {
        return by_api_token(app, credential, workspace).await;
    }
    let claims = app.signer.verify(app, credential).await?;
    let claims = claims.ok_or(Unknown::Credential)?;
    let session = app.store.live_session(claims.session).await?;
    let session = session.filter(|session| session.user_id == claims.user);
    let session = session.ok_or(Unknown::Credential)?;
    let user = live_user(app, session.user_id).await?;
    let seat = seat(app, &user, workspace).await?;
    Ok(Caller {
        person: Some(person(&user)),
        seat,
        via: Via::Session(session.id),
    })
}

async fn by_api_token(app: &App, credential: &str, workspace: &str) -> Result<Caller, Unknown> {
    let token = app.store.api_token(&secret::hash(credential)).await?;
    let token = token.ok_or(Unknown::Credential)?;
    let user = live_user(app, token.user_id).await?;
    let membership = app
        .store
        .membership(user.id, Ok(token.workspace_id))
        .await?;
    let membership = membership.ok_or(Unknown::Credential)?;
    let meant = workspace.is_empty()
        || workspace == membership.slug
        || workspace == membership.workspace_id.to_string();
    if !meant {
        return Err(Unknown::Workspace);
    }
    let mut seat = seat_of(app, membership).await?;
    let scopes = Permissions::named(token.scopes.iter().map(String::as_str));
    seat.permissions = seat.permissions.intersection(scopes.unwrap_or_default());
    let now = Utc::now();
    if token.used_at.is_none_or(|at| now - at > TOUCHED) {
        let (store, id) = (Arc::clone(&app.store), token.id);
        // Who may be let in is let in although nothing can be written just now.
        tokio::spawn(async move {
            if let Err(error) = store.touch_api_token(id).await {
                tracing::warn!(%error, "that a token was used was not recorded");
            }
        });
    }
    Ok(Caller {
        person: Some(person(&user)),
        seat: Some(seat),
        via: Via::Token(token.id),
    })
}

async fn by_machine(app: &App, workspace: &str) -> Result<Caller, Unknown> {
    let id = match (workspace, Uuid::try_parse(workspace)) {
        ("", _) => Some(FIRST_WORKSPACE),
        (_, Ok(id)) => app.store.workspace(id).await?.map(|found| found.id),
        (slug, Err(_)) => app
            .store
            .workspace_by_slug(slug)
            .await?
            .map(|found| found.id),
    };
    id.map(Caller::machine).ok_or(Unknown::Workspace)
}

/// A page can't send headers with a socket; it shows a ticket in their place, which was made for its session.
async fn by_ticket(app: &App, ticket: &str) -> Result<Arc<Caller>, Unknown> {
    let hash = secret::hash(ticket);
    let link = app.store.take_link(Purpose::Socket, &hash);
    let link = link.await?.ok_or(Unknown::Credential)?;
    let id = |name: &str| {
        let text = link.data.get(name)?.as_str()?;
        Uuid::try_parse(text).ok()
    };
    let user = link.user_id.ok_or(Unknown::Credential)?;
    let session = id("session").ok_or(Unknown::Credential)?;
    let session = app.store.live_session(session).await?;
    let session = session.filter(|session| session.user_id == user);
    let session = session.ok_or(Unknown::Credential)?;
    let user = live_user(app, user).await?;
    let seat = match id("workspace") {
        Some(workspace) => seat(app, &user, &workspace.to_string()).await?,
        // Whoever had none as it was made has what is of their account.
        None => None,
    };
    Ok(Arc::new(Caller {
        person: Some(person(&user)),
        seat,
        via: Via::Session(session.id),
    }))
}

/// Whether a caller is still let in where they are, with this permission: for what goes on after a request.
pub(crate) async fn is_still_allowed(
    app: &App,
    caller: &Caller,
    permission: &str,
) -> Result<bool, StoreError> {
    let rights = standing(app, caller).await?;
    let wanted = Permissions::one(permission);
    Ok(rights.is_some_and(|rights| wanted.is_some_and(|wanted| rights.contains(wanted))))
}

/// What a caller may do by now in the workspace that they came to, past what is kept for a moment: nothing, once they do not
/// belong to it; `None` when they are not let in at all any more.
pub(crate) async fn standing(
    app: &App,
    caller: &Caller,
) -> Result<Option<Permissions>, StoreError> {
    let all = Permissions::all_of_a_workspace();
    let scopes = match caller.via {
        Via::Machine => return Ok(Some(all)),
        Via::Session(id) => match app.store.live_session(id).await? {
            Some(_) => all,
            None => return Ok(None),
        },
        Via::Token(id) => match app.store.live_api_token(id).await? {
            Some(token) => {
                Permissions::named(token.scopes.iter().map(String::as_str)).unwrap_or_default()
            }
            None => return Ok(None),
        },
    };
    let Some(person) = &caller.person else {
        return Ok(None);
    };
    let user = match live_user(app, person.id).await {
        Ok(user) => user,
        Err(Unknown::Store(error)) => return Err(error),
        Err(Unknown::Credential | Unknown::Workspace) => return Ok(None),
    };
    let Some(seat) = &caller.seat else {
        return Ok(Some(Permissions::default()));
    };
    match self::seat(app, &user, &seat.workspace.to_string()).await {
        Ok(Some(seat)) => Ok(Some(seat.permissions.intersection(scopes))),
        Ok(None) | Err(Unknown::Credential | Unknown::Workspace) => {
            Ok(Some(Permissions::default()))
        }
        Err(Unknown::Store(error)) => Err(error),
    }
}

async fn live_user(app: &App, id: Uuid) -> Result<User, Unknown> {
    let user = app.store.user(id).await?;
    let user = user.filter(|user| user.disabled_at.is_none());
    user.ok_or(Unknown::Credential)
}

fn person(user: &User) -> Person {
    Person {
        id: user.id,
        name: user.name.clone(),
        email: user.email.clone(),
        is_admin: user.is_admin,
    }
}

/// Who names a workspace has to belong to it; who names none is in their own, while they have one.
async fn seat(app: &App, user: &User, workspace: &str) -> Result<Option<Seat>, Unknown> {
    let named = match workspace {
        "" => Ok(user.home),
        text => Uuid::try_parse(text).map_err(|_| text),
    };
    match app.store.membership(user.id, named).await? {
        Some(membership) => seat_of(app, membership).await.map(Some),
        None if workspace.is_empty() => Ok(None),
        None => Err(Unknown::Workspace),
    }
}

async fn seat_of(app: &App, membership: Membership) -> Result<Seat, Unknown> {
    let workspace = membership.workspace_id;
    let permissions = match Role::named(&membership.role) {
        Some(role) => role.permissions(),
        None => {
            let role = app.store.role(workspace, &membership.role).await?;
            let names = role.map(|role| role.permissions).unwrap_or_default();
            let known = names.iter().filter_map(|name| Permissions::one(name));
            known.fold(Permissions::default(), Permissions::union)
        }
    };
    Ok(Seat {
        workspace,
        role: membership.role,
        permissions,
    })
}
