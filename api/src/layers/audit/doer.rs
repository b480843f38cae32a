//! Whose doing something was that came without a credential: the reply to it says so.

use axum::response::Response;
use serde_json::{Value, json};
use store::User;
use uuid::Uuid;

#[derive(Clone)]
pub(super) struct Doer(pub(super) Value);

/// Somebody has logged in with this.
pub(crate) fn logged_in(response: &mut Response, user: &User, session: Uuid) {
    let doer = json!({"via": "session", "user": user.id, "email": user.email, "session": session});
    response.extensions_mut().insert(Doer(doer));
}

/// Somebody has shown what was in a letter to them.
pub(crate) fn had_letter(response: &mut Response, user: &User) {
    let doer = json!({"via": "letter", "user": user.id, "email": user.email});
    response.extensions_mut().insert(Doer(doer));
}

/// Somebody has named this address, which proves nothing. Whoever has proved who they are stays that.
pub(crate) fn tried(response: &mut Response, email: &str) {
    let extensions = response.extensions_mut();
    if extensions.get::<Doer>().is_none() && !email.is_empty() {
        extensions.insert(Doer(json!({"via": "stranger", "tried": email})));
    }
}
