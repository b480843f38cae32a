//! What one is told. Only people are: programs have none.

pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;

use engine::ports::bus::Notice;

use crate::access::Account;

/// Other pages of the same person show it, too.
async fn changed(account: &Account) {
    let user = account.person.id;
    account.bus.publish(Notice::Notifications { user }).await;
}
