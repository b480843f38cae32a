//! Whoever wants executions: asks for each with a key of its own, again and again until it is accepted.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use futures::{StreamExt, stream};
use tokio::time::{Instant, sleep};

use crate::{api::Api, tally::Tally};

/// The longest that a client asks for one execution.
const PATIENCE: Duration = Duration::from_secs(120);

const PAUSE: Duration = Duration::from_millis(100);

pub(crate) struct Load {
    api: Api,
    workflow: String,
    prefix: String,
    /// Executions that were acknowledged, by their key.
    acked: RefCell<HashMap<String, String>>,
    /// Answers other than 2xx, by their status.
    refused: RefCell<BTreeMap<u16, usize>>,
    wanted: Cell<usize>,
    strange: RefCell<Vec<String>>,
}

impl Load {
    pub(crate) fn new(api: Api, workflow: &str, prefix: &str) -> Self {
        Self {
            api,
            workflow: workflow.to_owned(),
            prefix: prefix.to_owned(),
            acked: RefCell::default(),
            refused: RefCell::default(),
            wanted: Cell::new(0),
            strange: RefCell::default(),
        }
    }

    /// Wants so many more, this many at a time.
    pub(crate) async fn want(&self, count: usize, at_once: usize) {
        let first = self.wanted.get();
        self.wanted.set(first + count);
        stream::iter(first..first + count)
            .for_each_concurrent(at_once, |number| self.insist(number))
            .await;
    }

    pub(crate) fn key(&self, number: usize) -> String {
        format!("{}-{number}", self.prefix)
    }

    /// Asks for one execution until it is accepted.
    async fn insist(&self, number: usize) {
        let (key, began) = (self.key(number), Instant::now());
        while began.elapsed() < PATIENCE {
            match self.api.execute(&self.workflow, &key).await {
                Ok(answer) if answer.is_good() => {
                    match answer.id() {
                        Some(id) => self.note(&key, id),
                        None => self.tell(format!("an acceptance without an id: {}", answer.body)),
                    }
                    return;
                }
                Ok(answer) => {
                    *self.refused.borrow_mut().entry(answer.status).or_default() += 1;
                    if answer.status == 500 {
                        self.tell(format!("answered 500: {}", answer.body));
                    }
                }
                // The connection broke: whether it was accepted is not known.
                Err(_) => {}
            }
            sleep(PAUSE).await;
        }
        self.tell(format!("{key} was not accepted within {PATIENCE:?}"));
    }

    fn note(&self, key: &str, id: &str) {
        let before = self
            .acked
            .borrow_mut()
            .insert(key.to_owned(), id.to_owned());
        if before.as_deref().is_some_and(|before| before != id) {
            self.tell(format!("{key} was acknowledged as {before:?} and as {id}"));
        }
    }

    fn tell(&self, what: String) {
        self.strange.borrow_mut().push(what);
    }

    /// One that was acknowledged elsewhere.
    pub(crate) fn acknowledged(&self, key: &str, id: &str) {
        self.note(key, id);
    }

    pub(crate) fn acked(&self) -> HashMap<String, String> {
        self.acked.borrow().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.acked.borrow().len()
    }

    pub(crate) fn workflow(&self) -> &str {
        &self.workflow
    }

    pub(crate) fn refused(&self) -> BTreeMap<u16, usize> {
        self.refused.borrow().clone()
    }

    /// What no client should ever see.
    pub(crate) fn tell_strange(&self, tally: &mut Tally) {
        for strange in self.strange.borrow().iter() {
            tally.violation(strange);
        }
    }
}
