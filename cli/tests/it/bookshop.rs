//! The example from end to end: models become a live application, again from cache, and again with a new field.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::say;

/// A copy of the example, its data, and whatever it leaves running.
struct Shop {
    folder: TempDir,
}

impl Shop {
    fn open() -> Result<Self> {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/bookshop");
        let folder = tempfile::tempdir()?;
        for name in ["bookshop.yaml", "ship.yaml"] {
            std::fs::copy(example.join(name), folder.path().join(name))?;
        }
        Ok(Self { folder })
    }

    fn deployment(&self) -> PathBuf {
        self.folder
            .path()
            .join(".lathe/apps/bookshop/deployment.json")
    }

    /// Ships it; returns the result, as machines are told it.
    fn ship(&self, target: &str) -> Result<Value> {
        let target = format!("target={target}");
        let said = say(
            self.folder.path(),
            &["run", "ship.yaml", "--json", "--input", &target],
        )?;
        let last = said
            .stdout
            .lines()
            .last()
            .with_context(|| said.stderr.clone())?;
        let result: Value = serde_json::from_str(last)?;
        ensure!(said.code == 0, "{result:#}");
        Ok(result)
    }

    fn edit(&self, from: &str, to: &str) -> Result<()> {
        let path = self.folder.path().join("bookshop.yaml");
        let text = std::fs::read_to_string(&path)?;
        ensure!(text.contains(from), "the example no longer has {from}");
        Ok(std::fs::write(path, text.replacen(from, to, 1))?)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let record = std::fs::read_to_string(self.deployment()).unwrap_or_default();
        let record: Value = serde_json::from_str(&record).unwrap_or_default();
        if let Some(process) = record["pid"].as_u64() {
            let _ = Command::new("kill")
                .args(["-KILL", &process.to_string()])
                .status();
        }
        if let Some(container) = record["container"].as_str() {
            let _ = Command::new("docker")
                .args(["rm", "--force", container])
                .output();
        }
    }
}

fn step<'a>(result: &'a Value, path: &str) -> Result<&'a Value> {
    let mut steps = result["steps"].as_array().context("steps")?.iter();
    steps
        .find(|step| step["path"] == path)
        .with_context(|| format!("no step {path} in {result:#}"))
}

/// The base address of the live application.
fn url(result: &Value) -> Result<&str> {
    Ok(result["output"]["url"]
        .as_str()
        .with_context(|| format!("{result:#}"))?
        .trim_end_matches('/'))
}

async fn publishers(base: &str) -> Result<Value> {
    let answer = reqwest::get(format!("{base}/api/publishers")).await?;
    Ok(answer.error_for_status()?.json().await?)
}

#[tokio::test]
async fn a_shop_is_shipped_from_cache_and_through_a_change_that_keeps_its_rows() -> Result<()> {
    let shop = Shop::open()?;
    let first = shop.ship("process")?;
    let made = reqwest::Client::new()
        .post(format!("{}/api/publishers", url(&first)?))
        .json(&json!({ "name": "Lathe Press" }))
        .send()
        .await?;
    ensure!(made.status() == 201, "{}", made.text().await?);

    let second = shop.ship("process")?;
    let reason = step(&second, "build")?["reason"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    ensure!(reason.contains("cache"), "{second:#}");
    let took = |result: &Value| result["duration_ms"].as_i64().unwrap_or(i64::MAX);
    ensure!(
        took(&second) * 10 < took(&first),
        "{} ms, then {} ms",
        took(&first),
        took(&second)
    );

    shop.edit(
        "- { name: city, type: text, max: 80 }",
        "- { name: city, type: text, max: 80 }\n      - { name: motto, type: text }",
    )?;
    let third = shop.ship("process")?;
    let reason = step(&third, "build")?["reason"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    ensure!(reason.contains("digest"), "{third:#}");
    ensure!(
        took(&third) * 2 < took(&first),
        "{} ms, then {} ms",
        took(&first),
        took(&third)
    );
    let rows = publishers(url(&third)?).await?;
    let row = &rows["items"][0];
    ensure!(
        row["name"] == "Lathe Press" && row.get("motto").is_some(),
        "{rows:#}"
    );

    // The same as an image of nothing but the binary.
    let image = shop.ship("docker")?;
    let size = image["output"]["size"].as_u64().context("the size")?;
    ensure!(size <= 20 * 1024 * 1024, "the image has {size} bytes");
    let rows = publishers(url(&image)?).await?;
    ensure!(
        rows["items"][0]["name"] == "Lathe Press",
        "the rows went along to the other target: {rows:#}"
    );
    Ok(())
}
