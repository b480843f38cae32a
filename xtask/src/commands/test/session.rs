//! The account that tools of the tests ask a server in the name of.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::http;

const PASSWORD: &str = "seven turtles on a tall ladder";

/// The first account operates the server, and so may ask for everything but what takes the machine.
pub(super) fn first(port: u16, email: &str) -> Result<String> {
    let account = json!({"email": email, "password": PASSWORD});
    let answer = http::post(port, "/api/auth/register", &account.to_string())?;
    ensure!(
        answer.is_success(),
        "no account could be made: {}",
        answer.body
    );
    let session: Value = serde_json::from_str(&answer.body)?;
    let token = session["access_token"].as_str();
    Ok(token.context("the new account has no session")?.to_owned())
}
