//! W14: a page of each list when there are a hundred thousand of what it lists. Webhooks are left out: their addresses are sealed
//! with their ids, so that a copy of a row is none.

use std::time::Instant;

use anyhow::{Context, Result};
use hyper::Method;
use serde_json::{Value, json};

use super::Bench;
use crate::{
    backends::Backend,
    client::Client,
    copies::Copied,
    documents,
    lathe::Lathe,
    report::{Report, Target},
};

const KEPT: usize = 100_000;

/// In milliseconds, for 19 of 20 pages.
const MOST: f64 = 20.0;

const COPIED: &[Copied] = &[
    Copied::of("workflows", &["name"]),
    Copied::of("prompts", &["name"]),
    Copied::of("models", &["name"]),
    Copied::of("applications", &["name"]),
    Copied::of("variables", &["name"]),
    Copied::of("workspace_secrets", &["name"]),
    Copied::of("schedules", &["name"]),
    Copied::of("api_tokens", &["hash"]),
    Copied::of("users", &["email"]),
    Copied::of("trash", &[]),
    Copied::of("audit", &[]),
    Copied::of("waits", &[]),
    Copied::of("executions", &[]),
];

const LISTS: &[&str] = &[
    "/api/workflows",
    "/api/workflows?q=bench",
    "/api/workflows?q=nowhere",
    "/api/prompts",
    "/api/models",
    "/api/applications",
    "/api/variables",
    "/api/secrets",
    "/api/schedules",
    "/api/tokens",
    "/api/users",
    "/api/trash",
    "/api/audit",
    "/api/waits",
    "/api/executions",
];

pub(super) async fn measure(bench: &Bench<'_>, report: &mut Report) -> Result<()> {
    let backend = Backend::create(bench.kind).await?;
    let lathe = Lathe::serve(bench.program, &backend, &[]).await?;
    one_of_each(lathe.port).await?;
    lathe.stop().await?;
    for copied in COPIED {
        backend.multiply(copied, KEPT).await?;
    }
    let lathe = Lathe::serve(bench.program, &backend, &[]).await?;
    let mut client = Client::connect(lathe.port).await?;
    for list in LISTS {
        let first = pages(bench, &mut client, list, None).await?;
        let cursor = first.1["next_cursor"].as_str();
        let mut slowest = first.0;
        if let Some(cursor) = cursor {
            slowest = slowest.max(pages(bench, &mut client, list, Some(cursor)).await?.0);
        } else {
            // Only what nothing is found by ends with its first page.
            anyhow::ensure!(list.ends_with("nowhere"), "{list} has one page only");
        }
        let figure = bench.figure("W14", format!("{list}, p95"), slowest, "ms");
        report.add(figure.target(Target::AtMost(MOST)));
    }
    lathe.stop().await?;
    backend.remove().await
}

/// The 95th percentile of a page, in milliseconds, and what it holds.
async fn pages(
    bench: &Bench<'_>,
    client: &mut Client,
    list: &str,
    cursor: Option<&str>,
) -> Result<(f64, Value)> {
    let sign = if list.contains('?') { '&' } else { '?' };
    let cursor = cursor.map(|cursor| format!("&cursor={cursor}"));
    let path = format!("{list}{sign}limit=50{}", cursor.unwrap_or_default());
    let mut times = Vec::new();
    let mut page = Value::Null;
    for _ in 0..bench.effort.runs * 10 {
        let sent = Instant::now();
        page = client.get(&path).await?;
        times.push(sent.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok((times[times.len() * 95 / 100], page))
}

/// What there is a hundred thousand of afterwards.
async fn one_of_each(port: u16) -> Result<()> {
    let mut client = Client::connect(port).await?;
    let somebody = json!({ "email": "ada@example.org", "password": "a long way to the sea" });
    let made = client.post("/api/auth/register", &somebody).await?;
    let token = made["access_token"].as_str().context("no token")?;
    let mut client = client.showing(token);
    let workflow = documents::create(port, &asking()).await?;
    client
        .post(
            "/api/prompts",
            &json!({ "name": "greet", "content": "Hello, {{ name }}!" }),
        )
        .await?;
    client
        .post(
            "/api/models",
            &json!({ "name": "book", "fields": [{ "name": "title", "type": "text" }] }),
        )
        .await?;
    client
        .post("/api/applications", &json!({ "name": "shop" }))
        .await?;
    client
        .post(
            "/api/variables",
            &json!({ "name": "region", "value": "north" }),
        )
        .await?;
    client
        .post(
            "/api/secrets",
            &json!({ "name": "key", "kind": "text", "value": "not to be read" }),
        )
        .await?;
    client.post("/api/schedules", &json!({ "name": "yearly", "workflow_id": workflow, "cron": "@yearly", "timezone": "UTC", "enabled": false })).await?;
    client
        .post(
            "/api/tokens",
            &json!({ "name": "ci", "scopes": ["workflows:read"] }),
        )
        .await?;
    client
        .post(
            &format!("/api/workflows/{workflow}/execute"),
            &json!({ "inputs": {} }),
        )
        .await?;
    let gone = client
        .post(
            "/api/models",
            &json!({ "name": "page", "fields": [{ "name": "text", "type": "text" }] }),
        )
        .await?;
    let gone = gone["id"].as_str().context("a model has no id")?;
    let path = format!("/api/models/{gone}");
    client
        .send(Method::DELETE, &path, bytes::Bytes::new())
        .await?;
    wait_until_it_asks(&mut client).await
}

/// A step that waits for an answer.
fn asking() -> Value {
    json!({ "lathe": 1, "name": "bench_w14", "nodes": [{ "id": "ask", "kind": "flow.await", "with": { "signal": "go" } }] })
}

async fn wait_until_it_asks(client: &mut Client) -> Result<()> {
    loop {
        let waits = client.get("/api/waits").await?;
        if waits["items"]
            .as_array()
            .is_some_and(|items| !items.is_empty())
        {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
