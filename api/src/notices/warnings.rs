//! Warnings about one's own account: whatever lets somebody in from now on, or no longer keeps them out, is told to its owner.
//! Whoever came in with what they have stolen can switch none of them off.

use uuid::Uuid;

use super::{About, Change, News, tell};
use crate::extract::Visitor;
use crate::schemas::notification::NotificationKind;
use crate::state::App;

/// Tells the owner of an account what became of it, and from where; `name` is that of what was made.
pub(crate) async fn warn(app: &App, user: Uuid, change: Change, name: &str, visitor: &Visitor) {
    let about = About {
        name: name.to_owned(),
        message: visitor.described(),
        link: Some("/settings".to_owned()),
        change: Some(change),
    };
    tell(
        app,
        News::now(user, NotificationKind::AccountChanged, about),
    )
    .await;
}
