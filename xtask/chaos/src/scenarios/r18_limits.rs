//! R18: requests, answers and values beyond every limit. They are refused or kept beside the database, and no process
//! grows with them.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::{api::Api, installation::Installation, setting::Setting, tally::Tally};

/// The largest body that the interface takes, in bytes; `docs/engine/limits.md` says so.
const BODY: usize = 2 << 20;

/// No process may have held more, in MiB.
const MEMORY: u64 = 512;

pub(crate) async fn run(setting: &Setting, tally: &mut Tally) -> Result<()> {
    let mut installation = Installation::create(setting, "R18").await?;
    let api = installation.api().await?;
    let runner = installation.runner("runner").await?;
    let client = installation.client()?;
    let load = installation.load().await?;
    let execute = format!("/api/workflows/{}/execute", load.workflow());

    let exact = padded("{\"source\": \"", BODY);
    let over = padded("{\"source\": \"", BODY + 1);
    refused(
        &client,
        "/api/workflows",
        exact,
        &[422],
        "a body at the limit",
        tally,
    )
    .await;
    refused(
        &client,
        "/api/workflows",
        over,
        &[413],
        "a body one byte above the limit",
        tally,
    )
    .await;
    let upload = padded("{\"source\": \"", 100 << 20);
    refused(
        &client,
        "/api/workflows",
        upload,
        &[413],
        "an upload of 100 MiB",
        tally,
    )
    .await;
    for (path, open, close) in [
        (execute.as_str(), "{\"inputs\": {\"a\": ", "}}"),
        ("/api/workflows", "{\"source\": ", "}"),
    ] {
        let deep = format!("{open}{}{}{close}", "[".repeat(10_000), "]".repeat(10_000));
        refused(
            &client,
            path,
            deep.into_bytes(),
            &[400, 413, 422],
            "JSON 10,000 deep",
            tally,
        )
        .await;
    }
    let deep = format!(
        "lathe: 1\nname: deep\nnodes: {}{}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let deep = json!({ "source": deep }).to_string();
    refused(
        &client,
        "/api/workflows",
        deep.into_bytes(),
        &[400, 422],
        "a document 10,000 deep",
        tally,
    )
    .await;

    let large = installation.ledger.url.replace("/effect", "/large/");
    for (bytes, more, ends, code) in [
        (20_usize << 20, "max_bytes: 100000000", "succeeded", None),
        (
            50 << 20,
            "max_bytes: 100000000",
            "failed",
            Some("output_too_large"),
        ),
        (50 << 20, "response: blob", "succeeded", None),
        (
            50 << 20,
            "max_bytes: 4194304",
            "failed",
            Some("answer_too_long"),
        ),
    ] {
        let with = format!("{{ url: \"{large}{bytes}\", {more} }}");
        let ended = fetch(&client, tally.tried, &with).await?;
        tally.tried += 1;
        let step = &ended["steps"][0];
        let told = step["error"]["code"].as_str();
        tally.demand(
            ended["status"] == json!(ends) && (code.is_none() || told == code),
            || {
                format!(
                    "an answer of {bytes} bytes with {more} ended {} with {}",
                    ended["status"], step["error"]
                )
            },
        );
        let shown = step["output"].to_string().len();
        tally.demand(shown < 1 << 20, || {
            format!("a step shows an output of {shown} bytes")
        });
    }
    for member in [&api, &runner] {
        let peak = member.peak_memory()?;
        tally.note(format!("{} held {peak} MiB at most", member.name));
        tally.demand(peak < MEMORY, || format!("{} held {peak} MiB", member.name));
    }
    let rows = "SELECT coalesce(max(octet_length(output)), 0)::bigint FROM steps";
    let widest = installation.database.number(rows).await?;
    tally.demand(widest < 1 << 20, || format!("a row holds {widest} bytes"));
    load.want(setting.effort(20, 2), 4).await;
    installation
        .conclude_with(&load, &["succeeded", "failed"], tally)
        .await?;
    installation.remove().await
}

/// A JSON object of exactly so many bytes.
fn padded(open: &str, bytes: usize) -> Vec<u8> {
    let mut text = vec![b'x'; bytes];
    text[..open.len()].copy_from_slice(open.as_bytes());
    text[bytes - 2..].copy_from_slice(b"\"}");
    text
}

/// It is refused with one of these; a connection that is closed on what is far too long is a refusal as well.
async fn refused(
    client: &Api,
    path: &str,
    body: Vec<u8>,
    with: &[u16],
    what: &str,
    tally: &mut Tally,
) {
    let closes = body.len() > 2 * BODY;
    let answer = client.post_bytes(path, body).await;
    tally.tried += 1;
    match answer {
        Ok(answer) => tally.demand(with.contains(&answer.status), || {
            let said = answer.body.to_string();
            format!(
                "{what} is answered {}: {}",
                answer.status,
                &said[..said.len().min(300)]
            )
        }),
        Err(_) if closes => {}
        Err(error) => tally.violation(format!("{what} is not answered: {error:#}")),
    }
}

/// Runs one request to its end.
async fn fetch(client: &Api, number: usize, with: &str) -> Result<Value> {
    let source = format!(
        "lathe: 1\nname: large{number}\nnodes:\n  - {{ id: s, kind: http.request, with: {with} }}\n"
    );
    let workflow = client.keep(&source).await?;
    let id = client.begin(&workflow, &format!("large-{number}")).await?;
    client.end_of(&id, Duration::from_secs(60)).await
}
