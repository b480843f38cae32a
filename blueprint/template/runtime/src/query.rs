//! What a list request asks for: filters, one sort key, and a place to go on from.

use serde_json::{Value as Json, json};

use crate::error::{ApiError, Fault};
use crate::model::{Kind, Model, Relation, RelationKind};
use crate::sql::{Dialect, Statement, Transport};
use crate::value::Value;

pub struct ListQuery {
    pub limit: usize,
    pub sort: Sort,
    pub filters: Vec<Filter>,
    pub search: Option<String>,
    pub after: Option<Place>,
}

#[derive(Clone, Copy, PartialEq)]
pub struct Sort {
    pub column: &'static str,
    pub transport: Transport,
    pub descending: bool,
    pub nullable: bool,
}

/// The last row of the page before: its sort value and its id.
pub struct Place {
    pub value: Value,
    pub id: String,
}

pub enum Filter {
    Compare {
        column: &'static str,
        transport: Transport,
        operator: &'static str,
        value: Value,
    },
    Contains {
        column: &'static str,
        text: String,
    },
    Null {
        column: &'static str,
        is_null: bool,
    },
    Linked {
        relation: &'static Relation,
        id: String,
    },
}

const TIMESTAMPS: Kind = Kind::Datetime {
    min: None,
    max: None,
};
const MAX_LIMIT: usize = 200;

pub fn parse(
    model: &'static Model,
    parameters: &[(String, String)],
) -> Result<ListQuery, ApiError> {
    let mut faults = Vec::new();
    let mut query = ListQuery {
        limit: 50,
        sort: sort_by(model, "-id"),
        filters: Vec::new(),
        search: None,
        after: None,
    };
    let mut cursor = None;
    for (key, value) in parameters {
        let outcome = match key.as_str() {
            "limit" => match value.parse() {
                Ok(limit) if (1..=MAX_LIMIT).contains(&limit) => {
                    query.limit = limit;
                    Ok(())
                }
                _ => Err(format!("must be a number from 1 to {MAX_LIMIT}")),
            },
            "sort" if sortable(model, value) => {
                query.sort = sort_by(model, value);
                Ok(())
            }
            "sort" => {
                Err("must name a field, with a minus in front for descending order".to_owned())
            }
            "cursor" => {
                cursor = Some(value);
                Ok(())
            }
            "q" => {
                query.search = Some(value.clone()).filter(|text| !text.trim().is_empty());
                Ok(())
            }
            _ => parse_filter(model, key, value).map(|filter| query.filters.push(filter)),
        };
        if let Err(message) = outcome {
            faults.push(Fault::new(format!("?{key}"), message));
        }
    }
    if let Some(cursor) = cursor {
        query.after = decode_cursor(&query.sort, cursor);
        if query.after.is_none() {
            faults.push(Fault::new(
                "?cursor",
                "does not belong to this list; start again without it",
            ));
        }
    }
    if faults.is_empty() {
        return Ok(query);
    }
    let mut error = ApiError::bad_request("the query is not valid");
    error.details = faults;
    Err(error)
}

/// The kind of a column that can be compared, whether declared or added by the runtime.
fn column(model: &'static Model, name: &str) -> Option<(&'static str, &'static Kind, bool)> {
    if let Some(field) = model.field(name) {
        return Some((field.name, &field.kind, !field.required));
    }
    let relation = model
        .relations
        .iter()
        .find(|relation| relation.column() == Some(name));
    if let Some(column) = relation.and_then(Relation::column) {
        return Some((
            column,
            &Kind::Uuid,
            relation.is_some_and(|relation| !relation.required),
        ));
    }
    match name {
        "id" => Some(("id", &Kind::Uuid, false)),
        "created_at" => Some(("created_at", &TIMESTAMPS, false)),
        "updated_at" => Some(("updated_at", &TIMESTAMPS, false)),
        _ => None,
    }
}

fn sortable(model: &'static Model, text: &str) -> bool {
    column(model, text.trim_start_matches('-'))
        .is_some_and(|(_, kind, _)| !matches!(kind, Kind::Json))
}

fn sort_by(model: &'static Model, text: &str) -> Sort {
    let (name, descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let (column, kind, nullable) = column(model, name).unwrap_or(("id", &Kind::Uuid, false));
    Sort {
        column,
        transport: kind.transport(),
        descending,
        nullable,
    }
}

fn parse_filter(model: &'static Model, key: &str, value: &str) -> Result<Filter, String> {
    let (name, suffix) = key.split_once("__").unwrap_or((key, "eq"));
    let many = |relation: &&Relation| {
        relation.name == name && matches!(relation.kind, RelationKind::ManyToMany { .. })
    };
    if let Some(relation) = model.relations.iter().find(many) {
        return match (suffix, Kind::Uuid.convert_text(value)) {
            ("eq", Ok(Value::Text(id))) => Ok(Filter::Linked { relation, id }),
            ("eq", _) => Err("must be the id of a record".to_owned()),
            _ => Err("can only be compared with one id".to_owned()),
        };
    }
    let (column, kind, _) = column(model, name).ok_or("is not a field of this model")?;
    let transport = kind.transport();
    let operator =
        match suffix {
            "eq" => "=",
            "ne" => "<>",
            "gt" => ">",
            "gte" => ">=",
            "lt" => "<",
            "lte" => "<=",
            "null" => match value {
                "true" | "false" => {
                    return Ok(Filter::Null {
                        column,
                        is_null: value == "true",
                    });
                }
                _ => return Err("must be true or false".to_owned()),
            },
            "contains" if transport == Transport::Text && !value.contains('\0') => {
                return Ok(Filter::Contains {
                    column,
                    text: value.to_owned(),
                });
            }
            _ => return Err(
                "has no such comparison; use eq, ne, gt, gte, lt, lte, contains (texts) or null"
                    .to_owned(),
            ),
        };
    Ok(Filter::Compare {
        column,
        transport,
        operator,
        value: kind.convert_text(value)?,
    })
}

impl ListQuery {
    /// The WHERE and ORDER BY of this list; one row more than the page tells whether another follows.
    pub fn apply(&self, model: &Model, statement: &mut Statement) {
        statement.push(" WHERE TRUE");
        for filter in &self.filters {
            statement.push(" AND ");
            filter.apply(statement);
        }
        if let Some(text) = &self.search {
            apply_search(model, text, statement);
        }
        if let Some(place) = &self.after {
            statement.push(" AND (");
            self.sort.apply_place(place, statement);
            statement.push(")");
        }
        let direction = if self.sort.descending {
            " DESC"
        } else {
            " ASC"
        };
        statement.push(" ORDER BY ");
        if self.sort.nullable {
            statement.name(self.sort.column).push(" IS NULL, ");
        }
        self.sort.expression(statement);
        statement.push(direction).push(", \"id\"").push(direction);
        statement.push(&format!(" LIMIT {}", self.limit + 1));
    }
}

impl Sort {
    /// Both databases order texts by code point, so a page looks the same on either.
    fn expression(&self, statement: &mut Statement) {
        statement.name(self.column);
        if statement.dialect == Dialect::Postgres && self.transport == Transport::Text {
            statement.push(" COLLATE \"C\"");
        }
    }

    /// Rows without a value come last in either direction.
    fn apply_place(&self, place: &Place, statement: &mut Statement) {
        let beyond = if self.descending { " < " } else { " > " };
        if place.value == Value::Null {
            statement
                .name(self.column)
                .push(" IS NULL AND \"id\"")
                .push(beyond)
                .bind_id(&place.id);
            return;
        }
        if self.column == "id" {
            statement.push("\"id\"").push(beyond).bind_id(&place.id);
            return;
        }
        self.expression(statement);
        statement
            .push(beyond)
            .bind(place.value.clone(), self.transport)
            .push(" OR (");
        statement
            .name(self.column)
            .push(" = ")
            .bind(place.value.clone(), self.transport);
        statement
            .push(" AND \"id\"")
            .push(beyond)
            .bind_id(&place.id)
            .push(")");
        if self.nullable {
            statement.push(" OR ").name(self.column).push(" IS NULL");
        }
    }

    pub fn encode_cursor(&self, value: Value, id: &str) -> String {
        let value = match value {
            Value::Null => Json::Null,
            Value::Integer(number) => Json::from(number),
            Value::Boolean(flag) => Json::from(flag),
            Value::Decimal { scaled, .. } => Json::from(scaled),
            Value::Text(text) => Json::String(text),
        };
        let text = json!([self.column, self.descending, value, id]).to_string();
        text.bytes().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn decode_cursor(sort: &Sort, cursor: &str) -> Option<Place> {
    let bytes: Option<Vec<u8>> = (0..cursor.len())
        .step_by(2)
        .map(|start| {
            cursor
                .get(start..start + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        })
        .collect();
    let parts: Vec<Json> = serde_json::from_slice(&bytes?).ok()?;
    let [column, descending, value, id] = parts.as_slice() else {
        return None;
    };
    if column != sort.column || *descending != sort.descending {
        return None;
    }
    let id = uuid::Uuid::try_parse(id.as_str()?).ok()?.to_string();
    let value = match (value, sort.transport) {
        (Json::Null, _) if sort.nullable => Value::Null,
        (Json::Number(number), Transport::Decimal(scale)) => Value::Decimal {
            scaled: number.as_i64()?,
            scale,
        },
        (Json::Number(number), Transport::Integer) => Value::Integer(number.as_i64()?),
        (Json::Bool(flag), Transport::Boolean) => Value::Boolean(*flag),
        (Json::String(text), Transport::Text) => Kind::Email.convert_text(text).ok()?,
        (Json::String(text), Transport::Uuid) => Kind::Uuid.convert_text(text).ok()?,
        (Json::String(text), Transport::Datetime) => TIMESTAMPS.convert_text(text).ok()?,
        (Json::String(text), Transport::Date) => Kind::Date {
            min: None,
            max: None,
        }
        .convert_text(text)
        .ok()?,
        _ => return None,
    };
    Some(Place { value, id })
}

impl Filter {
    fn apply(&self, statement: &mut Statement) {
        match self {
            Filter::Compare {
                column,
                transport,
                operator,
                value,
            } => {
                statement.name(column);
                if statement.dialect == Dialect::Postgres && *transport == Transport::Text {
                    statement.push(" COLLATE \"C\"");
                }
                statement
                    .push(" ")
                    .push(operator)
                    .push(" ")
                    .bind(value.clone(), *transport);
            }
            Filter::Contains { column, text } => like(column, text, statement),
            Filter::Null { column, is_null } => {
                statement
                    .name(column)
                    .push(if *is_null { " IS NULL" } else { " IS NOT NULL" });
            }
            Filter::Linked { relation, id } => {
                if let Some(table) = relation.table() {
                    statement
                        .push("\"id\" IN (SELECT \"source_id\" FROM ")
                        .name(table);
                    statement
                        .push(" WHERE \"target_id\" = ")
                        .bind_id(id)
                        .push(")");
                }
            }
        }
    }
}

fn apply_search(model: &Model, text: &str, statement: &mut Statement) {
    statement.push(" AND (FALSE");
    for field in model
        .fields
        .iter()
        .filter(|field| field.kind.transport() == Transport::Text)
    {
        statement.push(" OR ");
        like(field.name, text, statement);
    }
    statement.push(")");
}

/// Case does not matter in a search; the pattern's own signs lose their meaning.
fn like(column: &str, text: &str, statement: &mut Statement) {
    let escaped = text
        .replace('\0', "")
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    let operator = match statement.dialect {
        Dialect::Sqlite => " LIKE ",
        Dialect::Postgres => " ILIKE ",
    };
    statement.name(column).push(operator);
    statement
        .bind(Value::Text(format!("%{escaped}%")), Transport::Text)
        .push(" ESCAPE '\\'");
}
