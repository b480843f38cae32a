//! The example from end to end: models become a live application, again from cache, and again with a new field;
//! then as an image that goes to a registry, and not at all where there is no Docker engine.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::canary::{CANARY, environment_of, parts_that_tell_of, told_by, traces};
use crate::shop::{Shop, create_publisher, publishers, step, url};

const LARGEST_IMAGE: u64 = 20 * 1024 * 1024;

#[tokio::test]
async fn a_shop_is_shipped_from_cache_and_through_a_change_that_keeps_its_rows() -> Result<()> {
    let shop = Shop::open()?;
    let first = shop.ship(&["target=process"])?;
    create_publisher(url(&first)?).await?;

    let second = shop.ship(&["target=process"])?;
    ensure!(reason(&second, "build")?.contains("cache"), "{second:#}");
    let took = |result: &Value| result["duration_ms"].as_i64().unwrap_or(i64::MAX);
    let times = format!("{} ms, then {} ms", took(&first), took(&second));
    ensure!(took(&second) * 10 < took(&first), "{times}");

    shop.edit(
        "- { name: city, type: text, max: 80 }",
        "- { name: city, type: text, max: 80 }\n      - { name: motto, type: text }",
    )?;
    let third = shop.ship(&["target=process"])?;
    ensure!(reason(&third, "build")?.contains("digest"), "{third:#}");
    // Only the application itself is compiled: seconds where everything took minutes.
    let times = format!(
        "{} ms, with one more field {} ms",
        took(&first),
        took(&third)
    );
    ensure!(took(&third) * 10 < took(&first), "{times}");
    let rows = publishers(url(&third)?).await?;
    let row = &rows["items"][0];
    ensure!(
        row["name"] == "Lathe Press" && row.get("motto").is_some(),
        "{rows:#}"
    );

    // The same as an image of nothing but the binary.
    let image = shop.ship(&["target=docker"])?;
    let size = image["output"]["size"].as_u64().context("the size")?;
    ensure!(size <= LARGEST_IMAGE, "the image has {size} bytes");
    let rows = publishers(url(&image)?).await?;
    ensure!(
        rows["items"][0]["name"] == "Lathe Press",
        "the rows went along to the other target: {rows:#}"
    );
    Ok(())
}

/// S20: what the release is told by a secret is in its container, and nowhere in the image that goes to the registry.
#[tokio::test]
async fn a_shop_goes_live_from_a_registry_and_stays_as_it_was_without_an_engine() -> Result<()> {
    let shop = Shop::open_with_shared_builds()?;
    shop.keep_values(CANARY, "eu-central").await?;
    let first = shop.ship(&["target=process"])?;
    create_publisher(url(&first)?).await?;

    let before = shop.records()?;
    let nowhere = "unix:///nowhere/docker.sock";
    let said = shop.try_to_ship(&[], &["target=docker"], &[("DOCKER_HOST", nowhere)])?;
    ensure!(said.code == 1, "{said:?}");
    for part in ["docker_unavailable", nowhere, "DOCKER_HOST", "`process`"] {
        ensure!(said.stderr.contains(part), "{part} is missing: {said:?}");
    }
    ensure!(!said.stderr.contains("deploy  running"), "{said:?}");
    ensure!(shop.records()? == before, "{:?}", shop.records()?);
    let rows = publishers(url(&first)?).await?;
    ensure!(rows["items"][0]["name"] == "Lathe Press", "{rows:#}");

    let registry = std::env::var("TEST_REGISTRY").context(
        "TEST_REGISTRY is not set: run the tests with `cargo xtask test`, which starts one",
    )?;
    // Whoever gets an image reads its labels, so that no secret may be written there.
    let labels = "labels: { lathe.source: \"${ nodes.generate.output.digest }\" }";
    let leaking = labels.replace("{ lathe", "{ key: \"${ secrets.shop }\", lathe");
    shop.edit_file("ship.yaml", labels, &leaking)?;
    let said = shop.try_to_ship(&[], &["target=docker"], &[])?;
    let refused = said.code == 2 && said.stderr.contains("can be read by whoever has it");
    ensure!(refused, "{said:?}");
    shop.edit_file("ship.yaml", &leaking, labels)?;
    let target = "target: \"${ inputs.target }\"\n";
    let told =
        "      env: { SHOP_KEY: \"${ secrets.shop }\", SHOP_REGION: \"${ vars.region }\" }\n";
    shop.edit_file("ship.yaml", target, &format!("{target}{told}"))?;

    let pushed = shop.ship(&["target=docker", &format!("registry={registry}")])?;
    let reference = pushed["output"]["image"].as_str().context("the image")?;
    let digest = reference
        .strip_prefix(&format!("{registry}/bookshop@"))
        .with_context(|| format!("{reference} is in no registry"))?;
    let image = Image::of(&registry, digest).await?;
    let size = pushed["output"]["size"].as_u64().context("the size")?;
    ensure!(
        size <= LARGEST_IMAGE && image.size > 0 && image.size <= size,
        "{size} bytes, {} of them in the registry",
        image.size
    );
    let labels = &image.config["config"]["Labels"];
    ensure!(labels["lathe.application"] == "bookshop", "{labels:#}");
    // An engine calls an image by the digest of its configuration or of its manifest.
    let live = shop.deployment()?;
    ensure!(
        live["image"] == *image.id || live["image"] == digest,
        "what is live is what was pushed: {live:#}"
    );
    publishers(url(&pushed)?).await?;

    let container = live["container"].as_str().context("the container")?;
    let environment = environment_of(container)?;
    for told in [
        format!("SHOP_KEY={CANARY}"),
        "SHOP_REGION=eu-central".into(),
    ] {
        ensure!(environment.contains(&told), "{told}: {environment}");
    }
    // An image that is made of this container has it all, so that there it has to be found.
    let leaking = parts_that_tell_of(container)?;
    ensure!(leaking.iter().any(|part| part == "settings"), "{leaking:?}");
    let mut told = told_by(live["image"].as_str().context("the image")?)?;
    // The program is in a layer, and names its tables: what is looked through is what an image is made of.
    let named =
        |(_, bytes): &(String, Vec<u8>)| String::from_utf8_lossy(bytes).contains("publishers");
    ensure!(told.iter().any(named), "no layer has the program");
    told.push(("in the registry".into(), image.config.to_string().into()));
    told.push(("the result".into(), pushed.to_string().into()));
    for (part, bytes) in &told {
        let traces = traces(bytes)?;
        ensure!(traces.is_empty(), "{part} tells of the secret: {traces:?}");
    }
    Ok(())
}

fn reason<'a>(result: &'a Value, path: &str) -> Result<&'a str> {
    Ok(step(result, path)?["reason"].as_str().unwrap_or_default())
}

/// An image as anyone finds it in a registry.
struct Image {
    id: String,
    config: Value,
    /// The bytes of its packed layers.
    size: u64,
}

impl Image {
    async fn of(registry: &str, digest: &str) -> Result<Self> {
        let repository = format!("http://{registry}/v2/bookshop");
        let client = reqwest::Client::builder().no_proxy().build()?;
        let manifest = client
            .get(format!("{repository}/manifests/{digest}"))
            .header(
                "accept",
                "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json",
            );
        let manifest: Value = manifest.send().await?.error_for_status()?.json().await?;
        let mut size = 0;
        for layer in manifest["layers"].as_array().context("layers")? {
            let digest = layer["digest"].as_str().context("a layer's digest")?;
            let blob = client.get(format!("{repository}/blobs/{digest}"));
            let bytes = blob.send().await?.error_for_status()?.bytes().await?;
            size += u64::try_from(bytes.len())?;
        }
        let id = manifest["config"]["digest"].as_str().context("its id")?;
        let config = client.get(format!("{repository}/blobs/{id}"));
        let config = config.send().await?.error_for_status()?.json().await?;
        let id = id.to_owned();
        Ok(Self { id, config, size })
    }
}
