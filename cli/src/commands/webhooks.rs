//! `lathe webhooks …`: addresses at which other programs begin workflows.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::by_name::{WEBHOOK, WORKFLOW};
use super::executions::word;
use super::operating::Operating;
use crate::config::GlobalArgs;
use crate::console;
use crate::fault::Fault;
use crate::server::Server;

#[derive(Subcommand)]
pub(crate) enum WebhooksCommand {
    /// All webhooks, with their addresses
    List(Operating),
    /// Make an address at which other programs begin a workflow
    Add(Box<AddArgs>),
    /// Remove a webhook: its address is worth nothing any more
    Remove(Named),
    /// Give a webhook another secret; the one before stays good for a while
    Rotate {
        #[command(flatten)]
        named: Named,
        /// A file with the secret that the sender gave out [default: one is made]
        #[arg(long, value_name = "FILE")]
        secret_file: Option<std::path::PathBuf>,
        /// How long the one before stays good
        #[arg(long, value_name = "DURATION", default_value = "24h")]
        overlap: String,
    },
}

#[derive(Args)]
pub(crate) struct Named {
    #[command(flatten)]
    operating: Operating,
    /// The webhook's name
    name: String,
}

#[derive(Args)]
pub(crate) struct AddArgs {
    #[command(flatten)]
    operating: Operating,
    /// What it is called
    name: String,
    /// The workflow's name
    #[arg(long, value_name = "NAME")]
    workflow: String,
    /// How senders prove themselves
    #[arg(long, value_enum)]
    verify: Verification,
    /// A file with the secret that the sender gave out [default: one is made]
    #[arg(long, value_name = "FILE")]
    secret_file: Option<std::path::PathBuf>,
    /// Headers that runs are given, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    headers: Vec<String>,
    /// The fields of the body are the inputs
    #[arg(long)]
    body_is_inputs: bool,
    /// Reply with the run's output
    #[arg(long)]
    reply_with_output: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Verification {
    /// Whoever knows the address may send
    None,
    /// Standard Webhooks
    Hmac,
    /// As GitHub signs
    Github,
    /// As Stripe signs
    Stripe,
    /// Authorization: Bearer …
    Bearer,
}

pub(crate) async fn run(global: &GlobalArgs, command: &WebhooksCommand) -> anyhow::Result<u8> {
    let operating = match command {
        WebhooksCommand::List(operating) => operating,
        WebhooksCommand::Add(args) => &args.operating,
        WebhooksCommand::Remove(named) | WebhooksCommand::Rotate { named, .. } => &named.operating,
    };
    let work = async |server: &Server| carry_out(server, operating, command).await;
    if matches!(command, WebhooksCommand::List(_)) {
        operating.with_installation(global, work).await?;
    } else {
        operating.with_server(global, work).await?;
    }
    Ok(0)
}

async fn carry_out(
    server: &Server,
    operating: &Operating,
    command: &WebhooksCommand,
) -> anyhow::Result<()> {
    match command {
        WebhooksCommand::List(_) => list(server, operating).await?,
        WebhooksCommand::Add(args) => {
            let made = add(server, args).await?;
            tell(operating, &made);
        }
        WebhooksCommand::Remove(named) => {
            let webhook = WEBHOOK.find(server, &named.name).await?;
            let path = WEBHOOK.path(&webhook);
            server.delete(&path).await?;
            if !operating.json {
                console::line(format_args!("{} is gone", named.name));
            }
        }
        WebhooksCommand::Rotate {
            named,
            secret_file,
            overlap,
        } => {
            let webhook = WEBHOOK.find(server, &named.name).await?;
            let path = format!("{}/rotate", WEBHOOK.path(&webhook));
            let mut body = json!({ "overlap": overlap });
            if let Some(secret) = read_secret(secret_file.as_deref())? {
                body["secret"] = secret.into();
            }
            let changed: Value = server.post(&path, &body).await?;
            tell(operating, &changed);
        }
    }
    Ok(())
}

async fn list(server: &Server, operating: &Operating) -> anyhow::Result<()> {
    let webhooks = server.all("api/webhooks").await?;
    if operating.json {
        console::json(&Value::Array(webhooks));
        return Ok(());
    }
    let mut table = console::table(["NAME", "WORKFLOW", "VERIFIES", "STATE", "ADDRESS"]);
    for webhook in &webhooks {
        let state = match webhook["enabled"] == true {
            true => "enabled",
            false => "disabled",
        };
        table.add_row([
            word(&webhook["name"]),
            word(&webhook["workflow_name"]),
            word(&webhook["verification"]),
            state,
            word(&webhook["url"]),
        ]);
    }
    console::line(table.trim_fmt());
    Ok(())
}

async fn add(server: &Server, args: &AddArgs) -> anyhow::Result<Value> {
    let workflow = WORKFLOW.find(server, &args.workflow).await?;
    let verification = match args.verify {
        Verification::None => "none",
        Verification::Hmac => "hmac",
        Verification::Github => "github",
        Verification::Stripe => "stripe",
        Verification::Bearer => "bearer",
    };
    let mut body = json!({
        "name": args.name,
        "workflow_id": workflow["id"],
        "verification": verification,
        "headers": args.headers,
        "inputs": if args.body_is_inputs { "body" } else { "request" },
        "reply": if args.reply_with_output { "output" } else { "accepted" },
    });
    if let Some(secret) = read_secret(args.secret_file.as_deref())? {
        body["secret"] = secret.into();
    }
    server.post("api/webhooks", &body).await
}

/// From a file, since what is given on a command line is seen by others and kept by shells.
fn read_secret(file: Option<&std::path::Path>) -> anyhow::Result<Option<String>> {
    let Some(file) = file else { return Ok(None) };
    let text = std::fs::read_to_string(file).map_err(|error| {
        Fault::unusable(format!("{} cannot be read", file.display())).because(error)
    })?;
    Ok(Some(text.trim().to_owned()))
}

fn tell(operating: &Operating, webhook: &Value) {
    if operating.json {
        console::json(webhook);
        return;
    }
    console::line(format_args!("address  {}", word(&webhook["url"])));
    if let Some(secret) = webhook["secret"].as_str() {
        console::line(format_args!("secret   {secret}"));
        console::note("The secret is not shown again.");
    }
}
