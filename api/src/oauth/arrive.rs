//! What becomes of somebody whom a service vouches for: they come in, get an account, or are told why not.
//!
//! An account belongs to whoever has its identity. Its address brings somebody in only when both sides have proved it:
//! the service theirs, and the account its own. Otherwise who registers with another's address would wait in an account
//! that its owner walks into.

use serde_json::json;
use store::{Admission, Linking, NewAuditEntry, NewIdentity, NewUser, StoreError, User};

use super::Proof;
use super::flow::Owner;
use super::provider::{NewAccounts, Provider};
use super::refusal::Refusal;
use crate::accounts::registration::Registration;
use crate::accounts::{email, name};
use crate::extract::Visitor;
use crate::limits::Limit;
use crate::state::App;

/// Somebody who may come in, once their second factor is shown where they have one.
pub(crate) struct Arrived {
    pub(crate) user: User,
    pub(crate) is_new: bool,
    /// What becomes theirs when they are in.
    pub(crate) to_link: Option<NewIdentity>,
}

pub(crate) async fn arrive(
    app: &App,
    provider: &Provider,
    visitor: &Visitor,
    proof: &Proof,
) -> Result<Arrived, Refusal> {
    check_admission(provider, proof)?;
    let store = &app.store;
    if let Some(identity) = store.identity(&proof.issuer, &proof.subject).await? {
        let user = store.user(identity.user_id).await?;
        let user = user.filter(|user| user.disabled_at.is_none());
        let user = user.ok_or(Refusal::Disabled)?;
        store
            .touch_identity(identity.id, proof.email.as_deref())
            .await?;
        return Ok(Arrived {
            user,
            is_new: false,
            to_link: None,
        });
    }
    let address = proof.verified_email().ok_or(Refusal::EmailUnverified)?;
    match store.user_by_email(address).await? {
        Some(user) if user.disabled_at.is_some() => Err(Refusal::Disabled),
        Some(user) if user.verified_at.is_none() => Err(Refusal::LinkFirst),
        Some(user) => Ok(Arrived {
            user,
            is_new: false,
            to_link: Some(identity(provider, proof)),
        }),
        None => {
            app.limits.take(Limit::Register, &visitor.address).await?;
            let user = register(app, provider, proof, address).await?;
            Ok(Arrived {
                user,
                is_new: true,
                to_link: None,
            })
        }
    }
}

/// Links an identity to the account of somebody who said so, if they are still there.
pub(crate) async fn link(
    app: &App,
    provider: &Provider,
    proof: &Proof,
    owner: Owner,
) -> Result<User, Refusal> {
    check_admission(provider, proof)?;
    let session = app.store.live_session(owner.session).await?;
    let is_there = session.is_some_and(|session| session.user_id == owner.user);
    let user = app.store.user(owner.user).await?;
    let user = user.filter(|user| is_there && user.disabled_at.is_none());
    let user = user.ok_or(Refusal::SessionEnded)?;
    let new = identity(provider, proof);
    let linked = app
        .store
        .link_identity(user.id, new, Linking::Deliberate)
        .await;
    linked.map_err(|error| match error {
        StoreError::Outdated(_) => Refusal::SessionEnded,
        error => error.into(),
    })?;
    Ok(user)
}

/// What is theirs by a proved address, after all else is proved as well.
pub(crate) async fn link_by_address(
    app: &App,
    user: &User,
    new: NewIdentity,
) -> Result<(), Refusal> {
    let linking = Linking::ByAddress(&user.email);
    let linked = app.store.link_identity(user.id, new, linking).await;
    linked.map(drop).map_err(|error| match error {
        StoreError::Outdated(_) => Refusal::LinkFirst,
        error => error.into(),
    })
}

/// Logins and the like are changes, though a browser reads a page for them: the layer that records changes does not see
/// them.
pub(crate) async fn record(
    app: &App,
    visitor: &Visitor,
    provider: &str,
    action: &'static str,
    result: Result<&User, &Refusal>,
) {
    let (actor, status, after) = match result {
        Ok(user) => (
            json!({"via": "provider", "user": user.id, "email": user.email, "provider": provider}),
            303,
            None,
        ),
        Err(refusal) => (
            json!({"via": "stranger", "provider": provider}),
            403,
            Some(json!({"refused": refusal.word()})),
        ),
    };
    let entry = NewAuditEntry {
        workspace_id: None,
        actor,
        action: action.to_owned(),
        resource: format!("/api/auth/oauth/{provider}/callback"),
        address: visitor.whole_address.clone(),
        status,
        before: None,
        after,
    };
    // What was done is done; that it could not be recorded is for the operator to know.
    if let Err(error) = app.store.append_audit(entry).await {
        tracing::error!(%error, "a login by way of another service was not recorded in the audit log");
    }
}

fn check_admission(provider: &Provider, proof: &Proof) -> Result<(), Refusal> {
    match provider.admits(proof) {
        true => Ok(()),
        false if proof.verified_email().is_none() => Err(Refusal::EmailUnverified),
        false => Err(Refusal::EmailNotAllowed),
    }
}

fn identity(provider: &Provider, proof: &Proof) -> NewIdentity {
    NewIdentity {
        provider: provider.id.clone(),
        issuer: proof.issuer.clone(),
        subject: proof.subject.clone(),
        email: proof.email.clone(),
    }
}

async fn register(
    app: &App,
    provider: &Provider,
    proof: &Proof,
    address: &str,
) -> Result<User, Refusal> {
    // The first account operates the server: it takes the code that the server printed, where strangers reach it.
    if !app.store.has_users().await? {
        return Err(Refusal::First);
    }
    let open = match (provider.new_accounts, app.config.registration) {
        (NewAccounts::Closed, _) => return Err(Refusal::Closed),
        (NewAccounts::Open, _) | (NewAccounts::Default, Registration::Open) => true,
        (NewAccounts::Default, Registration::Invite) => false,
    };
    let said = proof.name.as_deref().unwrap_or_default().trim();
    let name = match name::objection(said) {
        None => said.to_owned(),
        Some(_) => address.split('@').next().unwrap_or_default().to_owned(),
    };
    let new = NewUser {
        slug: email::slug(address),
        email: address.to_owned(),
        name,
        password_hash: None,
        verified: true,
    };
    let admission = Admission::Vouched { open };
    let made = app
        .store
        .register_identity(new, admission, identity(provider, proof))
        .await;
    made.map_err(|error| match error {
        StoreError::NotAdmitted => Refusal::Closed,
        // Another request of theirs was faster: the next one finds the account.
        StoreError::NameTaken { .. } | StoreError::IdentityTaken => Refusal::Expired,
        error => error.into(),
    })
}
