//! `lathe executions …`: what a running server has run and runs.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use futures::StreamExt;
use serde_json::{Value, json};
use uuid::Uuid;

use super::News;
use crate::console;
use crate::fault::Fault;
use crate::server::{DEFAULT_ADDRESS, Server, given, parse_id};

#[derive(Subcommand)]
pub(crate) enum ExecutionsCommand {
    /// The latest executions, newest first
    List {
        #[command(flatten)]
        common: Common,
        /// Only those with this status: queued, running, paused, cleaning_up, succeeded, failed, cancelled, timed_out
        #[arg(long)]
        status: Option<String>,
        /// At most this many
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// One execution, with its steps and its output
    Show {
        #[command(flatten)]
        common: Common,
        #[arg(value_parser = parse_id)]
        id: Uuid,
    },
    /// End an execution
    Cancel {
        #[command(flatten)]
        common: Common,
        #[arg(value_parser = parse_id)]
        id: Uuid,
    },
    /// Let nothing new begin in an execution
    Pause {
        #[command(flatten)]
        common: Common,
        #[arg(value_parser = parse_id)]
        id: Uuid,
    },
    /// Let a paused execution go on; steps that are held are tried again
    Resume {
        #[command(flatten)]
        common: Common,
        #[arg(value_parser = parse_id)]
        id: Uuid,
    },
    /// Say how a step of a paused execution goes on
    Decide {
        #[command(flatten)]
        common: Common,
        #[arg(value_parser = parse_id)]
        id: Uuid,
        /// The step's address, such as `import[3].fetch`
        step: String,
        #[arg(value_parser = ["retry", "skip", "give"])]
        action: String,
        /// What it gives, as JSON
        #[arg(long, value_name = "JSON")]
        output: Option<String>,
    },
    /// Begin a new execution that goes on from steps of an earlier one
    Rerun {
        #[command(flatten)]
        common: Common,
        #[arg(value_parser = parse_id)]
        id: Uuid,
        /// A step that runs again, such as `import[3].fetch`; without any, what failed
        #[arg(long, value_name = "STEP")]
        from: Vec<String>,
        /// The version of the workflow: `same`, `published`, `newest`, or a number
        #[arg(
            long = "workflow-version",
            value_name = "VERSION",
            default_value = "same"
        )]
        workflow_version: String,
        /// Other inputs, as JSON
        #[arg(long, value_name = "JSON")]
        inputs: Option<String>,
        /// The only step that is wanted
        #[arg(long, value_name = "STEP")]
        only: Option<String>,
        /// Wait for the end this long at most
        #[arg(long, value_name = "DURATION", default_value = "0s")]
        wait: String,
    },
    /// Let another version of the workflow go on in the place of a paused execution
    Move {
        #[command(flatten)]
        common: Common,
        #[arg(value_parser = parse_id)]
        id: Uuid,
        /// The version to go on with: `published`, `newest`, or a number; the published one unless given
        #[arg(long = "workflow-version", value_name = "VERSION")]
        workflow_version: Option<String>,
        /// A step that shall run again besides those that have to
        #[arg(long, value_name = "STEP")]
        from: Vec<String>,
        /// Other inputs, as JSON
        #[arg(long, value_name = "JSON")]
        inputs: Option<String>,
        /// Say what would happen, and do nothing
        #[arg(long)]
        preview: bool,
        /// Do it although an effect happens twice or is left behind
        #[arg(long)]
        accept: bool,
        /// Wait for the end this long at most
        #[arg(long, value_name = "DURATION", default_value = "0s")]
        wait: String,
    },
    /// The log of an execution
    Logs {
        #[command(flatten)]
        common: Common,
        #[arg(value_parser = parse_id)]
        id: Uuid,
        /// Only the lines of this step
        #[arg(long)]
        step: Option<String>,
        /// Go on until the execution ends
        #[arg(long, short)]
        follow: bool,
    },
}

#[derive(Args)]
pub(crate) struct Common {
    /// The running server
    #[arg(long, env = "LATHE_SERVER", default_value = DEFAULT_ADDRESS, value_name = "URL")]
    pub(super) server: String,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(crate) async fn run(command: &ExecutionsCommand) -> anyhow::Result<u8> {
    match command {
        ExecutionsCommand::List {
            common,
            status,
            limit,
        } => list(common, status.as_deref(), *limit).await?,
        ExecutionsCommand::Show { common, id } => show(common, *id).await?,
        ExecutionsCommand::Cancel { common, id } => tell(common, *id, "cancel", &json!({})).await?,
        ExecutionsCommand::Pause { common, id } => tell(common, *id, "pause", &json!({})).await?,
        ExecutionsCommand::Resume { common, id } => tell(common, *id, "resume", &json!({})).await?,
        ExecutionsCommand::Decide {
            common,
            id,
            step,
            action,
            output,
        } => {
            let output = output.as_deref().map(read_json).transpose()?;
            let mut body = json!({ "step": step, "action": action });
            if let Some(output) = output {
                body["output"] = output;
            }
            tell(common, *id, "decide", &body).await?;
        }
        ExecutionsCommand::Rerun {
            common,
            id,
            from,
            workflow_version,
            inputs,
            only,
            wait,
        } => {
            let version = version(workflow_version);
            let inputs = inputs.as_deref().map(read_json).transpose()?;
            let body =
                given(json!({ "from": from, "version": version, "inputs": inputs, "only": only }));
            tell(common, *id, &format!("rerun?wait={wait}"), &body).await?;
        }
        ExecutionsCommand::Move {
            common,
            id,
            workflow_version,
            from,
            inputs,
            preview,
            accept,
            wait,
        } => {
            let version = workflow_version.as_deref().map(version);
            let inputs = inputs.as_deref().map(read_json).transpose()?;
            let body = given(
                json!({ "version": version, "from": from, "inputs": inputs, "accept": accept }),
            );
            match preview {
                true => show_move(common, *id, &body).await?,
                false => tell(common, *id, &format!("move?wait={wait}"), &body).await?,
            }
        }
        ExecutionsCommand::Logs {
            common,
            id,
            step,
            follow,
        } => logs(common, *id, step.as_deref(), *follow).await?,
    }
    Ok(0)
}

/// Asks something of an execution, and says how it, or the one that came of it, stands.
async fn tell(common: &Common, id: Uuid, what: &str, body: &Value) -> anyhow::Result<()> {
    let execution: Value = Server::at(&common.server)?
        .post(&format!("api/executions/{id}/{what}"), body)
        .await?;
    if common.json {
        console::json(&execution);
    } else {
        let (id, status) = (word(&execution["id"]), word(&execution["status"]));
        console::line(format_args!("{id} {status}"));
    }
    Ok(())
}

/// A number, or a word.
fn version(text: &str) -> Value {
    match text.parse::<u32>() {
        Ok(number) => json!(number),
        Err(_) => json!(text),
    }
}

async fn show_move(common: &Common, id: Uuid, body: &Value) -> anyhow::Result<()> {
    let preview: Value = Server::at(&common.server)?
        .post(&format!("api/executions/{id}/move/preview"), body)
        .await?;
    if common.json {
        console::json(&preview);
        return Ok(());
    }
    let (from, to) = (&preview["diff"]["from"], &preview["diff"]["to"]);
    console::line(format_args!("v{from} → v{to}: {}", word(&preview["class"])));
    let mut table = console::table(["STEP", "WHAT", "CLASS"]);
    let steps = preview["steps"].as_array().into_iter().flatten();
    for step in steps.clone() {
        table.add_row(["step", "reason", "class"].map(|field| word(&step[field])));
    }
    if steps.count() > 0 {
        console::line(table.trim_fmt());
    }
    Ok(())
}

pub(super) fn read_json(text: &str) -> anyhow::Result<Value> {
    serde_json::from_str(text).map_err(|error| {
        let sentence = format!("`{text}` is not JSON: {error}");
        Fault::unusable(sentence)
            .mend("Write text in quotes, as in '\"text\"'.")
            .into()
    })
}

/// The person who began it, or what did.
fn began_by(execution: &Value) -> &str {
    let name = execution["started_by"]["name"].as_str();
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| word(&execution["trigger"]))
}

async fn list(common: &Common, status: Option<&str>, limit: u32) -> anyhow::Result<()> {
    let filter = status
        .map(|status| format!("&status={status}"))
        .unwrap_or_default();
    let page: Value = Server::at(&common.server)?
        .get(&format!("api/executions?limit={limit}{filter}"))
        .await?;
    if common.json {
        console::json(&page["items"]);
        return Ok(());
    }
    let mut table = console::table(["ID", "WORKFLOW", "STATUS", "BY", "BEGAN", "TOOK"]);
    for item in page["items"].as_array().into_iter().flatten() {
        let workflow = format!(
            "{} v{}",
            word(&item["workflow_name"]),
            item["workflow_version"]
        );
        table.add_row([
            word(&item["id"]),
            &workflow,
            word(&item["status"]),
            began_by(item),
            &moment(&item["created_at"]),
            &took(item),
        ]);
    }
    console::line(table.trim_fmt());
    Ok(())
}

async fn show(common: &Common, id: Uuid) -> anyhow::Result<()> {
    let execution: Value = Server::at(&common.server)?
        .get(&format!("api/executions/{id}"))
        .await?;
    if common.json {
        console::json(&execution);
        return Ok(());
    }
    let (name, version) = (
        word(&execution["workflow_name"]),
        &execution["workflow_version"],
    );
    console::line(format_args!(
        "{name} v{version}  {}  {}",
        word(&execution["status"]),
        took(&execution)
    ));
    let mut table = console::table(["STEP", "KIND", "STATUS", "TOOK", "WHY"]);
    for step in execution["steps"].as_array().into_iter().flatten() {
        let why = step["error"]["message"]
            .as_str()
            .or(step["reason"].as_str())
            .unwrap_or_default();
        table.add_row([
            word(&step["path"]),
            word(&step["kind"]),
            word(&step["status"]),
            &took(step),
            why,
        ]);
    }
    console::line(table.trim_fmt());
    if let Some(message) = execution["error"]["message"].as_str() {
        console::line(format_args!(
            "{}: {message}",
            word(&execution["error"]["code"])
        ));
    }
    if !execution["output"].is_null() {
        console::json(&execution["output"]);
    }
    Ok(())
}

async fn logs(common: &Common, id: Uuid, step: Option<&str>, follow: bool) -> anyhow::Result<()> {
    let server = Server::at(&common.server)?;
    let wanted = |path: &str| step.is_none_or(|step| step == path);
    if follow {
        let mut events = server.events(id, 0, 0).await?;
        while let Some(news) = events.next().await {
            if let News::Log(line) = news?
                && wanted(&line.step)
            {
                print_line(common, &serde_json::to_value(&line)?)?;
            }
        }
        return Ok(());
    }
    let mut after = 0;
    loop {
        let page: Value = server
            .get(&format!("api/executions/{id}/logs?after={after}&limit=500"))
            .await?;
        let lines = page["items"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for line in lines.iter().filter(|line| wanted(word(&line["step"]))) {
            print_line(common, line)?;
        }
        match lines.last().and_then(|line| line["id"].as_i64()) {
            Some(last) if !page["next_cursor"].is_null() => after = last,
            _ => return Ok(()),
        }
    }
}

fn print_line(common: &Common, line: &Value) -> anyhow::Result<()> {
    if common.json {
        return Ok(console::json_line(line)?);
    }
    console::line(format_args!(
        "{} {:<16} | {}",
        moment(&line["at"]),
        word(&line["step"]),
        word(&line["text"])
    ));
    Ok(())
}

pub(super) fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(super) fn moment(value: &Value) -> String {
    let at = value
        .as_str()
        .and_then(|text| text.parse::<DateTime<Utc>>().ok());
    at.map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

fn took(item: &Value) -> String {
    item["duration_ms"]
        .as_i64()
        .map(console::span)
        .unwrap_or_default()
}
