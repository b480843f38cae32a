//! What an application may be given in its environment.

use std::collections::HashSet;

use store::{EnvironmentEntry, Held, secret_and_field};

use crate::access::Scoped;
use crate::error::{ApiResult, Faults};
use crate::schemas::environment::EnvironmentVariable;

/// All values together, in bytes: what a program is started with has its room, too.
const MOST: usize = 64 * 1024;

/// What Lathe sets, whatever is said here.
const OWN: [&str; 3] = ["BIND", "PORT", "DATA_DIR"];

/// The variables as they are kept, if they can be.
pub(crate) async fn check(
    app: &Scoped,
    variables: Vec<EnvironmentVariable>,
) -> ApiResult<Vec<EnvironmentEntry>> {
    let mut faults = Faults::default();
    let entries = read(variables, &mut faults);
    find_secrets(app, &entries, &mut faults).await?;
    faults.end("the environment is not valid")?;
    Ok(entries.into_iter().flatten().collect())
}

/// The variables in their order, without those that have faults.
fn read(variables: Vec<EnvironmentVariable>, faults: &mut Faults) -> Vec<Option<EnvironmentEntry>> {
    let (mut seen, mut bytes) = (HashSet::new(), 0);
    let mut entries = Vec::with_capacity(variables.len());
    for (index, variable) in variables.into_iter().enumerate() {
        let EnvironmentVariable {
            name,
            value,
            secret,
        } = variable;
        let place = |field: &str| format!("/variables/{index}/{field}");
        if OWN.contains(&name.as_str()) {
            faults.add(
                place("name"),
                "Lathe sets BIND, PORT and DATA_DIR itself: leave it out",
            );
        }
        if !seen.insert(name.clone()) {
            faults.add(place("name"), "another variable has this name already");
        }
        entries.push(match (value, secret) {
            (Some(value), None) => {
                bytes += value.len();
                if value.contains('\0') {
                    faults.add(
                        place("value"),
                        "no program can be given a value with a NUL in it",
                    );
                }
                Some(EnvironmentEntry {
                    name,
                    held: Held::Value(value),
                })
            }
            (None, Some(secret)) => Some(EnvironmentEntry {
                name,
                held: Held::Secret(secret),
            }),
            _ => {
                faults.add(
                    format!("/variables/{index}"),
                    "give either `value` or `secret`, the name of a secret that holds it",
                );
                None
            }
        });
    }
    if bytes > MOST {
        faults.add(
            "/variables",
            "all values together may have 64 KiB: put what is longer into a file or a database",
        );
    }
    entries
}

/// Notes the secrets that are not there, or have no such field.
async fn find_secrets(
    app: &Scoped,
    entries: &[Option<EnvironmentEntry>],
    faults: &mut Faults,
) -> ApiResult<()> {
    let named = entries.iter().enumerate().filter_map(|(index, entry)| {
        match entry.as_ref().map(|entry| &entry.held) {
            Some(Held::Secret(secret)) => Some((index, secret_and_field(secret))),
            _ => None,
        }
    });
    let named: Vec<_> = named.collect();
    let names: Vec<&str> = named.iter().map(|(_, (name, _))| *name).collect();
    let known = app.store.fields_of_secrets(app.scope(), &names).await?;
    for (index, (name, field)) in named {
        let place = format!("/variables/{index}/secret");
        match known.get(name) {
            None => faults.add(
                place,
                "there is no secret of this name in this workspace: add it first, or check the name",
            ),
            Some(fields) if !fields.iter().any(|known| known == field) => {
                let fields = fields.join("`, `");
                faults.add(
                    place,
                    format!("this secret has the fields `{fields}`: say which one, after a dot"),
                );
            }
            Some(_) => {}
        }
    }
    Ok(())
}
