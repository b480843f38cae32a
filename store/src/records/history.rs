//! What the audit log says of one record.

use chrono::TimeDelta;
use engine::Time;
use uuid::Uuid;

use crate::audit::AuditEntry;
use crate::error::StoreResult;
use crate::page::{Page, Paging};
use crate::store::Store;

const LIST: &str = "history";

/// An entry is written after what it is about, by a clock that may be another one's.
const EARLIER: TimeDelta = TimeDelta::seconds(5);
const LATER: TimeDelta = TimeDelta::seconds(60);

/// How a record was made: the log has that at the address of the list.
#[derive(Debug, Clone, Copy)]
pub struct MadeAt<'a> {
    pub address: &'a str,
    pub id: &'a str,
    pub at: Time,
}

impl Store {
    /// The newest first: what was done in a workspace at any of these addresses, and last how it began.
    pub async fn list_history(
        &self,
        workspace: Uuid,
        addresses: &[&str],
        made: Option<MadeAt<'_>>,
        paging: &Paging,
    ) -> StoreResult<Page<AuditEntry>> {
        let before = paging.after::<i64>(LIST)?.unwrap_or(i64::MAX);
        let most = paging.fetch();
        let mut items = self.audit_of(workspace, addresses, before, most).await?;
        if let Some(made) = made.filter(|_| items.len() <= paging.size()) {
            let when = (made.at - EARLIER, made.at + LATER);
            let there = self.audit_between(workspace, made.address, when, before);
            let there = there.await?.into_iter();
            let is_it = |entry: &AuditEntry| {
                let after = entry.entry.after.as_ref();
                after.is_some_and(|after| after["id"] == made.id)
            };
            items.extend(there.filter(is_it).take(1));
        }
        paging.page(LIST, items, |entry: &AuditEntry| entry.seq.cast_signed())
    }
}
