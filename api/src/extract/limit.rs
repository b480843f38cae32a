//! How many items a page may hold.

use serde::{Deserialize, Deserializer};
use store::Paging;

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
