//! Fields that a workspace declares beside those of Lathe's own models, and their values.

use blueprint::{Comparable, Field, Model, check_value, comparable, parse_extension};
use serde_json::{Map, Value};
use store::ExtraValue;

use super::pack::Pack;
use super::sight::Sight;
use crate::access::Scoped;
use crate::error::{ApiResult, Faults};

/// Checks the text of an extension; problems are placed in it.
pub(crate) fn read(source: &str) -> ApiResult<Vec<Model>> {
    let pack = Pack::get()?;
    let taken = |name: &str| {
        let known = pack.known(name).filter(|known| known.screen.extended);
        known.map(|known| known.taken())
    };
    Ok(parse_extension(source, taken)?)
}

/// What the workspace has declared. What can't be read any more, since a newer Lathe has fields of those names itself, is left out
/// as a whole until somebody mends it.
pub(crate) async fn declared(app: &Scoped) -> ApiResult<Vec<Model>> {
    let kept = app.store.extension(app.workspace()).await?;
    Ok(read(&kept.source).unwrap_or_else(|error| {
        tracing::warn!(workspace = %app.workspace(), ?error, "the fields that a workspace has declared can't be read");
        Vec::new()
    }))
}

pub(crate) async fn fields_of(app: &Scoped, model: &str) -> ApiResult<Vec<Field>> {
    let declared = declared(app).await?;
    let fields = declared.into_iter().find(|declared| declared.name == model);
    Ok(fields.map(|model| model.fields).unwrap_or_default())
}

/// Checks values of declared fields; what is not named stays.
pub(crate) fn values(sight: &Sight, given: &Map<String, Value>) -> ApiResult<Vec<ExtraValue>> {
    let mut faults = Faults::default();
    let mut values = Vec::new();
    for (name, value) in given {
        let place = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let Some(field) = sight.extra(name) else {
            faults.add(place, "the workspace has declared no such field here");
            continue;
        };
        match check_value(field, value) {
            Ok(value) => values.push(extra_value(field, value)),
            Err(message) => faults.add(place, message),
        }
    }
    faults.end("the values can't be kept")?;
    Ok(values)
}

fn extra_value(field: &Field, value: Value) -> ExtraValue {
    let (words, number) = match comparable(field, &value) {
        Comparable::Words(words) => (Some(words), None),
        Comparable::Number(number) => (None, Some(number)),
        Comparable::Nothing => (None, None),
    };
    ExtraValue {
        field: field.name.clone(),
        value,
        words,
        number,
    }
}
