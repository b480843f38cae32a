//! Which page of a list is asked for, and how many items it may hold.

use serde::{Deserialize, Deserializer};
use store::Paging;
use utoipa::IntoParams;

/// A page size between 1 and what the store gives at once; 50 when it is left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit(pub(crate) u32);

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse() {
            Ok(limit) if (1..=Paging::LARGEST).contains(&limit) => Ok(Self(limit)),
            _ => {
                let message = format!("`limit` takes a number from 1 to {}", Paging::LARGEST);
                Err(serde::de::Error::custom(message))
            }
        }
    }
}

/// The query of a list that is not filtered.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paged {
    /// The most items on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 50)]
    limit: Limit,
    /// Where the page before ended: its `next_cursor`.
    cursor: Option<String>,
}

impl From<Paged> for Paging {
    fn from(paged: Paged) -> Self {
        Self {
            limit: paged.limit.0,
            cursor: paged.cursor,
        }
    }
}
