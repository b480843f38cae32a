//! Answers to steps that wait, by whichever way they come.

use engine::execution::Answer;
use engine::ports::executions::{ExecutionStore, WaitFilter, Waiting};
use engine::ports::launcher::Change;

use crate::access::Scoped;
use crate::error::ApiResult;

pub(crate) async fn find(app: &Scoped, filter: &WaitFilter) -> ApiResult<Option<Waiting>> {
    Ok(app.store.waiting(filter, 1).await?.into_iter().next())
}

/// When this returns, the answer is recorded, and a runner goes on from it.
pub(crate) async fn answer(app: &Scoped, waiting: &Waiting, answer: Answer) -> ApiResult<()> {
    let wait = waiting.id;
    let change = Change::Answer { wait, answer };
    Ok(app.launcher.change(waiting.execution, change).await?)
}
