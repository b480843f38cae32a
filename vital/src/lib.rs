//! Tasks that a process can't do without: loops and writers that are begun once, and that nobody would begin again.
//!
//! Should one of them panic, or end before it was told to, the process would only look alive: its lease would end, or nothing
//! would be recorded. So it is said in the log, and [`lost`] tells whoever holds the process, which ends it in good order and
//! with a failure, so that what supervises it begins it anew. That is a matter of the whole process, as a signal is: hence
//! one word for all of it, and no handle that every constructor would have to pass on.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;

static LOST: LazyLock<CancellationToken> = LazyLock::new(CancellationToken::new);

/// Work that goes on until its process is told to stop, by this token.
pub async fn until(told: CancellationToken, name: &'static str, work: impl Future<Output = ()>) {
    let ended = AssertUnwindSafe(work).catch_unwind().await;
    judge(name, ended, told.is_cancelled());
}

/// Work that ends by itself once nobody needs it any more.
pub async fn task(name: &'static str, work: impl Future<Output = ()>) {
    let ended = AssertUnwindSafe(work).catch_unwind().await;
    judge(name, ended, true);
}

/// The same on a thread of its own.
pub fn thread(name: &'static str, work: impl FnOnce()) {
    judge(name, catch_unwind(AssertUnwindSafe(work)), true);
}

/// Resolves when one of them has ended that should not have.
pub async fn lost() {
    LOST.cancelled().await;
}

/// Whether one of them has ended that should not have.
pub fn is_lost() -> bool {
    LOST.is_cancelled()
}

/// What a panic said.
pub fn said(panic: &(dyn Any + Send)) -> &str {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    said.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a word")
}

fn judge(name: &'static str, ended: std::thread::Result<()>, may_end: bool) {
    if let Some(fault) = fault(&ended, may_end) {
        tracing::error!(
            task = name,
            fault,
            "a task that this process can't do without has ended: the process ends, to be begun anew"
        );
        LOST.cancel();
    }
}

/// What is wrong with an end, if anything is.
fn fault(ended: &std::thread::Result<()>, may_end: bool) -> Option<String> {
    match ended {
        Ok(()) if may_end => None,
        Ok(()) => Some("it ended before it was told to".to_owned()),
        Err(panic) => Some(format!("it panicked: {}", said(&**panic))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_end_that_nobody_asked_for_is_a_fault() {
        assert_eq!(fault(&Ok(()), true), None);
        assert!(fault(&Ok(()), false).unwrap().contains("before"));
        let panicked: std::thread::Result<()> = catch_unwind(|| panic!("no {}", "way"));
        assert_eq!(fault(&panicked, true).unwrap(), "it panicked: no way");
    }

    #[tokio::test]
    async fn a_task_that_panics_takes_the_process_along() {
        let told = CancellationToken::new();
        let waiting = tokio::spawn(lost());
        tokio::spawn(until(told, "one of a test", async { panic!("on purpose") }))
            .await
            .unwrap();
        waiting.await.unwrap();
        assert!(is_lost());
    }
}
