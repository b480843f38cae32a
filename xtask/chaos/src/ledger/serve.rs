//! The ledger's side of `remote.call`: writes the line down, waits as the rule says, answers.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::sleep};

use super::{Call, Line, Pace, Shared};

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let router = Router::new()
        .route("/effect", post(effect))
        .route("/large/{bytes}", get(large))
        .with_state(shared);
    let _ = axum::serve(listener, router).await;
}

async fn effect(
    State(shared): State<Arc<Shared>>,
    Json(call): Json<Call>,
) -> (StatusCode, Json<Value>) {
    let (mut open, pace) = Open::begin(&shared, call);
    let mut releases = shared.releases.subscribe();
    releases.mark_unchanged();
    // The effect happens even if the caller goes away now, so nothing awaits before this is in the book.
    let line = Line::of(&open.call, open.number);
    let text = serde_json::to_string(&line).unwrap_or_default();
    let (nonce, writer) = (line.nonce, Arc::clone(&shared));
    let written = tokio::spawn(async move {
        let written = writer.file.append(text).await;
        if written {
            writer.book().lines.push(line);
            writer.changed();
        }
        written
    });
    if !written.await.unwrap_or(false) {
        return (StatusCode::INTERNAL_SERVER_ERROR, Json(Value::Null));
    }
    match pace {
        Pace::AtOnce => {}
        Pace::Takes(least, most) => {
            let time = shared.book().dice.between(least, most);
            sleep(time).await;
        }
        Pace::Held => {
            let _ = releases.changed().await;
        }
    }
    open.answered = true;
    (
        StatusCode::OK,
        Json(json!({ "output": { "nonce": nonce } })),
    )
}

/// A long answer, for limits.
async fn large(Path(bytes): Path<usize>) -> String {
    "x".repeat(bytes)
}

/// A call that waits for its answer. Dropped without one, its caller has gone away.
struct Open<'s> {
    shared: &'s Shared,
    call: Call,
    number: u64,
    answered: bool,
}

impl<'s> Open<'s> {
    fn begin(shared: &'s Shared, call: Call) -> (Self, Pace) {
        let mut book = shared.book();
        book.calls += 1;
        let number = book.calls;
        book.open.insert(number, call.clone());
        let pace = (book.rule)(&call);
        drop(book);
        shared.changed();
        let open = Self {
            shared,
            call,
            number,
            answered: false,
        };
        (open, pace)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let mut book = self.shared.book();
        if let Some(call) = book.open.remove(&self.number)
            && !self.answered
        {
            book.broken.push(call);
        }
        drop(book);
        self.shared.changed();
    }
}
