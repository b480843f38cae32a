//! A column of a list: what it holds, how it is read, and what may be asked of it. Every piece of SQL in it was written here.

use crate::database::Database;

/// What a column holds, and so how it is read, compared and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    Text,
    Uuid,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Big,
    /// A truth that is kept as a whole number.
    Flag,
    Truth,
    Time,
    Json,
}

/// How a list may be ordered by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Not,
    ByItself,
    /// Ids rise with it, and have the index.
    ById,
}

/// Whether an index finds what has a value in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Narrow {
    Not,
    Ordered,
    InLanes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordColumn {
    pub name: &'static str,
    pub kind: ColumnKind,
    pub nullable: bool,
    /// Whether it can be compared.
    pub filtered: bool,
    sql: &'static str,
    /// The field of the JSON in `sql` that is meant.
    inside: Option<&'static str>,
    /// The list of the JSON in `sql` whose entries are counted.
    counted: Option<&'static str>,
    order: Order,
    searched: bool,
    alone: bool,
    narrow: Narrow,
    unique: bool,
}

impl RecordColumn {
    const fn new(name: &'static str, kind: ColumnKind, sql: &'static str) -> Self {
        Self {
            name,
            kind,
            nullable: false,
            filtered: true,
            sql,
            inside: None,
            counted: None,
            order: Order::ByItself,
            searched: false,
            alone: false,
            narrow: Narrow::Not,
            unique: false,
        }
    }

    pub(super) const fn text(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, ColumnKind::Text, sql)
    }

    pub(super) const fn uuid(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, ColumnKind::Uuid, sql)
    }

    pub(super) const fn integer(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, ColumnKind::Integer, sql)
    }

    pub(super) const fn big(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, ColumnKind::Big, sql)
    }

    pub(super) const fn flag(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, ColumnKind::Flag, sql)
    }

    pub(super) const fn truth(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, ColumnKind::Truth, sql)
    }

    pub(super) const fn time(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, ColumnKind::Time, sql)
    }

    /// JSON is shown, and neither compared nor ordered.
    pub(super) const fn json(name: &'static str, sql: &'static str) -> Self {
        let column = Self::new(name, ColumnKind::Json, sql).unsorted();
        Self {
            filtered: false,
            ..column
        }
    }

    pub(super) const fn nullable(self) -> Self {
        Self {
            nullable: true,
            ..self
        }
    }

    /// The search for words looks into it.
    pub(super) const fn searched(self) -> Self {
        Self {
            searched: true,
            ..self
        }
    }

    /// Nothing has it in order, and there may be very many.
    pub(super) const fn unsorted(self) -> Self {
        Self {
            order: Order::Not,
            ..self
        }
    }

    pub(super) const fn as_ids_rise(self) -> Self {
        Self {
            order: Order::ById,
            ..self
        }
    }

    /// Too long for lists: it is read with the one record that has it.
    pub(super) const fn alone(self) -> Self {
        Self {
            alone: true,
            filtered: false,
            order: Order::Not,
            ..self
        }
    }

    /// An index finds what has a value in it, in the order of ids.
    pub(super) const fn narrow(self) -> Self {
        Self {
            narrow: Narrow::Ordered,
            ..self
        }
    }

    /// An index finds what has a value in it, lane by lane.
    pub(super) const fn narrow_in_lanes(self) -> Self {
        Self {
            narrow: Narrow::InLanes,
            ..self
        }
    }

    /// No two in a list have the same, so that it tells them apart by itself.
    pub(super) const fn unique(self) -> Self {
        Self {
            unique: true,
            ..self
        }
    }

    pub(super) const fn inside(self, field: &'static str) -> Self {
        Self {
            inside: Some(field),
            ..self
        }
    }

    /// How many entries the list of this name has in the JSON; none where that can't be read.
    pub(super) const fn counted(self, list: &'static str) -> Self {
        Self {
            counted: Some(list),
            nullable: true,
            ..self
        }
    }

    /// Computed for each record that is shown: nothing finds or orders records by it.
    pub(super) const fn only_shown(self) -> Self {
        Self {
            filtered: false,
            order: Order::Not,
            ..self
        }
    }

    /// Computed for each row: to filter by it would compute it for all of them.
    pub fn is_computed(&self) -> bool {
        self.counted.is_some()
    }

    pub fn sorted(&self) -> bool {
        self.order != Order::Not
    }

    pub(super) fn is_as_ids_rise(&self) -> bool {
        self.order == Order::ById
    }

    pub(super) fn is_unique(&self) -> bool {
        self.unique
    }

    pub(super) fn is_searched(&self) -> bool {
        self.searched
    }

    pub(super) fn is_in_lists(&self) -> bool {
        !self.alone
    }

    pub(super) fn is_narrow(&self) -> bool {
        self.narrow == Narrow::Ordered
    }

    pub(super) fn is_narrow_in_lanes(&self) -> bool {
        self.narrow == Narrow::InLanes
    }

    pub(super) fn expression(&self, database: &Database) -> String {
        if let Some(list) = self.counted {
            return match database.is_sqlite() {
                true => format!("json_array_length({}, '$.{list}')", self.sql),
                false => format!(
                    r"(CASE WHEN strpos({0}, '\u0000') = 0 THEN CASE jsonb_typeof({0}::jsonb -> '{list}') WHEN 'array'
                            THEN CAST(jsonb_array_length({0}::jsonb -> '{list}') AS bigint) END END)",
                    self.sql
                ),
            };
        }
        match self.inside {
            None => self.sql.to_owned(),
            Some(field) if database.is_sqlite() => {
                format!("json_extract({}, '$.{field}')", self.sql)
            }
            // Postgres gives out no text with NUL in it, which would spoil the whole list.
            Some(field) => format!(
                r"(CASE WHEN strpos({0}, '\u0000') = 0 THEN {0}::jsonb ->> '{field}' END)",
                self.sql
            ),
        }
    }
}
