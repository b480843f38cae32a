//! W13: what it costs to know who asks: a read for somebody who has logged in, beside one for anybody.
//!
//! Both answer with a few fields after one look into the database. What is looked up of the account is kept for a moment, so
//! that hardly a request waits for it; how many is asked of the server's own metrics.

use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::json;

use super::Bench;
use crate::{
    backends::Backend,
    baselines::CLIENTS,
    client::Client,
    lathe::Lathe,
    load::{self, Shot},
    report::{Figure, Report, Target},
};

/// More than is asked here: what is counted is measured, and nothing is refused.
const LIMITS: &[&str] = &[
    "--limit-per-address",
    "100000000",
    "--limit-per-account",
    "100000000",
];

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "a long way to the sea";

/// Fewer than are allowed in a row.
const LOGINS: usize = 7;

pub(super) async fn measure(bench: &Bench<'_>, report: &mut Report) -> Result<()> {
    let backend = Backend::create(bench.kind).await?;
    let lathe = Lathe::serve(bench.program, &backend, LIMITS).await?;
    let token = log_in(lathe.port).await?;
    let mut client = Client::connect(lathe.port).await?.showing(&token);
    let variable = json!({ "name": "region", "value": "north" });
    let variable = client.post("/api/variables", &variable).await?;
    let id = variable["id"].as_str().context("a variable has no id")?;

    let anybody = Shot::get("/api/auth/methods".to_owned(), None);
    let somebody = Shot::get(format!("/api/variables/{id}"), Some(token));
    for (clients, what) in [(1, "1 caller"), (CLIENTS, "32 callers")] {
        let open = load::for_time(lathe.port, clients, bench.effort.window, &anybody).await?;
        let before = lathe.worked()?;
        let known = load::for_time(lathe.port, clients, bench.effort.window, &somebody).await?;
        let name = format!("read by an account, {what}, p50");
        let figure = bench.figure("W13", name, known.percentile(0.5), "ms");
        let figure = figure.beside(open.percentile(0.5), "open");
        report.add(figure.target(Target::AtMost(1.5)));
        report.add(bench.work_each(
            "W13",
            "read by an account",
            (&lathe, before),
            known.count(),
        )?);
    }
    report.add(logins(bench, lathe.port).await?);
    let share = kept_share(lathe.port).await?;
    report.add(bench.figure("W13", "accounts found in memory", share, "%"));
    lathe.stop().await?;
    backend.remove().await
}

/// Logins one after the other, beside what the hash of a password takes by itself.
async fn logins(bench: &Bench<'_>, port: u16) -> Result<Figure> {
    let hash = bcrypt::hash(PASSWORD, bcrypt::DEFAULT_COST)?;
    let mut client = Client::connect(port).await?;
    let (mut bare, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..LOGINS {
        let began = Instant::now();
        bcrypt::verify(PASSWORD, &hash)?;
        bare.push(began.elapsed().as_secs_f64() * 1000.0);
        let began = Instant::now();
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        client.post("/api/auth/login", &body).await?;
        whole.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let figure = bench.figure("W13", "login, p50", median(whole), "ms");
    let figure = figure.beside(median(bare), "bcrypt");
    Ok(figure.target(Target::AtMost(1.2)))
}

async fn log_in(port: u16) -> Result<String> {
    let mut client = Client::connect(port).await?;
    let somebody = json!({ "email": EMAIL, "password": PASSWORD });
    let made = client.post("/api/auth/register", &somebody).await?;
    let token = made["access_token"].as_str();
    Ok(token.context("no token came with the account")?.to_owned())
}

/// Of all lookups of who asks, those that were answered from memory.
async fn kept_share(port: u16) -> Result<f64> {
    let mut client = Client::connect(port).await?;
    let text = client.text("/metrics").await?;
    let count = |outcome: &str| -> f64 {
        let name = format!("lathe_identity_cache_total{{outcome=\"{outcome}\"}}");
        let line = text.lines().find_map(|line| line.strip_prefix(&name));
        line.and_then(|value| value.trim().parse().ok())
            .unwrap_or_default()
    };
    let (hits, misses) = (count("hit"), count("miss"));
    Ok(100.0 * hits / (hits + misses))
}
