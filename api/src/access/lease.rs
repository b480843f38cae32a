//! How long somebody goes on to hear things while it can't be asked whether they still may.

use std::time::Duration;

use store::StoreError;
use tokio::time::{Instant, timeout_at};

/// From the first question without an answer on.
pub(crate) const HOLDS: Duration = Duration::from_secs(10);

/// A right that is asked for again and again.
#[derive(Debug, Default)]
pub(crate) struct Lease {
    /// Since when there was no answer.
    blind_since: Option<Instant>,
}

/// Nobody could say for too long whether the right is there still.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lapsed;

impl Lease {
    /// The answer; none while there has been none for a short time only.
    pub(crate) async fn renew<T>(
        &mut self,
        question: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<Option<T>, Lapsed> {
        let asked_at = Instant::now();
        let until = self.blind_since.unwrap_or(asked_at) + HOLDS;
        match timeout_at(until, question).await {
            Ok(Ok(answer)) => {
                self.blind_since = None;
                Ok(Some(answer))
            }
            Ok(Err(_)) if Instant::now() < until => {
                self.blind_since.get_or_insert(asked_at);
                Ok(None)
            }
            _ => Err(Lapsed),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    fn away() -> Result<(), StoreError> {
        Err(StoreError::NotFound("database"))
    }

    #[tokio::test]
    async fn it_holds_for_a_while_and_from_the_first_question_without_an_answer_on() {
        let mut lease = Lease::default();
        assert_eq!(lease.renew(ready(away())).await, Ok(None));
        let since = lease.blind_since;
        assert!(since.is_some());
        assert_eq!(lease.renew(ready(away())).await, Ok(None));
        assert_eq!(lease.blind_since, since, "it is no longer for asking again");
        assert_eq!(lease.renew(ready(Ok(1))).await, Ok(Some(1)));
        assert_eq!(lease.blind_since, None);
        let long = Instant::now().checked_sub(HOLDS);
        lease.blind_since = long;
        assert_eq!(lease.renew(ready(Ok(2))).await, Ok(Some(2)), "just in time");
        lease.blind_since = long;
        assert_eq!(lease.renew(ready(away())).await, Err(Lapsed));
        assert_eq!(lease.renew(pending::<Result<(), _>>()).await, Err(Lapsed));
    }
}
