//! `lathe secret …`: what workflows use by name, and nobody reads again.

use std::io::Read;

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::by_name::SECRET;
use super::executions::word;
use super::operating::Operating;
use crate::config::GlobalArgs;
use crate::console;
use crate::fault::Fault;
use crate::server::Server;

#[derive(Subcommand)]
pub(crate) enum SecretCommand {
    /// The secrets of a workspace (LATHE_WORKSPACE, or the first one), without what they hold
    List(Operating),
    /// Keep a secret, or replace what it holds; that is read from standard input
    Set {
        #[command(flatten)]
        operating: Operating,
        /// What workflows call it
        name: String,
        /// What it is made of: text, basic, bearer, registry, … ; of all but text, standard input holds the fields as JSON
        #[arg(long)]
        kind: Option<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
    },
    /// Remove a secret; it can be brought back for a while
    Remove {
        #[command(flatten)]
        operating: Operating,
        /// What workflows call it
        name: String,
        /// Past the trash: it can't be brought back
        #[arg(long)]
        for_good: bool,
        /// For good although workflows use it
        #[arg(long, requires = "for_good")]
        force: bool,
    },
    /// Bring a removed secret back, the last one of that name
    Restore {
        #[command(flatten)]
        operating: Operating,
        /// What workflows called it
        name: String,
        /// Another name, where that one was taken meanwhile
        #[arg(long)]
        new_name: Option<String>,
    },
    /// Seal everything anew with the newest master key, so that the older ones can be taken away
    Seal(Operating),
}

pub(crate) async fn run(global: &GlobalArgs, command: &SecretCommand) -> anyhow::Result<u8> {
    let operating = match command {
        SecretCommand::List(operating)
        | SecretCommand::Set { operating, .. }
        | SecretCommand::Remove { operating, .. }
        | SecretCommand::Restore { operating, .. }
        | SecretCommand::Seal(operating) => operating,
    };
    let work = async |server: &Server| carry_out(server, operating, command).await;
    if matches!(command, SecretCommand::List(_)) {
        operating.with_installation(global, work).await?;
    } else {
        operating.with_server(global, work).await?;
    }
    Ok(0)
}

async fn carry_out(
    server: &Server,
    operating: &Operating,
    command: &SecretCommand,
) -> anyhow::Result<()> {
    match command {
        SecretCommand::List(_) => {
            let secrets = server.all("api/secrets").await?;
            if operating.json {
                console::json(&Value::Array(secrets));
                return Ok(());
            }
            let mut table = console::table(["NAME", "KIND", "CHANGED", "REFERENCES"]);
            for secret in &secrets {
                let references = secret["references"].as_array().into_iter().flatten();
                let references: Vec<&str> = references.filter_map(Value::as_str).collect();
                table.add_row([
                    word(&secret["name"]),
                    word(&secret["kind"]),
                    word(&secret["changed_at"]),
                    &references.join(", "),
                ]);
            }
            console::line(table.trim_fmt());
        }
        SecretCommand::Set {
            name,
            kind,
            description,
            ..
        } => {
            let mut body = json!({});
            if let Some(kind) = kind {
                body["kind"] = kind.as_str().into();
            }
            if let Some(description) = description {
                body["description"] = description.as_str().into();
            }
            let known = SECRET.look_for(server, name).await?;
            let kind = kind.as_deref().or_else(|| known.as_ref()?["kind"].as_str());
            match kind {
                None | Some("text") => body["value"] = text()?.into(),
                Some(_) => body["fields"] = fields()?.into(),
            }
            let kept: Value = match &known {
                Some(known) => server.put(&SECRET.path(known), &body).await?,
                None => {
                    body["name"] = name.as_str().into();
                    server.post("api/secrets", &body).await?
                }
            };
            match operating.json {
                true => console::json(&kept),
                false => {
                    let references = kept["references"].as_array().into_iter().flatten();
                    let references: Vec<&str> = references.filter_map(Value::as_str).collect();
                    let references = references.join(", ");
                    console::line(format_args!(
                        "kept `{name}`; workflows name it as {references}"
                    ));
                }
            }
        }
        SecretCommand::Remove {
            name,
            for_good,
            force,
            ..
        } => {
            SECRET.delete(server, name, *for_good, *force).await?;
            if !operating.json {
                console::line(format_args!("`{name}` is gone"));
            }
        }
        SecretCommand::Restore { name, new_name, .. } => {
            let back = SECRET.restore(server, name, new_name.as_deref()).await?;
            match operating.json {
                true => console::json(&back),
                false => console::line(format_args!(
                    "brought back `{}`",
                    new_name.as_ref().unwrap_or(name)
                )),
            }
        }
        SecretCommand::Seal(_) => {
            let done: Value = server.post("api/server/seal", &json!({})).await?;
            match operating.json {
                true => console::json(&done),
                false => console::line(format_args!(
                    "sealed {} texts anew; older master keys are not needed any more",
                    done["renewed"]
                )),
            }
        }
    }
    Ok(())
}

/// Standard input, without the line break at its end that `echo` adds.
fn text() -> anyhow::Result<String> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.context("read what the secret holds from standard input")?;
    let whole = text.strip_suffix('\n').unwrap_or(&text);
    Ok(whole.strip_suffix('\r').unwrap_or(whole).to_owned())
}

fn fields() -> anyhow::Result<Map<String, Value>> {
    let refuse = || {
        Fault::unusable("standard input does not hold the fields of the secret")
            .mend("Give a JSON object, for instance {\"username\": \"ada\", \"password\": \"…\"}.")
    };
    let fields = serde_json::from_str(&text()?).map_err(|_| refuse())?;
    Ok(fields)
}
