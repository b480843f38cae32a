//! Who sees which records: what is looked at here takes the same permissions as the addresses that show it otherwise.

use chrono::{DateTime, Utc};
use serde_json::json;
use store::{ExtraField, RecordQuery, Scope};
use uuid::Uuid;

use super::extension;
use super::pack::{Known, Pack, Screen};
use crate::access::{Caller, Permissions, Scoped, refused};
use crate::error::{ApiError, ApiResult};
use crate::schemas::time::Time;

/// A model that the caller may look at, with the fields that their workspace has declared beside its own.
pub(crate) struct Sight {
    pub(crate) known: Known,
    pub(crate) extras: Vec<blueprint::Field>,
    /// The person whose records they may see, where that is all.
    pub(crate) person: Option<Uuid>,
    pub(crate) scope: Scope,
}

impl Sight {
    pub(crate) async fn of(app: &Scoped, model: &str) -> ApiResult<Self> {
        let known = Pack::get()?.known(model);
        let known = known.ok_or_else(|| ApiError::not_found("model"))?;
        may_see(&app.caller, known.screen)?;
        let extras = match known.screen.extended {
            true => extension::fields_of(app, model).await?,
            false => Vec::new(),
        };
        Ok(Self {
            known,
            extras,
            person: (model == "tokens").then(|| whose(&app.caller)).flatten(),
            scope: match model {
                // Accounts belong to the installation; whoever sees them operates it.
                "users" => Scope::System,
                _ => app.scope(),
            },
        })
    }

    pub(crate) fn extra(&self, name: &str) -> Option<&blueprint::Field> {
        self.extras.iter().find(|field| field.name == name)
    }

    pub(crate) fn extra_fields(&self) -> Vec<ExtraField> {
        self.extras.iter().map(extra_field).collect()
    }

    /// Everything, as far as this caller may see it.
    pub(crate) fn everything(&self) -> RecordQuery {
        RecordQuery {
            person: self.person,
            extras: self.extra_fields(),
            ..RecordQuery::default()
        }
    }

    pub(crate) async fn record(&self, app: &Scoped, id: &str) -> ApiResult<store::Record> {
        let (table, extras) = (self.known.table, self.extra_fields());
        let found = app
            .store
            .record(self.scope, table, id, self.person, &extras);
        let found = found.await?;
        let found = found.ok_or_else(|| ApiError::not_found(table.what))?;
        Ok(self.shown(app, found))
    }

    /// What is kept in the trash for a while says until when: for how long that is, is a setting, which no table has.
    pub(crate) fn shown(&self, app: &Scoped, mut record: store::Record) -> store::Record {
        if self.known.model.name == "trash"
            && let Some(until) = record.values.get_mut("kept_until")
        {
            let since = until
                .as_str()
                .and_then(|text| DateTime::parse_from_rfc3339(text).ok());
            let kept = since.and_then(|since| app.config.kept_until(since.with_timezone(&Utc)));
            *until = json!(kept.map(Time::from));
        }
        record
    }
}

pub(crate) fn extra_field(field: &blueprint::Field) -> ExtraField {
    ExtraField {
        name: field.name.clone(),
        is_number: blueprint::is_number(field.field_type),
    }
}

pub(crate) fn has(caller: &Caller, permission: &str) -> bool {
    Permissions::one(permission).is_some_and(|wanted| caller.permissions().contains(wanted))
}

/// Whether somebody may look at records of this kind at all.
pub(crate) fn may_see(caller: &Caller, screen: &Screen) -> ApiResult<()> {
    let mut taken = std::iter::once(&screen.read).chain(&screen.read_besides);
    taken.try_for_each(|permission| demand(caller, permission))
}

pub(crate) fn demand(caller: &Caller, permission: &str) -> ApiResult<()> {
    match has(caller, permission) {
        true => Ok(()),
        false => Err(refused(permission)),
    }
}

/// Whose tokens somebody may see: their own, or everybody's.
fn whose(caller: &Caller) -> Option<Uuid> {
    let person = caller.person_id();
    // Who is nobody manages, or has none.
    (!has(caller, "tokens:manage")).then(|| person.unwrap_or_default())
}
