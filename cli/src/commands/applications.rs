//! `lathe applications …`: what a running server has of applications, and what of them is live.

use clap::Subcommand;
use serde_json::{Value, json};

use super::executions::{Common, word};
use crate::console;
use crate::fault::Fault;
use crate::server::Server;

#[derive(Subcommand)]
pub(crate) enum ApplicationsCommand {
    /// All applications, with what of them is live
    List(Common),
    /// Stop what is live of an application; its data stays
    Stop {
        #[command(flatten)]
        common: Common,
        /// The application's name
        name: String,
    },
}

pub(crate) async fn run(command: &ApplicationsCommand) -> anyhow::Result<u8> {
    match command {
        ApplicationsCommand::List(common) => list(common).await?,
        ApplicationsCommand::Stop { common, name } => stop(common, name).await?,
    }
    Ok(0)
}

async fn list(common: &Common) -> anyhow::Result<()> {
    let applications = Server::at(&common.server)?.all("api/applications").await?;
    if common.json {
        console::json(&Value::Array(applications));
        return Ok(());
    }
    let mut table = console::table(["NAME", "STATUS", "RELEASE", "URL"]);
    for application in &applications {
        let live = &application["live"];
        table.add_row([
            word(&application["name"]),
            standing(application),
            word(&live["release"]),
            word(&live["url"]),
        ]);
    }
    console::line(table.trim_fmt());
    Ok(())
}

async fn stop(common: &Common, name: &str) -> anyhow::Result<()> {
    let server = Server::at(&common.server)?;
    let applications = server.all("api/applications").await?;
    let found = applications
        .iter()
        .find(|application| application["name"] == name)
        .ok_or_else(|| {
            Fault::new(format!("the server has no application `{name}`"))
                .mend("`lathe applications list` shows those that it has.")
        })?;
    let id = word(&found["id"]);
    let stopped: Value = server
        .post(&format!("api/applications/{id}/stop"), &json!({}))
        .await?;
    if common.json {
        console::json(&stopped);
    } else {
        console::line(format_args!("{name} {}", standing(&stopped)));
    }
    Ok(())
}

/// How what is live of an application stands, in a word.
fn standing(application: &Value) -> &str {
    let unless_live = match application["live_known"].as_bool() {
        Some(false) => "unknown",
        _ => "not deployed",
    };
    application["live"]["status"]
        .as_str()
        .unwrap_or(unless_live)
}
