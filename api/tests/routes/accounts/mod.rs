//! Accounts: coming in, staying in, and being put out.

mod departure;
mod first;
mod login;
mod matrix;
mod oauth;
pub(crate) mod password;
mod recorded;
pub(crate) mod second_factor;
mod sessions;
mod shown_once;
mod sockets;
mod strangers;
mod tokens;
mod which_workspace;
mod workspaces;

use api::{Config, Registration};

use crate::support::Lathe;
use crate::support::people::Person;

/// A server at which anybody may register.
pub(crate) async fn open() -> Lathe {
    Lathe::start_with(Config {
        registration: Registration::Open,
        ..Config::default()
    })
    .await
}

/// One of everything, in somebody's workspace.
pub(crate) async fn things(lathe: &Lathe, person: &Person) {
    strangers::Things::make(lathe, person).await;
}
