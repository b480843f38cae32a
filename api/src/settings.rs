//! Settings as they are kept: JSON, of which each version of Lathe reads what it knows and leaves the rest alone. What can't be
//! read holds as if nothing were set, so that no old value keeps anybody out.

use engine::schedule::{CatchUp, Overlap, ScheduleSpec};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{ApiError, ApiResult};
use crate::schemas::settings::{NotificationSettings, PersonSettings, WorkspaceSettings};

impl PersonSettings {
    pub(crate) fn read(kept: &Value) -> Self {
        let usual = Self::default();
        Self {
            language: one(kept, "language", usual.language),
            theme: one(kept, "theme", usual.theme),
            time_zone: one(kept, "time_zone", usual.time_zone),
            notifications: NotificationSettings::read(&kept["notifications"]),
            guide: one(kept, "guide", usual.guide),
        }
    }
}

impl NotificationSettings {
    fn read(kept: &Value) -> Self {
        let usual = Self::default();
        Self {
            run_failed: one(kept, "run_failed", usual.run_failed),
            decision: one(kept, "decision", usual.decision),
            schedule_failed: one(kept, "schedule_failed", usual.schedule_failed),
            webhook_disabled: one(kept, "webhook_disabled", usual.webhook_disabled),
            membership: one(kept, "membership", usual.membership),
            new_login: one(kept, "new_login", usual.new_login),
        }
    }
}

impl WorkspaceSettings {
    pub(crate) fn read(kept: &Value) -> Self {
        let usual = Self::default();
        Self {
            time_zone: one(kept, "time_zone", usual.time_zone),
            keep_executions_days: one(kept, "keep_executions_days", usual.keep_executions_days),
            notify_failures: one(kept, "notify_failures", usual.notify_failures),
        }
    }
}

fn one<T: DeserializeOwned>(kept: &Value, name: &str, usual: T) -> T {
    let set = kept.get(name).cloned();
    let set = set.and_then(|value| serde_json::from_value(value).ok());
    set.unwrap_or(usual)
}

/// What is kept, with these changes.
pub(crate) fn changed(mut kept: Value, changes: &impl Serialize) -> ApiResult<Value> {
    let changes = serde_json::to_value(changes).map_err(ApiError::internal)?;
    merge(&mut kept, changes);
    Ok(kept)
}

fn merge(kept: &mut Value, changes: Value) {
    match changes {
        Value::Object(changes) => {
            if !kept.is_object() {
                *kept = Value::Object(Map::new());
            }
            for (name, change) in changes {
                merge(&mut kept[name], change);
            }
        }
        change => *kept = change,
    }
}

pub(crate) fn check_zone(zone: Option<&str>) -> ApiResult<()> {
    let Some(zone) = zone else { return Ok(()) };
    let spec = ScheduleSpec {
        cron: "@daily".to_owned(),
        timezone: zone.to_owned(),
        catch_up: CatchUp::default(),
        overlap: Overlap::default(),
    };
    let read = spec.schedule().map(drop);
    read.map_err(|error| ApiError::invalid("/time_zone", error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schemas::settings::{Channel, Language};

    #[test]
    fn what_is_unknown_is_kept_and_what_is_spoilt_holds_as_unset() {
        let kept = json!({"language": "tlh", "colour": "red", "notifications": "all"});
        let read = PersonSettings::read(&kept);
        assert_eq!(read, PersonSettings::default());
        let changes = json!({"language": "de", "notifications": {"run_failed": "off"}});
        let kept = changed(kept, &changes).unwrap();
        assert_eq!(kept["colour"], "red");
        let read = PersonSettings::read(&kept);
        assert_eq!(read.language, Some(Language::De));
        assert_eq!(read.theme, None);
        assert_eq!(read.notifications.run_failed, Channel::Off);
        assert_eq!(read.notifications.new_login, Channel::Mail);
        assert_eq!(
            WorkspaceSettings::read(&Value::Null),
            WorkspaceSettings::default()
        );
    }
}
