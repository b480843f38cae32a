//! The examples, run as they are on both backends. The bookshop has tests of its own: `bookshop.rs` on the embedded
//! backend, `mid_build.rs` on Postgres and Redis.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::installation::Installation;
use crate::server::Running;
use crate::shop::example;
use crate::support::{folder_with, say};

#[tokio::test]
async fn the_examples_run_on_the_embedded_backend() -> Result<()> {
    let folder = folder_with(&[])?;
    let server = Running::serve(folder.path(), &[])?;
    run_them(&server).await
}

#[tokio::test]
async fn the_examples_run_on_postgres_and_redis() -> Result<()> {
    let installation = Installation::create().await?;
    let api = installation.api()?;
    let runner = installation.runner()?;
    run_them(&api).await?;
    drop((runner, api));
    installation.remove().await
}

#[test]
fn no_example_is_without_a_test() -> Result<()> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(example(""))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    ensure!(
        names == ["bookshop", "fan-in", "flows", "hello", "tour"],
        "there is a new one among {names:?}: run it here"
    );
    Ok(())
}

async fn run_them(server: &Running) -> Result<()> {
    let address = server.address.as_deref().context("its address")?;
    for name in ["hello", "fan-in", "flows"] {
        let place = example(name).display().to_string();
        let seeded = say(&example(""), &["seed", &place, "--server", address])?;
        ensure!(seeded.code == 0, "{seeded:?}");
    }
    let hello = output(server, "hello", json!({})).await?;
    ensure!(hello == json!({ "message": "Hello, world!" }), "{hello:#}");
    let named = json!({ "name": "Ada", "language": "de" });
    let hello = output(server, "hello", named).await?;
    ensure!(
        hello == json!({ "message": "Guten Tag, Ada!" }),
        "{hello:#}"
    );

    // It asks Lathe itself, as it does for a newcomer, only that here Lathe listens elsewhere.
    let sums = output(server, "fan_in", json!({ "base_url": address })).await?;
    ensure!(
        sums["answered"] == 3 && sums["tolerated"] == json!(["http_401"]),
        "{sums:#}"
    );
    flows(server).await
}

/// One example for each construct that holds blocks.
async fn flows(server: &Running) -> Result<()> {
    let orders = output(server, "flow_for_each", json!({})).await?;
    let sums = [
        json!({ "number": 7, "place": 0, "sum": 25 }),
        json!({ "number": 8, "place": 1, "sum": 0 }),
        json!({ "number": 10, "place": 3, "sum": 3 }),
    ];
    let got = [&orders[0], &orders[1], &orders[3]];
    ensure!(
        got == [&sums[0], &sums[1], &sums[2]] && orders[2]["error"].is_object(),
        "{orders:#}"
    );
    let path = output(server, "flow_while", json!({ "number": 6 })).await?;
    ensure!(path == json!([3, 10, 5, 16, 8, 4, 2, 1]), "{path:#}");
    for (inputs, expected) in [
        (json!({}), json!({ "result": 3 })),
        (
            json!({ "divisor": 0 }),
            json!({ "result": null, "why": "script_error" }),
        ),
    ] {
        let result = output(server, "flow_try", inputs).await?;
        ensure!(result == expected, "{result:#}");
    }
    let first = output(server, "flow_race", json!({})).await?;
    ensure!(first == "quick", "{first:#}");
    let pages = output(server, "flow_pages", json!({ "pages": 4 })).await?;
    ensure!(pages["items"] == 8, "{pages:#}");
    let knock = output(server, "flow_retry", json!({})).await?;
    ensure!(knock["gave_up"] == "connection_failed", "{knock:#}");
    for (funds, seat) in [(0, "free"), (100, "reserved")] {
        let trip = output(server, "flow_undo", json!({ "funds": funds })).await?;
        ensure!(trip["seat"] == seat, "{funds}: {trip:#}");
    }
    let address = server.address.as_deref().context("its address")?;
    let inputs = json!({ "url": format!("{address}/api/openapi.json") });
    let download = output(server, "flow_download", inputs).await?;
    let [fetched, kept] = ["fetched", "kept"].map(|name| &download[name]["$blob"]);
    ensure!(
        fetched["sha256"].is_string() && fetched["sha256"] == kept["sha256"],
        "{download:#}"
    );
    ensure!(kept["size"] == download["bytes"], "{download:#}");
    limits(server).await?;
    answers(server).await?;
    steering(server).await
}

/// Runs of one customer, one after the other.
async fn limits(server: &Running) -> Result<()> {
    let api = server.api()?;
    let mut begun = Vec::new();
    for _ in 0..3 {
        begun.push(api.launch_kept("flow_limits", &json!({})).await?);
    }
    let mut before = String::new();
    for execution in begun {
        let ended = api.ended(&execution).await?;
        ensure!(ended["status"] == "succeeded", "{ended:#}");
        let started = ended["started_at"].as_str().context("its start")?;
        ensure!(started >= before.as_str(), "{started} is before {before}");
        before = ended["finished_at"].as_str().context("its end")?.to_owned();
    }
    let failed =
        json!({ "run": { "workflow": "x", "status": "failed", "error": { "message": "m" } } });
    let told = output(server, "flow_alarm", failed).await?;
    ensure!(told["text"] == "x failed: m", "{told:#}");
    Ok(())
}

/// Runs that wait for somebody outside.
async fn answers(server: &Running) -> Result<()> {
    let api = server.api()?;
    for (approved, spent) in [(true, 250), (false, 0)] {
        let execution = api.launch_kept("flow_approve", &json!({})).await?;
        let waits = |news: &Value| news["type"] == "step.waiting";
        api.until(&execution, waits).await?;
        let list = api
            .get(&format!("/api/waits?execution_id={execution}"))
            .await?;
        let wait = list["items"][0]["id"].as_str().context("a wait")?;
        let answer =
            json!({ "approved": approved, "payload": { "note": "a good one" }, "by": "ada" });
        api.post(&format!("/api/waits/{wait}/answer"), &answer)
            .await?;
        let ended = api.ended(&execution).await?;
        ensure!(ended["status"] == "succeeded", "{ended:#}");
        let sides = &ended["output"];
        let side = if approved { "spend" } else { "keep" };
        ensure!(sides[side]["spent"] == spent, "{sides:#}");
    }
    let execution = api.launch_kept("flow_await", &json!({})).await?;
    api.until(&execution, |news| news["type"] == "step.waiting")
        .await?;
    let signal = json!({ "name": "payment", "key": "order-7", "payload": { "amount": 12 } });
    let delivery = api.post("/api/signals", &signal).await?;
    ensure!(
        delivery["delivered"][0]["execution_id"] == execution,
        "{delivery:#}"
    );
    let ended = api.ended(&execution).await?;
    ensure!(ended["output"]["ship"]["amount"] == 12, "{ended:#}");
    Ok(())
}

/// Runs that somebody outside mends.
async fn steering(server: &Running) -> Result<()> {
    let api = server.api()?;
    let execution = api.launch_kept("flow_hold", &json!({})).await?;
    api.until(&execution, |news| news["type"] == "execution.paused")
        .await?;
    let give = json!({ "step": "price", "action": "give", "output": 7 });
    api.post(&format!("/api/executions/{execution}/decide"), &give)
        .await?;
    api.post(&format!("/api/executions/{execution}/resume"), &json!({}))
        .await?;
    let ended = api.ended(&execution).await?;
    ensure!(ended["output"]["text"] == "costs 7", "{ended:#}");

    let execution = api.launch_kept("flow_rerun", &json!({})).await?;
    let failed = api.ended(&execution).await?;
    ensure!(failed["status"] == "failed", "{failed:#}");
    let mended = json!({ "from": ["loop[3].step"], "inputs": { "divisor": 4 } });
    let again = api
        .post(&format!("/api/executions/{execution}/rerun"), &mended)
        .await?;
    let again = api.ended(again["id"].as_str().context("an id")?).await?;
    ensure!(again["output"] == json!([10, 20, 30, 10, 50]), "{again:#}");
    let steps = again["steps"].as_array().context("steps")?;
    let mut ran: Vec<&str> = steps
        .iter()
        .filter(|step| {
            !step["reason"]
                .as_str()
                .unwrap_or_default()
                .starts_with("kept from run")
        })
        .filter_map(|step| step["path"].as_str())
        .collect();
    ran.sort_unstable();
    let expected = ["loop", "loop[3].step", "loop[4].fetch", "loop[4].step"];
    ensure!(ran == expected, "{ran:?}");
    Ok(())
}

async fn output(server: &Running, workflow: &str, inputs: Value) -> Result<Value> {
    let api = server.api()?;
    let execution = api.launch_kept(workflow, &inputs).await?;
    let ended = api.ended(&execution).await?;
    ensure!(ended["status"] == "succeeded", "{ended:#}");
    Ok(ended["output"].clone())
}
