//! `lathe waits …`: what a running server's executions wait for, answering it, and sending signals.

use clap::Subcommand;
use serde_json::{Value, json};
use uuid::Uuid;

use super::executions::{Common, moment, read_json, word};
use crate::console;
use crate::fault::Fault;
use crate::server::{Server, given, parse_id};

#[derive(Subcommand)]
pub(crate) enum WaitsCommand {
    /// Steps that wait for an answer, newest first
    List {
        #[command(flatten)]
        common: Common,
        /// At most this many
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Answer a step
    Answer {
        #[command(flatten)]
        common: Common,
        #[arg(value_parser = parse_id)]
        id: Uuid,
        /// Say yes to an approval
        #[arg(long, conflicts_with = "reject")]
        approve: bool,
        /// Say no to an approval
        #[arg(long)]
        reject: bool,
        /// What is filled in, as JSON
        #[arg(long, value_name = "JSON")]
        payload: Option<String>,
        /// Who answers
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Send a signal to all steps that wait for it
    Signal {
        #[command(flatten)]
        common: Common,
        name: String,
        /// Reach those that wait for this key
        #[arg(long)]
        key: Option<String>,
        /// The answer, as JSON
        #[arg(long, value_name = "JSON")]
        payload: Option<String>,
        /// Who sends it
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// If nobody waits for it now, keep it this long for the first that does: `10m`, `7d`
        #[arg(long, value_name = "DURATION")]
        keep: Option<String>,
    },
}

pub(crate) async fn run(command: &WaitsCommand) -> anyhow::Result<u8> {
    match command {
        WaitsCommand::List { common, limit } => list(common, *limit).await?,
        WaitsCommand::Answer {
            common,
            id,
            approve,
            reject,
            payload,
            by,
        } => {
            let payload = payload.as_deref().map(read_json).transpose()?;
            let approved = (*approve || *reject).then_some(*approve);
            let body = given(json!({ "approved": approved, "payload": payload, "by": by }));
            let execution: Value = Server::at(&common.server)?
                .post(&format!("api/waits/{id}/answer"), &body)
                .await?;
            if common.json {
                console::json(&execution);
            } else {
                let (id, status) = (word(&execution["id"]), word(&execution["status"]));
                console::line(format_args!("{id} {status}"));
            }
        }
        WaitsCommand::Signal {
            common,
            name,
            key,
            payload,
            by,
            keep,
        } => {
            let payload = payload.as_deref().map(read_json).transpose()?;
            let body = given(
                json!({ "name": name, "key": key, "payload": payload, "by": by, "keep": keep }),
            );
            let delivery: Value = Server::at(&common.server)?
                .post("api/signals", &body)
                .await?;
            return told(common, &delivery);
        }
    }
    Ok(0)
}

fn told(common: &Common, delivery: &Value) -> anyhow::Result<u8> {
    if common.json {
        console::json(delivery);
        return Ok(0);
    }
    let list = |name: &str| delivery[name].as_array().cloned().unwrap_or_default();
    for reached in list("delivered") {
        let (id, step) = (word(&reached["execution_id"]), word(&reached["step"]));
        console::line(format_args!("{id} {step}"));
    }
    for refused in list("refused") {
        let (id, step) = (word(&refused["execution_id"]), word(&refused["step"]));
        console::note(format_args!("{id} {step}: {}", word(&refused["message"])));
    }
    if let Some(until) = delivery["kept_until"].as_str() {
        console::line(format_args!("nobody waits for it yet; kept until {until}"));
        return Ok(0);
    }
    if list("delivered").is_empty() {
        return Err(Fault::new("nothing that waits took this signal").into());
    }
    Ok(0)
}

async fn list(common: &Common, limit: u32) -> anyhow::Result<()> {
    let page: Value = Server::at(&common.server)?
        .get(&format!("api/waits?limit={limit}"))
        .await?;
    if common.json {
        console::json(&page["items"]);
        return Ok(());
    }
    let mut table = console::table(["ID", "WORKFLOW", "STEP", "SINCE", "ASKS"]);
    for item in page["items"].as_array().into_iter().flatten() {
        let asks = match (item["message"].as_str(), item["signal"].as_str()) {
            (Some(message), _) => message.to_owned(),
            (None, Some(signal)) => format!("signal {signal} {}", word(&item["key"])),
            (None, None) => String::new(),
        };
        table.add_row([
            word(&item["id"]),
            word(&item["workflow_name"]),
            word(&item["step"]),
            &moment(&item["since"]),
            asks.trim_end(),
        ]);
    }
    console::line(table.trim_fmt());
    Ok(())
}
