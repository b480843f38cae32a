//! Statements as text plus bound values. Identifiers pass through one quoting function, values are never text.

use crate::model::Kind;
use crate::value::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// How a value travels to and from the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Text,
    Integer,
    Boolean,
    Decimal(u32),
    Date,
    Datetime,
    Json,
    Uuid,
}

impl Kind {
    pub fn transport(&self) -> Transport {
        match self {
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Enum { .. } | Kind::Email => {
                Transport::Text
            }
            Kind::Integer { .. } => Transport::Integer,
            Kind::Decimal { scale, .. } => Transport::Decimal(*scale),
            Kind::Boolean => Transport::Boolean,
            Kind::Date { .. } => Transport::Date,
            Kind::Datetime { .. } => Transport::Datetime,
            Kind::Json => Transport::Json,
            Kind::Uuid => Transport::Uuid,
        }
    }
}

/// A statement under construction.
pub struct Statement {
    pub dialect: Dialect,
    pub text: String,
    pub values: Vec<(Value, Transport)>,
}

pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Statement {
    pub fn new(dialect: Dialect, text: &str) -> Self {
        Self {
            dialect,
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub fn name(&mut self, name: &str) -> &mut Self {
        let quoted = quote(name);
        self.push(&quoted)
    }

    /// A column as it is read: Postgres hands over text for the types that SQLite keeps as text.
    pub fn column(&mut self, name: &str, transport: Transport) -> &mut Self {
        let quoted = quote(name);
        let expression = match (self.dialect, transport) {
            (Dialect::Sqlite, _)
            | (_, Transport::Text | Transport::Integer | Transport::Boolean) => quoted,
            (_, Transport::Date) => format!("to_char({quoted}, 'YYYY-MM-DD')"),
            (_, Transport::Datetime) => {
                format!("to_char({quoted} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
            }
            (_, Transport::Decimal(_) | Transport::Json | Transport::Uuid) => {
                format!("CAST({quoted} AS text)")
            }
        };
        self.push(&expression)
    }

    pub fn bind(&mut self, value: Value, transport: Transport) -> &mut Self {
        self.values.push((value, transport));
        let position = self.values.len();
        let placeholder = match (self.dialect, transport) {
            (Dialect::Sqlite, _) => format!("?{position}"),
            (_, Transport::Text | Transport::Integer | Transport::Boolean) => {
                format!("${position}")
            }
            (_, Transport::Decimal(_)) => format!("CAST(${position} AS numeric)"),
            (_, Transport::Date) => format!("CAST(${position} AS date)"),
            (_, Transport::Datetime) => format!("CAST(${position} AS timestamptz)"),
            (_, Transport::Json) => format!("CAST(${position} AS jsonb)"),
            (_, Transport::Uuid) => format!("CAST(${position} AS uuid)"),
        };
        self.push(&placeholder)
    }

    pub fn bind_id(&mut self, id: &str) -> &mut Self {
        self.bind(Value::Text(id.to_owned()), Transport::Uuid)
    }
}
