//! What the server says about itself.

use axum::http::Method;
use serde_json::{Value, json};

use store::Store;

use crate::accounts::open;
use crate::support::documents::GREET;
use crate::support::{Lathe, Reply};

/// What it says once it is no longer ready: an answer of the database counts for a moment.
async fn not_ready(lathe: &Lathe) -> Reply {
    loop {
        let reply = lathe.get("/readyz").await;
        if reply.status != 200 {
            return reply;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn alive_and_ready() {
    let lathe = Lathe::start().await;
    assert_eq!(lathe.get("/healthz").await.body, json!({"status": "ok"}));
    assert_eq!(lathe.get("/readyz").await.body, json!({"status": "ok"}));
    let Lathe { state, store, .. } = &lathe;
    drop(state.clone());
    Store::clone(store).close().await.unwrap();
    assert_eq!(
        lathe.get("/healthz").await.status,
        200,
        "the process is alive without its database"
    );
    let reply = not_ready(&lathe).await;
    assert_eq!(reply.refused(503, "unavailable").header("retry-after"), "1");
    let broken = lathe.get("/api/workflows").await;
    assert!(broken.status.is_server_error(), "{}", broken.text);
    assert!(
        !broken.text.to_lowercase().contains("sql"),
        "what went wrong inside is for the log: {}",
        broken.text
    );
    assert_eq!(broken.header("x-request-id").len(), 36);
}

/// Of what can only be read nobody is served: whoever sends requests here has to be told.
#[tokio::test(flavor = "multi_thread")]
async fn not_ready_while_nothing_can_be_written() {
    let lathe = Lathe::start().await;
    let other = rusqlite::Connection::open(&lathe.database).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    not_ready(&lathe).await.refused(503, "unavailable");
    other.execute_batch("ROLLBACK").unwrap();
    while lathe.get("/readyz").await.status != 200 {
        tokio::task::yield_now().await;
    }
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_of_runners_and_queue() {
    let lathe = Lathe::start().await;
    let status = lathe.get("/api/status").await.body;
    assert_eq!(
        (&status["version"], &status["backend"]),
        (&json!("0.0.0-test"), &json!("sqlite+memory"))
    );
    assert_eq!(
        (
            status["runners"].as_array().unwrap().len(),
            &status["queue_depth"]
        ),
        (1, &json!(0))
    );
    assert!(
        status["uptime_s"].is_u64()
            && status["max_upload"].is_u64()
            && status["runners"][0]["last_seen"].is_string(),
        "{status}"
    );
    lathe.stop().await;
}

/// What is of the server only is for who operates it; everybody else sees whether there is a runner, and what waits of theirs.
#[tokio::test(flavor = "multi_thread")]
async fn status_shows_nothing_of_others_to_an_account() {
    let lathe = open().await;
    let owner = lathe.register("owner@example.org").await;
    let eve = lathe.register("eve@example.org").await;
    let shown = lathe.ask(&owner, Method::GET, "/api/status", None).await;
    assert_eq!(shown.body["runners"].as_array().unwrap().len(), 1);
    assert_eq!(shown.body["queue_depth"], 0);
    let shown = lathe.ask(&eve, Method::GET, "/api/status", None).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let [runner, queue, waiting] =
        ["has_runner", "has_queue", "waiting"].map(|name| &shown.body[name]);
    assert_eq!(
        (runner, queue, waiting),
        (&json!(true), &json!(true), &json!(0))
    );
    for hidden in ["runners", "queue_depth", "certificate"] {
        assert!(shown.body.get(hidden).is_none(), "{}", shown.text);
    }
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_by_route_and_never_by_guess() {
    let lathe = Lathe::start().await;
    let id = lathe.workflow(GREET).await;
    lathe.run(&id, Value::Object(serde_json::Map::new())).await;
    lathe.get("/no/such/page.html").await;
    let text = lathe.get("/metrics").await.text;
    let counted = r#"lathe_http_requests_total{method="POST",route="/api/workflows/{id}/execute",status="200"} 1"#;
    assert!(text.contains(counted), "{text}");
    assert!(
        text.contains("lathe_http_request_duration_seconds_bucket{"),
        "{text}"
    );
    assert!(
        text.contains("lathe_executions_finished_total{status=\"succeeded\"}"),
        "{text}"
    );
    assert!(
        !text.contains("such") && text.contains(r#"route="other""#),
        "{text}"
    );
    lathe.stop().await;
}

/// The page on which requests can be sent: from here alone, under the policy of everything else.
#[tokio::test(flavor = "multi_thread")]
async fn the_api_is_shown_as_a_page_of_our_own() {
    let lathe = Lathe::start().await;
    let page = lathe.get("/api/docs").await;
    if page.status == 503 {
        page.refused(503, "unavailable");
        assert!(page.text.contains("npm run build"), "{}", page.text);
        lathe.stop().await;
        return;
    }
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy");
    let scripts = policy
        .split(';')
        .find(|part| part.trim().starts_with("script-src"));
    assert_eq!(scripts.map(str::trim), Some("script-src 'self'"));
    assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
    let named: Vec<&str> = page
        .text
        .split(['"', '\''])
        .filter(|part| part.contains("://") || part.starts_with('/'))
        .collect();
    assert!(named.iter().any(|part| part.ends_with(".js")), "{named:?}");
    for address in named {
        assert!(
            address.starts_with('/') && !address.starts_with("//"),
            "{address} is not ours"
        );
        let file = lathe.get(address).await;
        assert_eq!(file.status, 200, "{address}");
    }
    // Every script is a file: what stands in the page itself would not run.
    for script in page.text.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(
            tag.contains(" src=") && rest.trim_start().starts_with("</script>"),
            "{script}"
        );
    }
    lathe.stop().await;
}
