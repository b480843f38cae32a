//! The dialect in which records are asked for, the same as that of generated applications: `limit`, `cursor`, `q`, `sort`, and
//! fields with `__ne`, `__gt`, `__gte`, `__lt`, `__lte`, `__contains` or `__null` behind them.

use blueprint::{Comparable, Field, comparable, read_text};
use chrono::{DateTime, Utc};
use serde_json::Value;
use store::{
    ColumnKind, Comparison, Paging, RecordColumn, RecordPlace, RecordQuery, RecordSort, RecordTest,
    RecordValue,
};
use uuid::Uuid;

use super::sight::{Sight, extra_field};
use crate::error::{ApiError, ApiResult, Code, ErrorDetail};

/// So many ids fit into an address, and more than a page of relations never needs.
const MOST_IDS: usize = 200;

const NO_COMPARISON: &str =
    "has no such comparison; use eq, ne, gt, gte, lt, lte, contains (texts) or null";

/// Reads the parameters of a list; all faults are told together.
pub(crate) fn read(sight: &Sight, parameters: &[(String, String)]) -> ApiResult<RecordQuery> {
    let mut query = sight.everything();
    let mut faults = Vec::new();
    for (key, value) in parameters {
        if let Err(message) = take(sight, &mut query, key, value) {
            faults.push(ErrorDetail {
                place: Some("query"),
                path: Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
                message: format!("`{}` {message}", shortened(key)),
                ..ErrorDetail::default()
            });
        }
    }
    if faults.is_empty() {
        return Ok(query);
    }
    let message = match &*faults {
        [only] => only.message.clone(),
        several => format!("the query of this address has {} faults", several.len()),
    };
    Err(ApiError::new(Code::BadRequest, message).with_details(faults))
}

fn shortened(key: &str) -> String {
    key.chars().take(60).collect()
}

fn take(sight: &Sight, query: &mut RecordQuery, key: &str, value: &str) -> Result<(), String> {
    if value.contains('\0') {
        return Err("holds a character that no text has: NUL".to_owned());
    }
    match key {
        "limit" => match value.parse() {
            Ok(limit) if (1..=Paging::LARGEST).contains(&limit) => query.paging.limit = limit,
            _ => return Err(format!("takes a number from 1 to {}", Paging::LARGEST)),
        },
        "cursor" => query.paging.cursor = Some(value.to_owned()),
        "q" => query.q = Some(value.trim().to_owned()).filter(|text| !text.is_empty()),
        "sort" => query.sort = Some(sort(sight, value)?),
        "id__in" => query.ids = Some(ids(sight, value)?),
        _ => query.tests.push(filter(sight, key, value)?),
    }
    Ok(())
}

fn sort(sight: &Sight, text: &str) -> Result<RecordSort, String> {
    let (name, descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let by = if name == "id" {
        Some(RecordPlace::Id)
    } else if let Some(field) = sight.extra(name) {
        let has_order = field.field_type != blueprint::FieldType::Json;
        has_order.then(|| RecordPlace::Extra(extra_field(field)))
    } else {
        let column = sight.known.table.column(name);
        column
            .filter(|column| column.sorted())
            .map(RecordPlace::Column)
    };
    by.map(|by| RecordSort { by, descending }).ok_or_else(|| {
        "has to name a field that this list can be ordered by, with a minus in front for descending order"
            .to_owned()
    })
}

fn ids(sight: &Sight, text: &str) -> Result<Vec<Uuid>, String> {
    if sight.known.table.serial {
        return Err(NO_COMPARISON.to_owned());
    }
    let ids: Result<Vec<Uuid>, _> = text.split(',').map(Uuid::try_parse).collect();
    match ids {
        Ok(ids) if ids.len() <= MOST_IDS => Ok(ids),
        Ok(_) => Err(format!("takes at most {MOST_IDS} ids")),
        Err(_) => Err("takes ids with commas between them".to_owned()),
    }
}

fn filter(sight: &Sight, key: &str, value: &str) -> Result<(RecordPlace, RecordTest), String> {
    let (name, suffix) = key.split_once("__").unwrap_or((key, "eq"));
    let table = sight.known.table;
    if name == "id" {
        let id = match table.serial {
            true => value.parse().map(RecordValue::Whole).ok(),
            false => Uuid::try_parse(value).map(RecordValue::Id).ok(),
        };
        let id = id.ok_or("has to be the id of a record")?;
        return Ok((RecordPlace::Id, RecordTest::Is(comparison(suffix)?, id)));
    }
    if let Some(field) = sight.extra(name) {
        let place = RecordPlace::Extra(extra_field(field));
        let is_text = !place_is_number(&place);
        let read = |text: &str| {
            let value = read_text(field, text)?;
            match comparable(field, &value) {
                Comparable::Words(words) => Ok(RecordValue::Text(words)),
                Comparable::Number(number) => Ok(RecordValue::Whole(number)),
                Comparable::Nothing => Err(NO_COMPARISON.to_owned()),
            }
        };
        return Ok((place, test(suffix, value, is_text, read)?));
    }
    let column = table.column(name).ok_or("is not a field of this model")?;
    if !column.filtered && (suffix != "null" || column.is_computed()) {
        return Err("can't be filtered by".to_owned());
    }
    let field = sight.known.field(name);
    let read = |text: &str| column_value(column, field, text);
    let test = test(suffix, value, column.kind == ColumnKind::Text, read)?;
    Ok((RecordPlace::Column(column), test))
}

fn place_is_number(place: &RecordPlace) -> bool {
    matches!(place, RecordPlace::Extra(field) if field.is_number)
}

fn test(
    suffix: &str,
    value: &str,
    is_text: bool,
    read: impl Fn(&str) -> Result<RecordValue, String>,
) -> Result<RecordTest, String> {
    match suffix {
        "null" => match value {
            "true" => Ok(RecordTest::Missing(true)),
            "false" => Ok(RecordTest::Missing(false)),
            _ => Err("has to be true or false".to_owned()),
        },
        "contains" if is_text => Ok(RecordTest::Contains(value.to_owned())),
        _ => Ok(RecordTest::Is(comparison(suffix)?, read(value)?)),
    }
}

fn comparison(suffix: &str) -> Result<Comparison, String> {
    Ok(match suffix {
        "eq" => Comparison::Equal,
        "ne" => Comparison::Unequal,
        "gt" => Comparison::Greater,
        "gte" => Comparison::GreaterOrEqual,
        "lt" => Comparison::Less,
        "lte" => Comparison::LessOrEqual,
        _ => return Err(NO_COMPARISON.to_owned()),
    })
}

/// A text of the address as what the column holds; the field says more of some, such as the values of an enum.
fn column_value(
    column: &RecordColumn,
    field: Option<&Field>,
    text: &str,
) -> Result<RecordValue, String> {
    match column.kind {
        ColumnKind::Uuid => Uuid::try_parse(text)
            .map(RecordValue::Id)
            .map_err(|_| "has to be the id of a record".to_owned()),
        ColumnKind::Time => DateTime::parse_from_rfc3339(text)
            .map(|at| RecordValue::Moment(at.with_timezone(&Utc)))
            .map_err(|_| "has to be a time, such as 2026-05-17T09:30:00Z".to_owned()),
        ColumnKind::Json => Err(NO_COMPARISON.to_owned()),
        ColumnKind::Text
        | ColumnKind::Integer
        | ColumnKind::Big
        | ColumnKind::Flag
        | ColumnKind::Truth => {
            let field = field.ok_or("is not a field of this model")?;
            match read_text(field, text)? {
                Value::String(text) => Ok(RecordValue::Text(text)),
                Value::Bool(truth) => Ok(RecordValue::Truth(truth)),
                value => value
                    .as_i64()
                    .map(RecordValue::Whole)
                    .ok_or_else(|| NO_COMPARISON.to_owned()),
            }
        }
    }
}
