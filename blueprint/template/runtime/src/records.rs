//! Create, read, update, delete and list for any model, each in one transaction.

use std::collections::HashMap;

use chrono::Utc;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::database::{Database, Transaction};
use crate::error::{ApiError, Fault};
use crate::model::{Application, Kind, Model, OnDelete, Relation};
use crate::query::ListQuery;
use crate::sql::{Dialect, Statement, Transport};
use crate::validate::{Changes, Mode, validate};
use crate::value::{Value, format_datetime};

pub async fn list(
    database: &Database,
    model: &'static Model,
    query: &ListQuery,
) -> Result<Json, ApiError> {
    let mut transaction = database.begin_read().await?;
    let mut statement = select(database.dialect(), model);
    query.apply(model, &mut statement);
    let columns = columns(model);
    let transports: Vec<Transport> = columns.iter().map(|column| column.1.transport()).collect();
    let mut rows = transaction.fetch(statement, &transports).await?;
    let more = rows.len() > query.limit;
    rows.truncate(query.limit);
    let next_cursor = match rows.last() {
        Some(last) if more => {
            let position = columns
                .iter()
                .position(|column| column.0 == query.sort.column)
                .unwrap_or(0);
            let id = last[0].clone().into_json();
            Some(
                query
                    .sort
                    .encode_cursor(last[position].clone(), id.as_str().unwrap_or_default()),
            )
        }
        _ => None,
    };
    let items = documents(&mut transaction, database.dialect(), model, rows).await?;
    Ok(json!({ "items": items, "next_cursor": next_cursor }))
}

pub async fn read(database: &Database, model: &'static Model, id: &str) -> Result<Json, ApiError> {
    let mut transaction = database.begin_read().await?;
    read_within(&mut transaction, database.dialect(), model, id).await
}

pub async fn create(
    database: &Database,
    model: &'static Model,
    document: &Json,
) -> Result<Json, ApiError> {
    let changes = validate(model, document, Mode::Whole)?;
    insert(database, model, changes).await
}

/// The write itself, apart from the rules of the API: tests use it to show that the database keeps them too.
pub async fn insert(
    database: &Database,
    model: &'static Model,
    changes: Changes,
) -> Result<Json, ApiError> {
    let dialect = database.dialect();
    let mut transaction = database.begin().await?;
    check_references(&mut transaction, dialect, &changes).await?;
    let id = Uuid::now_v7().to_string();
    let now = format_datetime(Utc::now());
    let mut statement = Statement::new(dialect, "INSERT INTO ");
    statement
        .name(model.name)
        .push(" (\"id\", \"created_at\", \"updated_at\"");
    for (column, _, _) in &changes.columns {
        statement.push(", ").name(column);
    }
    statement.push(") VALUES (").bind_id(&id);
    for _ in 0..2 {
        statement
            .push(", ")
            .bind(Value::Text(now.clone()), Transport::Datetime);
    }
    for (_, value, transport) in changes.columns {
        statement.push(", ").bind(value, transport);
    }
    statement.push(")");
    transaction
        .execute(statement)
        .await
        .map_err(|error| ApiError::from_database(error, model))?;
    write_links(&mut transaction, dialect, model, &id, changes.links).await?;
    let document = read_within(&mut transaction, dialect, model, &id).await?;
    transaction
        .commit()
        .await
        .map_err(|error| ApiError::from_database(error, model))?;
    Ok(document)
}

pub async fn update(
    database: &Database,
    model: &'static Model,
    id: &str,
    document: &Json,
    mode: Mode,
) -> Result<Json, ApiError> {
    let changes = validate(model, document, mode)?;
    let dialect = database.dialect();
    let mut transaction = database.begin().await?;
    let mut statement = Statement::new(dialect, "UPDATE ");
    statement.name(model.name).push(" SET \"updated_at\" = ");
    statement.bind(
        Value::Text(format_datetime(Utc::now())),
        Transport::Datetime,
    );
    check_references(&mut transaction, dialect, &changes).await?;
    for (column, value, transport) in changes.columns {
        statement
            .push(", ")
            .name(column)
            .push(" = ")
            .bind(value, transport);
    }
    statement.push(" WHERE \"id\" = ").bind_id(id);
    let count = transaction
        .execute(statement)
        .await
        .map_err(|error| ApiError::from_database(error, model))?;
    if count == 0 {
        return Err(missing(model, id));
    }
    for (relation, _) in &changes.links {
        if let Some(table) = relation.table() {
            let mut statement = Statement::new(dialect, "DELETE FROM ");
            statement
                .name(table)
                .push(" WHERE \"source_id\" = ")
                .bind_id(id);
            transaction.execute(statement).await?;
        }
    }
    write_links(&mut transaction, dialect, model, id, changes.links).await?;
    let document = read_within(&mut transaction, dialect, model, id).await?;
    transaction
        .commit()
        .await
        .map_err(|error| ApiError::from_database(error, model))?;
    Ok(document)
}

pub async fn delete(
    database: &Database,
    application: &Application,
    model: &'static Model,
    id: &str,
) -> Result<(), ApiError> {
    let dialect = database.dialect();
    let mut transaction = database.begin().await?;
    let mut details = Vec::new();
    for (source, relation) in application.relations_to(model.name) {
        if relation.on_delete == OnDelete::Restrict {
            let count = count_references(&mut transaction, dialect, source, relation, id).await?;
            if count > 0 {
                let message = format!(
                    "{count} of {} refer to it as their {}",
                    source.name, relation.name
                );
                details.push(Fault::new(format!("/{}", relation.inverse), message));
            }
        }
    }
    if !details.is_empty() {
        return Err(ApiError::conflict(
            "it is still in use and cannot be deleted",
            details,
        ));
    }
    let mut statement = Statement::new(dialect, "DELETE FROM ");
    statement
        .name(model.name)
        .push(" WHERE \"id\" = ")
        .bind_id(id);
    // What the count above cannot see, such as a restriction further down a cascade, the database refuses.
    let in_use = |error: sqlx::Error| {
        let kind = error.as_database_error().map(|fault| fault.kind());
        if matches!(kind, Some(sqlx::error::ErrorKind::ForeignKeyViolation)) {
            return ApiError::conflict("it is still in use and cannot be deleted", Vec::new());
        }
        ApiError::from(error)
    };
    let count = transaction.execute(statement).await.map_err(in_use)?;
    if count == 0 {
        return Err(missing(model, id));
    }
    transaction.commit().await.map_err(in_use)
}

/// The columns of a row in the order in which they are read, with the key of each in the document.
fn columns(model: &'static Model) -> Vec<(&'static str, &'static Kind)> {
    const TIME: Kind = Kind::Datetime {
        min: None,
        max: None,
    };
    let relations = model
        .relations
        .iter()
        .filter_map(|relation| relation.column());
    std::iter::once(("id", &Kind::Uuid))
        .chain(model.fields.iter().map(|field| (field.name, &field.kind)))
        .chain(relations.map(|column| (column, &Kind::Uuid)))
        .chain([("created_at", &TIME), ("updated_at", &TIME)])
        .collect()
}

fn select(dialect: Dialect, model: &'static Model) -> Statement {
    let mut statement = Statement::new(dialect, "SELECT ");
    for (index, (name, kind)) in columns(model).into_iter().enumerate() {
        if index > 0 {
            statement.push(", ");
        }
        statement.column(name, kind.transport());
    }
    statement.push(" FROM ").name(model.name);
    statement
}

async fn read_within(
    transaction: &mut Transaction,
    dialect: Dialect,
    model: &'static Model,
    id: &str,
) -> Result<Json, ApiError> {
    let mut statement = select(dialect, model);
    statement.push(" WHERE \"id\" = ").bind_id(id);
    let transports: Vec<Transport> = columns(model)
        .iter()
        .map(|column| column.1.transport())
        .collect();
    let rows = transaction.fetch(statement, &transports).await?;
    documents(transaction, dialect, model, rows)
        .await?
        .pop()
        .ok_or_else(|| missing(model, id))
}

/// Turns rows into documents and adds the arrays of linked ids, one query per relation for all rows.
async fn documents(
    transaction: &mut Transaction,
    dialect: Dialect,
    model: &'static Model,
    rows: Vec<Vec<Value>>,
) -> Result<Vec<Json>, ApiError> {
    let columns = columns(model);
    let ids: Vec<String> = rows
        .iter()
        .filter_map(|row| match row.first() {
            Some(Value::Text(id)) => Some(id.clone()),
            _ => None,
        })
        .collect();
    let mut links = Vec::new();
    for relation in model.relations {
        if let Some(table) = relation.table() {
            links.push((
                relation.name,
                linked_ids(transaction, dialect, table, &ids).await?,
            ));
        }
    }
    let documents = rows.into_iter().zip(&ids).map(|(row, id)| {
        let mut document = Map::new();
        for ((name, kind), value) in columns.iter().zip(row) {
            document.insert((*name).to_owned(), kind.render(value));
        }
        for (name, links) in &links {
            document.insert(
                (*name).to_owned(),
                json!(links.get(id).cloned().unwrap_or_default()),
            );
        }
        Json::Object(document)
    });
    Ok(documents.collect())
}

async fn linked_ids(
    transaction: &mut Transaction,
    dialect: Dialect,
    table: &str,
    ids: &[String],
) -> Result<HashMap<String, Vec<String>>, ApiError> {
    let mut links: HashMap<String, Vec<String>> = HashMap::new();
    if ids.is_empty() {
        return Ok(links);
    }
    let mut statement = Statement::new(dialect, "SELECT ");
    statement
        .column("source_id", Transport::Uuid)
        .push(", ")
        .column("target_id", Transport::Uuid);
    statement
        .push(" FROM ")
        .name(table)
        .push(" WHERE \"source_id\" IN (");
    for (index, id) in ids.iter().enumerate() {
        if index > 0 {
            statement.push(", ");
        }
        statement.bind_id(id);
    }
    statement.push(") ORDER BY \"position\"");
    for row in transaction
        .fetch(statement, &[Transport::Uuid, Transport::Uuid])
        .await?
    {
        if let [Value::Text(source), Value::Text(target)] = row.as_slice() {
            links
                .entry(source.clone())
                .or_default()
                .push(target.clone());
        }
    }
    Ok(links)
}

async fn write_links(
    transaction: &mut Transaction,
    dialect: Dialect,
    model: &'static Model,
    id: &str,
    links: Vec<(&'static Relation, Vec<String>)>,
) -> Result<(), ApiError> {
    for (relation, targets) in links {
        let Some(table) = relation.table() else {
            continue;
        };
        for (position, target) in (0_i64..).zip(&targets) {
            let mut statement = Statement::new(dialect, "INSERT INTO ");
            statement
                .name(table)
                .push(" (\"source_id\", \"target_id\", \"position\") VALUES (");
            statement.bind_id(id).push(", ").bind_id(target).push(", ");
            statement
                .bind(Value::Integer(position), Transport::Integer)
                .push(")");
            transaction
                .execute(statement)
                .await
                .map_err(|error| ApiError::from_database(error, model))?;
        }
    }
    Ok(())
}

/// Looks up every id before the write, so that the answer can name each one that leads nowhere.
async fn check_references(
    transaction: &mut Transaction,
    dialect: Dialect,
    changes: &Changes,
) -> Result<(), ApiError> {
    let mut faults = Vec::new();
    for (path, target, id) in &changes.references {
        let mut statement = Statement::new(dialect, "SELECT 'found' FROM ");
        statement.name(target).push(" WHERE \"id\" = ").bind_id(id);
        if transaction
            .fetch(statement, &[Transport::Text])
            .await?
            .is_empty()
        {
            faults.push(Fault::new(
                path,
                format!("there is no such record in {target}"),
            ));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(ApiError::invalid(faults))
    }
}

async fn count_references(
    transaction: &mut Transaction,
    dialect: Dialect,
    source: &Model,
    relation: &Relation,
    id: &str,
) -> Result<i64, ApiError> {
    let (table, column) = match (relation.table(), relation.column()) {
        (Some(table), _) => (table, "target_id"),
        (None, column) => (source.name, column.unwrap_or_default()),
    };
    let mut statement = Statement::new(dialect, "SELECT count(*) FROM ");
    statement
        .name(table)
        .push(" WHERE ")
        .name(column)
        .push(" = ")
        .bind_id(id);
    let rows = transaction.fetch(statement, &[Transport::Integer]).await?;
    match rows.first().and_then(|row| row.first()) {
        Some(Value::Integer(count)) => Ok(*count),
        _ => Ok(0),
    }
}

fn missing(model: &Model, id: &str) -> ApiError {
    ApiError::not_found(format!("there is no record {id} in {}", model.name))
}
