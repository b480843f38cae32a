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
        names == ["bookshop", "fan-in", "flows", "hello"],
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
        sums["answered"] == 3 && sums["tolerated"] == json!(["http_404"]),
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
    Ok(())
}

async fn output(server: &Running, workflow: &str, inputs: Value) -> Result<Value> {
    let api = server.api()?;
    let execution = api.launch_kept(workflow, &inputs).await?;
    let ended = api.ended(&execution).await?;
    ensure!(ended["status"] == "succeeded", "{ended:#}");
    Ok(ended["output"].clone())
}
