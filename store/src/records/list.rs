//! Records of Lathe's own: a page of them, or one.
//!
//! What an index does not find is looked for in a stretch of the list at a time, in its order, so that a page costs the same
//! however much there is: it may hold fewer than there is room for, even none, and yet have a next one.

use chrono::SecondsFormat;
use engine::Time;
use sea_orm::{DbErr, QueryResult, TryGetable};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::column::{ColumnKind, RecordColumn};
use super::query::{
    Builder, Comparison, ExtraField, Key, Order, Place, RecordPlace, RecordQuery, RecordTest,
};
use super::tables::RecordTable;
use crate::cursor;
use crate::database::Moment;
use crate::error::{StoreError, StoreResult};
use crate::page::Page;
use crate::scope::Scope;
use crate::store::Store;

const DOING: &str = "list records";
const LIST: &str = "records";

/// What one page looks through, at most.
const SEARCHED: i64 = 20_000;

/// A record as it is shown: its values by name, those of the workspace's own fields among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: String,
    /// Rises with every change, where that is counted.
    pub revision: Option<u32>,
    pub values: Map<String, Value>,
}

/// A record with where it stands in the list.
struct Listed {
    record: Record,
    id: Option<Uuid>,
    place: Place,
}

/// What is asked for at all, before anything is looked for in it.
struct Stretch {
    conditions: String,
    /// Whether an index has it in the order of ids, or it is little.
    is_in_order: bool,
}

impl Store {
    pub async fn list_records(
        &self,
        scope: Scope,
        table: &'static RecordTable,
        query: &RecordQuery,
    ) -> StoreResult<Page<Record>> {
        let order = Order::of(table, query.sort.as_ref());
        let cursors = format!("{}:{}", table.name, order.name());
        let after = query.paging.after::<(String, Place)>(LIST)?;
        let after = match after {
            Some((known, place)) if known == cursors && order.fits(&place, table) => Some(place),
            Some(_) => return Err(StoreError::BadCursor),
            None => None,
        };
        let mut builder = self.builder(scope, table);
        let indexed = Indexed::of(table, query);
        let mut stretch = stretch(&mut builder, scope, query, &indexed);
        if let Some(after) = &after {
            stretch.conditions += &format!(" AND {}", order.beyond(after, false, &mut builder));
        }
        let is_searched = query.q.is_some() || !query.tests.iter().all(|test| indexed.has(test));
        let mut last = None;
        // A handful is looked through at once.
        if is_searched && query.ids.is_none() {
            last = self
                .last_record_searched(&builder, &stretch, &order)
                .await?;
            if let Some(last) = &last {
                stretch.conditions += &format!(" AND {}", order.beyond(last, true, &mut builder));
            }
        }
        let most = match is_searched {
            true => SEARCHED,
            false => query.paging.fetch(),
        };
        let within = within(&mut builder, &stretch, &order, most);
        let found = looked_for(&mut builder, query, &indexed);
        let selected = select(&mut builder, &order, RecordColumn::is_in_lists);
        let clause = order.clause(&mut builder);
        let fetch = builder.bind(query.paging.fetch());
        let sql = format!(
            "SELECT {selected} FROM {} WHERE {within}{found} ORDER BY {clause} LIMIT {fetch}",
            table.from
        );
        let mut items = self
            .read(builder, sql, &order, RecordColumn::is_in_lists)
            .await?;
        let more = items.len() > query.paging.size();
        items.truncate(query.paging.size());
        let end = match items.last() {
            Some(item) if more => Some(item.place.clone()),
            _ => last,
        };
        let next_cursor = end.map(|place| cursor::encode(LIST, &(&cursors, place)));
        let items = self.with_extras(scope, table, &query.extras, items).await?;
        Ok(Page {
            items,
            next_cursor: next_cursor.transpose()?,
        })
    }

    /// One record, with what is too long for lists.
    pub async fn record(
        &self,
        scope: Scope,
        table: &'static RecordTable,
        id: &str,
        person: Option<Uuid>,
        extras: &[ExtraField],
    ) -> StoreResult<Option<Record>> {
        let order = Order {
            by: RecordPlace::Id,
            descending: false,
        };
        let mut builder = self.builder(scope, table);
        let query = RecordQuery {
            person,
            ..RecordQuery::default()
        };
        let indexed = Indexed::of(table, &query);
        let Stretch { conditions, .. } = stretch(&mut builder, scope, &query, &indexed);
        let known = match table.serial {
            true => id.parse::<i64>().ok().map(|id| builder.bind(id)),
            false => Uuid::try_parse(id).ok().map(|id| builder.bind(id)),
        };
        let Some(known) = known else {
            return Ok(None);
        };
        let selected = select(&mut builder, &order, |_| true);
        let sql = format!(
            "SELECT {selected} FROM {} WHERE {conditions} AND {} = {known}",
            table.from, table.id
        );
        let items = self.read(builder, sql, &order, |_| true).await?;
        let mut items = self.with_extras(scope, table, extras, items).await?;
        Ok(items.pop())
    }

    fn builder(&self, scope: Scope, table: &'static RecordTable) -> Builder<'_> {
        let workspace = match scope {
            Scope::System => None,
            Scope::Workspace(workspace) => Some(workspace),
        };
        Builder {
            database: &self.database,
            table,
            workspace,
            values: Vec::new(),
        }
    }

    /// Where the stretch ends that one page looks through; none when it is all that is left.
    async fn last_record_searched(
        &self,
        so_far: &Builder<'_>,
        stretch: &Stretch,
        order: &Order,
    ) -> StoreResult<Option<Place>> {
        let mut builder = Builder {
            database: so_far.database,
            table: so_far.table,
            workspace: so_far.workspace,
            values: so_far.values.clone(),
        };
        let within = within(&mut builder, stretch, order, SEARCHED);
        let selected = select(&mut builder, order, |_| false);
        let clause = order.clause(&mut builder);
        let offset = builder.bind(SEARCHED - 1);
        let sql = format!(
            "SELECT {selected} FROM {} WHERE {within} ORDER BY {clause} LIMIT 1 OFFSET {offset}",
            builder.table.from
        );
        let found = self.read(builder, sql, order, |_| false).await?;
        Ok(found.into_iter().next().map(|found| found.place))
    }

    async fn read(
        &self,
        builder: Builder<'_>,
        sql: String,
        order: &Order,
        shown: impl Fn(&RecordColumn) -> bool,
    ) -> StoreResult<Vec<Listed>> {
        let table = builder.table;
        let statement = self.database.statement_of(sql, builder.values);
        let rows = self.database.rows(DOING, statement).await?;
        let columns: Vec<&RecordColumn> = table.columns.iter().filter(|one| shown(one)).collect();
        rows.iter()
            .map(|row| listed(row, table, &columns, order))
            .collect::<Result<_, _>>()
            .map_err(StoreError::doing(DOING))
    }

    async fn with_extras(
        &self,
        scope: Scope,
        table: &'static RecordTable,
        extras: &[ExtraField],
        items: Vec<Listed>,
    ) -> StoreResult<Vec<Record>> {
        let ids: Vec<Uuid> = items.iter().filter_map(|item| item.id).collect();
        let mut values = match extras.is_empty() || ids.is_empty() {
            true => Vec::new(),
            false => self.extra_values(scope, table, &ids).await?,
        };
        let records = items.into_iter().map(|item| {
            let mut record = item.record;
            for field in extras {
                let at = values.iter().position(|value| {
                    Some(value.record_id) == item.id && value.field == field.name
                });
                let value = at.map_or(Value::Null, |at| values.swap_remove(at).value());
                record.values.insert(field.name.clone(), value);
            }
            record
        });
        Ok(records.collect())
    }
}

/// Which tests an index answers, so that no stretch has to be looked through for them.
struct Indexed {
    lane: Option<&'static str>,
    /// One thing's or one person's: that is narrower than anything else.
    has_narrower: bool,
}

impl Indexed {
    fn of(table: &'static RecordTable, query: &RecordQuery) -> Self {
        let narrower = query.tests.iter().any(|(place, test)| {
            is_equal(test) && matches!(place, RecordPlace::Column(column) if column.is_narrow())
        });
        Self {
            lane: table.lanes.as_ref().map(|lanes| lanes.column),
            has_narrower: narrower,
        }
    }

    fn has(&self, (place, test): &(RecordPlace, RecordTest)) -> bool {
        match place {
            RecordPlace::Id => true,
            RecordPlace::Column(column) if is_equal(test) => {
                column.is_narrow()
                    || (!self.has_narrower
                        && (column.is_narrow_in_lanes() || Some(column.name) == self.lane))
            }
            _ => false,
        }
    }
}

fn is_equal(test: &RecordTest) -> bool {
    matches!(test, RecordTest::Is(Comparison::Equal, _))
}

fn stretch(
    builder: &mut Builder<'_>,
    scope: Scope,
    query: &RecordQuery,
    indexed: &Indexed,
) -> Stretch {
    let table = builder.table;
    let tests: Vec<_> = query
        .tests
        .iter()
        .filter(|test| indexed.has(test))
        .collect();
    let is_of = |wanted: &dyn Fn(&RecordColumn) -> bool| {
        tests
            .iter()
            .any(|(place, _)| matches!(place, RecordPlace::Column(column) if wanted(column)))
    };
    let is_lane = is_of(&|column| Some(column.name) == indexed.lane);
    let has_other_index = query.ids.is_some()
        || table.lanes.is_some()
            && is_of(&|column| column.is_narrow_in_lanes() || column.name == "rerun_of_id");
    let mut conditions = table.alive.to_owned();
    if let (Some(column), Scope::Workspace(workspace)) = (table.workspace, scope) {
        let bound = builder.bind(workspace);
        let column = match has_other_index {
            true => builder.database.looked_at(column),
            false => column.to_owned(),
        };
        conditions += &format!(" AND {column} = {bound}");
    }
    if let (Some(column), Some(person)) = (table.person, query.person) {
        let bound = builder.bind(person);
        conditions += &format!(" AND {column} = {bound}");
    }
    if let Some(ids) = &query.ids {
        let next = builder.values.len() + 1;
        let (among, ids) = builder.database.among(table.id, next, ids);
        builder.values.push(ids);
        conditions += &format!(" AND {among}");
    }
    for (place, test) in &tests {
        let condition = builder.test(place, test);
        conditions += &format!(" AND {condition}");
    }
    for (place, test) in &query.tests {
        if let Some(condition) = builder.test_of_ids(place, test) {
            conditions += &format!(" AND {condition}");
        }
    }
    Stretch {
        conditions,
        is_in_order: is_lane || indexed.has_narrower || query.ids.is_some(),
    }
}

/// What has to be looked for in the stretch.
fn looked_for(builder: &mut Builder<'_>, query: &RecordQuery, indexed: &Indexed) -> String {
    let mut found = String::new();
    for (place, test) in query.tests.iter().filter(|test| !indexed.has(test)) {
        let condition = builder.test(place, test);
        found += &format!(" AND {condition}");
    }
    if let Some(text) = &query.q {
        let condition = builder.words(text);
        found += &format!(" AND {condition}");
    }
    found
}

/// The stretch as a condition: lane by lane, where no index has all of it in its order.
fn within(builder: &mut Builder<'_>, stretch: &Stretch, order: &Order, most: i64) -> String {
    let Stretch {
        conditions,
        is_in_order,
    } = stretch;
    let table = builder.table;
    let Some(lanes) = table.lanes.as_ref().filter(|_| !is_in_order) else {
        return conditions.clone();
    };
    let limit = builder.bind(most);
    let direction = if order.descending { "DESC" } else { "ASC" };
    let id = table.id;
    let each = lanes.values.iter().map(|value| {
        format!(
            "SELECT id FROM (SELECT {id} FROM {} WHERE {conditions} AND t.{} = '{value}' ORDER BY {id} {direction} LIMIT {limit})
             AS newest",
            table.from, lanes.column
        )
    });
    let each: Vec<String> = each.collect();
    format!("{id} IN ({})", each.join(" UNION ALL "))
}

/// The columns in the order in which they are read: the id, what the list is ordered by, the revision, and the others.
fn select(
    builder: &mut Builder<'_>,
    order: &Order,
    shown: impl Fn(&RecordColumn) -> bool,
) -> String {
    let table = builder.table;
    let key = builder.expression(&order.by);
    let revision = match table.kept {
        Some(_) => "t.revision",
        None => "0",
    };
    let mut parts = vec![
        format!("{} AS record_id", table.id),
        format!("{key} AS sort_key"),
        format!("{revision} AS record_revision"),
    ];
    for (at, column) in table.columns.iter().filter(|one| shown(one)).enumerate() {
        parts.push(format!("{} AS c{at}", column.expression(builder.database)));
    }
    parts.join(", ")
}

fn listed(
    row: &QueryResult,
    table: &'static RecordTable,
    columns: &[&RecordColumn],
    order: &Order,
) -> Result<Listed, DbErr> {
    let (id, shown, id_key) = match table.serial {
        true => {
            let seq: i64 = row.try_get("", "record_id")?;
            (None, seq.to_string(), Key::Whole(seq))
        }
        false => {
            let id: Uuid = row.try_get("", "record_id")?;
            (Some(id), id.to_string(), Key::Id(id))
        }
    };
    let revision: Option<i32> = match table.kept {
        Some(_) => Some(row.try_get("", "record_revision")?),
        None => None,
    };
    let mut values = Map::new();
    values.insert("id".to_owned(), shown.clone().into());
    for (at, column) in columns.iter().enumerate() {
        values.insert(
            column.name.to_owned(),
            value(row, &format!("c{at}"), column.kind)?,
        );
    }
    Ok(Listed {
        record: Record {
            id: shown,
            revision: revision.map(i32::cast_unsigned),
            values,
        },
        id,
        place: Place {
            key: key(row, &order.by)?,
            id: id_key,
        },
    })
}

fn get<T: TryGetable>(row: &QueryResult, name: &str) -> Result<Option<T>, DbErr> {
    row.try_get::<Option<T>>("", name)
}

fn value(row: &QueryResult, name: &str, kind: ColumnKind) -> Result<Value, DbErr> {
    Ok(match kind {
        ColumnKind::Text => get::<String>(row, name)?.into(),
        ColumnKind::Uuid => get::<Uuid>(row, name)?.map(|id| id.to_string()).into(),
        ColumnKind::Integer => get::<i32>(row, name)?.into(),
        ColumnKind::Big => get::<i64>(row, name)?.into(),
        ColumnKind::Flag => get::<i32>(row, name)?.map(|flag| flag != 0).into(),
        ColumnKind::Truth => get::<bool>(row, name)?.into(),
        ColumnKind::Time => get::<Moment>(row, name)?.map(|at| shown(at.0)).into(),
        ColumnKind::Json => match get::<String>(row, name)? {
            // What is no JSON any more is shown as it is, so that the others can be read.
            Some(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            None => Value::Null,
        },
    })
}

/// As the API writes moments.
fn shown(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn key(row: &QueryResult, by: &RecordPlace) -> Result<Key, DbErr> {
    const NAME: &str = "sort_key";
    let found = match by {
        RecordPlace::Id => None,
        RecordPlace::Extra(field) if field.is_number => get::<i64>(row, NAME)?.map(Key::Whole),
        RecordPlace::Extra(_) => get::<String>(row, NAME)?.map(Key::Text),
        RecordPlace::Column(column) => match column.kind {
            ColumnKind::Text | ColumnKind::Json => get::<String>(row, NAME)?.map(Key::Text),
            ColumnKind::Uuid => get::<Uuid>(row, NAME)?.map(Key::Id),
            ColumnKind::Integer => get::<i32>(row, NAME)?.map(|number| Key::Whole(number.into())),
            ColumnKind::Big => get::<i64>(row, NAME)?.map(Key::Whole),
            ColumnKind::Flag => get::<i32>(row, NAME)?.map(|flag| Key::Truth(flag != 0)),
            ColumnKind::Truth => get::<bool>(row, NAME)?.map(Key::Truth),
            ColumnKind::Time => {
                get::<Moment>(row, NAME)?.map(|at| Key::Moment(at.0.timestamp_micros()))
            }
        },
    };
    Ok(found.unwrap_or(Key::Nothing))
}
