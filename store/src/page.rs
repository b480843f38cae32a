//! Pages of lists: how much is asked for, and what comes back.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cursor;
use crate::error::StoreResult;

/// What a client asks of a list.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    /// At most this many items; between 1 and [`Paging::LARGEST`], 50 when left at 0.
    pub limit: u32,
    /// Where the page before ended, as its `next_cursor` said.
    pub cursor: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Hands out the next page; `None` at the end.
    pub next_cursor: Option<String>,
}

impl Paging {
    pub const LARGEST: u32 = 1_000;

    pub fn first(limit: u32) -> Self {
        Self {
            limit,
            cursor: None,
        }
    }

    pub(crate) fn size(&self) -> usize {
        let limit = if self.limit == 0 { 50 } else { self.limit };
        limit.min(Self::LARGEST) as usize
    }

    /// One more than the page holds, so that the query itself tells whether there is a next one.
    pub(crate) fn fetch(&self) -> i64 {
        self.size() as i64 + 1
    }

    pub(crate) fn after<K: DeserializeOwned>(&self, list: &'static str) -> StoreResult<Option<K>> {
        self.cursor
            .as_deref()
            .map(|cursor| cursor::decode(list, cursor))
            .transpose()
    }

    /// Cuts what [`Paging::fetch`] fetched to a page.
    pub(crate) fn page<T, K: Serialize>(
        &self,
        list: &'static str,
        mut items: Vec<T>,
        key: impl Fn(&T) -> K,
    ) -> StoreResult<Page<T>> {
        let more = items.len() > self.size();
        items.truncate(self.size());
        let next_cursor = match items.last() {
            Some(last) if more => Some(cursor::encode(list, &key(last))?),
            _ => None,
        };
        Ok(Page { items, next_cursor })
    }
}
