//! What may be asked of a list of records, and the SQL that it becomes: pieces that were written here, and values that are bound.

use chrono::TimeDelta;
use engine::Time;
use sea_orm::Value;
use uuid::Uuid;

use super::column::{ColumnKind, RecordColumn};
use super::tables::RecordTable;
use crate::database::Database;
use crate::page::Paging;
use crate::pattern;
use crate::rising::first_id_at;

/// How much older an id may be than the time beside it: a webhook's execution has its id when it is first tried to begin it,
/// and senders try again for hours.
const OLDER: TimeDelta = TimeDelta::days(1);

/// How much younger it may be: clocks of several machines differ.
const YOUNGER: TimeDelta = TimeDelta::hours(1);

/// A field that a workspace has declared beside those of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraField {
    pub name: String,
    /// Compared as whole numbers, and as texts otherwise.
    pub is_number: bool,
}

/// What is compared or ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordPlace {
    Id,
    Column(&'static RecordColumn),
    Extra(ExtraField),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordValue {
    Text(String),
    Whole(i64),
    Truth(bool),
    Moment(Time),
    Id(Uuid),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Unequal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordTest {
    Is(Comparison, RecordValue),
    /// It is a text, and has this somewhere in it, in any case.
    Contains(String),
    Missing(bool),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSort {
    pub by: RecordPlace,
    pub descending: bool,
}

#[derive(Debug, Clone, Default)]
pub struct RecordQuery {
    pub paging: Paging,
    /// As the list usually is, unless said.
    pub sort: Option<RecordSort>,
    pub tests: Vec<(RecordPlace, RecordTest)>,
    /// Words that one of its texts has.
    pub q: Option<String>,
    /// Only these.
    pub ids: Option<Vec<Uuid>>,
    /// Only what is this person's, of what is anybody's.
    pub person: Option<Uuid>,
    /// Fields that the workspace has declared, which come with the others.
    pub extras: Vec<ExtraField>,
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "<>",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }
}

/// A statement in the making: what is bound has its number, and nothing else comes in from outside.
pub(super) struct Builder<'a> {
    pub(super) database: &'a Database,
    pub(super) table: &'static RecordTable,
    /// Whose records these are; extra fields are a workspace's.
    pub(super) workspace: Option<Uuid>,
    pub(super) values: Vec<Value>,
}

impl Builder<'_> {
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn bind_value(&mut self, place: &RecordPlace, value: &RecordValue) -> String {
        let is_flag =
            matches!(place, RecordPlace::Column(column) if column.kind == ColumnKind::Flag);
        let bound: Value = match value {
            RecordValue::Text(text) => text.as_str().into(),
            RecordValue::Whole(number) => (*number).into(),
            RecordValue::Truth(truth) if is_flag => i32::from(*truth).into(),
            RecordValue::Truth(truth) => (*truth).into(),
            RecordValue::Moment(at) => self.database.time(*at),
            RecordValue::Id(id) => (*id).into(),
        };
        self.bind(bound)
    }

    pub(super) fn expression(&mut self, place: &RecordPlace) -> String {
        match place {
            RecordPlace::Id => self.table.id.to_owned(),
            RecordPlace::Column(column) => column.expression(self.database),
            RecordPlace::Extra(field) => {
                let kept = if field.is_number { "number" } else { "words" };
                let workspace = self.bind(self.workspace);
                let name = self.bind(field.name.as_str());
                format!(
                    "(SELECT x.{kept} FROM extra_values x WHERE x.workspace_id = {workspace} AND x.model = '{}'
                      AND x.record_id = {} AND x.field = {name})",
                    self.table.name, self.table.id
                )
            }
        }
    }

    pub(super) fn test(&mut self, place: &RecordPlace, test: &RecordTest) -> String {
        let expression = self.expression(place);
        match test {
            RecordTest::Is(comparison, value) => {
                let value = self.bind_value(place, value);
                format!("{expression} {} {value}", comparison.sign())
            }
            RecordTest::Contains(text) => self.contains(&expression, text),
            RecordTest::Missing(true) => format!("{expression} IS NULL"),
            RecordTest::Missing(false) => format!("{expression} IS NOT NULL"),
        }
    }

    /// What follows for ids, where a time rises as they do: an index then leaves out what is too old or too new.
    pub(super) fn test_of_ids(&mut self, place: &RecordPlace, test: &RecordTest) -> Option<String> {
        let (RecordPlace::Column(column), RecordTest::Is(comparison, RecordValue::Moment(at))) =
            (place, test)
        else {
            return None;
        };
        if self.table.serial || !column.is_as_ids_rise() {
            return None;
        }
        let (sign, at) = match comparison {
            Comparison::Greater | Comparison::GreaterOrEqual => {
                (">=", at.checked_sub_signed(OLDER)?)
            }
            Comparison::Less | Comparison::LessOrEqual => ("<", at.checked_add_signed(YOUNGER)?),
            Comparison::Equal | Comparison::Unequal => return None,
        };
        let id = self.bind(first_id_at(at));
        Some(format!("{} {sign} {id}", self.table.id))
    }

    /// Neither database heeds case in a search, and the signs of patterns mean themselves.
    fn contains(&mut self, expression: &str, text: &str) -> String {
        let pattern = format!("%{}%", pattern::escaped(text));
        let like = match self.database.is_sqlite() {
            true => "LIKE",
            false => "ILIKE",
        };
        let pattern = self.bind(pattern);
        format!(r"{expression} {like} {pattern} ESCAPE '\'")
    }

    /// What has these words in one of the texts that are searched.
    pub(super) fn words(&mut self, text: &str) -> String {
        let table = self.table;
        let mut tests = Vec::new();
        for column in table.columns.iter().filter(|column| column.is_searched()) {
            let expression = column.expression(self.database);
            tests.push(self.contains(&expression, text));
        }
        match tests.is_empty() {
            true => "1 = 0".to_owned(),
            false => format!("({})", tests.join(" OR ")),
        }
    }
}

/// Where a list stands: what it is ordered by, and the id, which tells those apart that are alike.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Place {
    /// Null for what has no value, and where ids are the order.
    pub(super) key: Key,
    pub(super) id: Key,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Key {
    Nothing,
    Text(String),
    Whole(i64),
    Truth(bool),
    /// Microseconds since 1970.
    Moment(i64),
    Id(Uuid),
}

impl Key {
    fn value(&self) -> Option<RecordValue> {
        Some(match self {
            Self::Nothing => return None,
            Self::Text(text) => RecordValue::Text(text.clone()),
            Self::Whole(number) => RecordValue::Whole(*number),
            Self::Truth(truth) => RecordValue::Truth(*truth),
            Self::Moment(micros) => {
                RecordValue::Moment(Time::from_timestamp_micros(*micros).unwrap_or_default())
            }
            Self::Id(id) => RecordValue::Id(*id),
        })
    }

    /// Whether it is what the order is made of: a cursor comes from outside.
    fn fits(&self, place: &RecordPlace, table: &RecordTable) -> bool {
        let kind = match place {
            RecordPlace::Id if table.serial => ColumnKind::Big,
            RecordPlace::Id => ColumnKind::Uuid,
            RecordPlace::Column(column) => column.kind,
            RecordPlace::Extra(field) if field.is_number => ColumnKind::Big,
            RecordPlace::Extra(_) => ColumnKind::Text,
        };
        match self {
            Self::Nothing => false,
            Self::Text(_) => kind == ColumnKind::Text,
            Self::Whole(_) => matches!(kind, ColumnKind::Integer | ColumnKind::Big),
            Self::Truth(_) => matches!(kind, ColumnKind::Flag | ColumnKind::Truth),
            Self::Moment(_) => kind == ColumnKind::Time,
            Self::Id(_) => kind == ColumnKind::Uuid,
        }
    }
}

/// The order of a list.
pub(super) struct Order {
    pub(super) by: RecordPlace,
    pub(super) descending: bool,
}

impl Order {
    pub(super) fn of(table: &'static RecordTable, sort: Option<&RecordSort>) -> Self {
        let usual = || {
            let (name, descending) = match table.usual.strip_prefix('-') {
                Some(name) => (name, true),
                None => (table.usual, false),
            };
            let by = table
                .column(name)
                .map_or(RecordPlace::Id, RecordPlace::Column);
            (by, descending)
        };
        let (by, descending) = sort.map_or_else(usual, |sort| (sort.by.clone(), sort.descending));
        let by = match by {
            RecordPlace::Column(column) if column.is_as_ids_rise() => RecordPlace::Id,
            other => other,
        };
        Self { by, descending }
    }

    /// What the cursors of this order are known by.
    pub(super) fn name(&self) -> String {
        let name = match &self.by {
            RecordPlace::Id => "id",
            RecordPlace::Column(column) => column.name,
            RecordPlace::Extra(field) => &field.name,
        };
        match self.descending {
            true => format!("-{name}"),
            false => name.to_owned(),
        }
    }

    fn is_nullable(&self) -> bool {
        match &self.by {
            RecordPlace::Id => false,
            RecordPlace::Column(column) => column.nullable,
            RecordPlace::Extra(_) => true,
        }
    }

    /// Whether what it is ordered by tells all apart, so that ids add nothing.
    fn is_unique(&self) -> bool {
        matches!(self.by, RecordPlace::Column(column) if column.is_unique())
    }

    pub(super) fn fits(&self, place: &Place, table: &RecordTable) -> bool {
        let is_key = match self.by {
            RecordPlace::Id => place.key == Key::Nothing,
            _ => {
                place.key.fits(&self.by, table) || (place.key == Key::Nothing && self.is_nullable())
            }
        };
        is_key && place.id.fits(&RecordPlace::Id, table)
    }

    /// What has no value comes last in either direction.
    pub(super) fn clause(&self, builder: &mut Builder<'_>) -> String {
        let direction = if self.descending { "DESC" } else { "ASC" };
        let id = builder.table.id;
        if self.by == RecordPlace::Id {
            return format!("{id} {direction}");
        }
        let key = builder.expression(&self.by);
        if self.is_unique() {
            return format!("{key} {direction}");
        }
        match self.is_nullable() {
            true => format!("({key} IS NULL), {key} {direction}, {id} {direction}"),
            false => format!("{key} {direction}, {id} {direction}"),
        }
    }

    /// What comes after this place; or, up to it, with it and what comes before.
    pub(super) fn beyond(&self, place: &Place, up_to: bool, builder: &mut Builder<'_>) -> String {
        let sign = match (self.descending, up_to) {
            (false, false) => ">",
            (true, false) => "<",
            (false, true) => "<=",
            (true, true) => ">=",
        };
        let id = builder.table.id;
        let last = place.id.value().unwrap_or(RecordValue::Whole(0));
        if self.by == RecordPlace::Id {
            let last = builder.bind_value(&RecordPlace::Id, &last);
            return format!("{id} {sign} {last}");
        }
        let key = builder.expression(&self.by);
        let Some(value) = place.key.value() else {
            let last = builder.bind_value(&RecordPlace::Id, &last);
            return match up_to {
                false => format!("({key} IS NULL AND {id} {sign} {last})"),
                true => format!("({key} IS NOT NULL OR {id} {sign} {last})"),
            };
        };
        let value = builder.bind_value(&self.by, &value);
        if self.is_unique() {
            return format!("{key} {sign} {value}");
        }
        let last = builder.bind_value(&RecordPlace::Id, &last);
        let within = format!("({key}, {id}) {sign} ({value}, {last})");
        match self.is_nullable() && !up_to {
            true => format!("({within} OR {key} IS NULL)"),
            false => within,
        }
    }
}
