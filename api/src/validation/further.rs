//! What handlers check besides the schema of a body, member by member: where a schema finds faults, no handler comes to it, and
//! these would be told only when everything else is mended.

use serde_json::Value;

use super::MOST_FAULTS;
use super::explain::pointer;
use crate::access::Permissions;
use crate::accounts::email;
use crate::error::ErrorDetail;
use crate::schedules;

/// Why a text is none that its member takes.
type Objection = fn(&str) -> Option<String>;

const OF_TEXTS: [(&str, &str, Objection); 10] = [
    ("register", "email", no_address),
    ("create_user", "email", no_address),
    ("invite", "email", no_address),
    ("create_schedule", "cron", schedules::no_cron),
    ("create_schedule", "timezone", schedules::no_zone),
    ("update_schedule", "cron", schedules::no_cron),
    ("update_schedule", "timezone", schedules::no_zone),
    ("preview_schedule", "cron", schedules::no_cron),
    ("preview_schedule", "timezone", schedules::no_zone),
    ("update_workspace_settings", "time_zone", schedules::no_zone),
];

/// Of lists of texts.
const OF_ITEMS: [(&str, &str, Objection); 2] = [
    ("create_token", "scopes", no_permission),
    ("create_user_token", "scopes", no_permission),
];

/// Adds what is wrong with members that the schema has nothing against.
pub(super) fn add(operation: &str, body: &Value, faults: &mut Vec<ErrorDetail>) {
    let mut found = Vec::new();
    let mut look = |path: String, value: &Value, objection: Objection| {
        let is_told = |fault: &ErrorDetail| fault.path.as_deref() == Some(&*path);
        if let Some(message) = value.as_str().and_then(objection)
            && !faults.iter().any(is_told)
        {
            found.push(ErrorDetail {
                path: Some(path),
                message,
                ..ErrorDetail::default()
            });
        }
    };
    for (_, member, objection) in OF_TEXTS.iter().filter(|(of, ..)| *of == operation) {
        look(pointer("", member), &body[*member], *objection);
    }
    for (_, member, objection) in OF_ITEMS.iter().filter(|(of, ..)| *of == operation) {
        let items = body[*member].as_array().into_iter().flatten();
        for (at, item) in items.take(MOST_FAULTS).enumerate() {
            look(format!("/{member}/{at}"), item, *objection);
        }
    }
    faults.extend(found);
    faults.truncate(MOST_FAULTS);
}

fn no_address(text: &str) -> Option<String> {
    let checked = email::checked(text, "");
    checked.err().map(|error| error.message().to_owned())
}

fn no_permission(text: &str) -> Option<String> {
    let is_known = Permissions::one(text).is_some();
    (!is_known).then(|| "there is no such permission".to_owned())
}
